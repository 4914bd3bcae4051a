namespace Hub.Core.Printers.Moonraker;

/// <summary>Where Klipper stands behind Moonraker: server.info's klippy_state, webhooks' state.</summary>
internal enum KlippyState
{
    Unknown = 0,
    Disconnected = 1,
    Startup = 2,
    Ready = 3,
    Shutdown = 4,
    Error = 5,
}

/// <summary>print_stats' state.</summary>
internal enum KlipperPrint
{
    Unknown = 0,
    Standby = 1,
    Printing = 2,
    Paused = 3,
    Complete = 4,
    Cancelled = 5,
    Error = 6,
}
