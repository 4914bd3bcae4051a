namespace Hub.Core.Tunnel;

/// <summary>Messages from the cloud that the hub knows. The order is that of <see cref="CloudMessageReader"/>'s names.</summary>
internal enum CloudMessageType
{
    /// <summary>None of these, or no message at all.</summary>
    Unknown = -1,

    /// <summary>hub_welcome</summary>
    Welcome = 0,

    /// <summary>error</summary>
    Error = 1,

    /// <summary>configure_printer</summary>
    ConfigurePrinter = 2,

    /// <summary>print_command</summary>
    PrintCommand = 3,

    /// <summary>printer_command</summary>
    PrinterCommand = 4,

    /// <summary>discover_printers</summary>
    DiscoverPrinters = 5,

    /// <summary>hub_command</summary>
    HubCommand = 6,

    /// <summary>hub_config</summary>
    HubConfig = 7,

    /// <summary>event_ack</summary>
    EventAck = 8,

    /// <summary>hub_claimed</summary>
    HubClaimed = 9,

    /// <summary>file_begin</summary>
    FileBegin = 10,

    /// <summary>file_end</summary>
    FileEnd = 11,

    /// <summary>file_cancel</summary>
    FileCancel = 12,

    /// <summary>job_cancel</summary>
    JobCancel = 13,

    /// <summary>gcode</summary>
    Gcode = 14,

    /// <summary>request</summary>
    Request = 15,
}
