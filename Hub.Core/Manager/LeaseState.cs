namespace Hub.Core.Manager;

/// <summary>Where a <see cref="SocketLease"/> stands. <see cref="LeaseSteps"/> has the transitions.</summary>
internal enum LeaseState
{
    /// <summary>Holds nothing, waits for nothing, and its printer is not expected to ask: new, or withdrawn.</summary>
    Away = 0,

    /// <summary>Holds nothing and waits for nothing, and its printer will ask again.</summary>
    Resting = 1,

    /// <summary>Waits for its turn.</summary>
    Waiting = 2,

    /// <summary>Waits, and goes before the turns of others: it is for a command.</summary>
    WaitingUrgent = 3,

    /// <summary>Holds its sockets and uses them.</summary>
    Busy = 4,

    /// <summary>Holds its sockets and does not use them.</summary>
    Idle = 5,

    /// <summary>As <see cref="Busy"/>, and should give its sockets up.</summary>
    BusyWanted = 6,

    /// <summary>As <see cref="Idle"/>, and should give its sockets up.</summary>
    IdleWanted = 7,
}
