using System;

namespace Hub.Core.Tunnel;

/// <summary>Extensions of the base protocol (docs/tunnel.md): their messages are sent only to a cloud whose hub_welcome names them.</summary>
[Flags]
internal enum CloudFeatures
{
    /// <summary>The base protocol alone.</summary>
    None = 0,

    /// <summary>job_event: events of jobs, until they are acknowledged.</summary>
    JobEvents = 1,

    /// <summary>printer_list: which printers the hub has.</summary>
    PrinterList = 2,
}
