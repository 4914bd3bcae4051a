namespace Hub.Core.Printers.Moonraker;

/// <summary>Klipper's state as Moonraker reports it: server.info's klippy_state, webhooks' state.</summary>
internal enum KlippyState
{
    Unknown = 0,
    Disconnected = 1,
    Startup = 2,
    Ready = 3,
    Shutdown = 4,
    Error = 5,
}

/// <summary>The login that a proxy in front of Moonraker asks for (RFC 7616, RFC 7617).</summary>
internal enum ProxyLogin
{
    None = 0,
    Digest = 1,
    Basic = 2,
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
