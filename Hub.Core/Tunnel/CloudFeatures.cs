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

    /// <summary>file_stream: files over the connection itself.</summary>
    FileStream = 4,

    /// <summary>job_cancel: the end of a job, or of its file's transfer.</summary>
    JobCancel = 8,

    /// <summary>gcode: lines for a printer.</summary>
    Gcode = 16,

    /// <summary>hub_health: how the hub itself fares.</summary>
    HubHealth = 32,

    /// <summary>requests: the vocabulary of docs/requests.md.</summary>
    Requests = 64,

    /// <summary>status_details: a status as <c>status --json</c> prints it.</summary>
    StatusDetails = 128,

    /// <summary>claim: the hub gets its secret over the connection.</summary>
    Claim = 256,
}
