namespace Hub.Simulator.Virtual;

/// <summary>The link between a print server and its printer's board.</summary>
public enum MachineLink
{
    Offline,
    Connecting,
    Online,

    /// <summary>Closed after a fault of the printer or an emergency stop.</summary>
    Failed,
}

/// <summary>What the printer does; Idle whenever the link is not online.</summary>
public enum MachineState
{
    Idle,
    Starting,
    Heating,
    Printing,
    Pausing,
    Paused,
    Resuming,
    Cancelling,
    Finishing,
}

/// <summary>How the selected job ended.</summary>
public enum JobResult
{
    None,
    Finished,
    Cancelled,
    Failed,
}

/// <summary>What happened in the printer, in its own terms.</summary>
public enum MachineEvent
{
    Connecting,
    Connected,
    Disconnecting,
    Disconnected,
    StateChanged,
    Selected,
    Deselected,
    PrintStarted,
    PrintPaused,
    PrintResumed,
    PrintCancelling,
    PrintCancelled,
    PrintFailed,
    PrintDone,
    Error,
}
