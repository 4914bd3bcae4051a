using System;

namespace Hub.Core.Printers;

/// <summary>What a printer system can do through the hub; a verb that is absent is refused, never ignored.</summary>
[Flags]
public enum PrinterCapabilities
{
    /// <summary>Status only.</summary>
    None = 0,

    /// <summary>Pause a job.</summary>
    Pause = 1,

    /// <summary>Resume a paused job.</summary>
    Resume = 2,

    /// <summary>Cancel a job.</summary>
    Cancel = 4,

    /// <summary>Send free G-code.</summary>
    Gcode = 8,

    /// <summary>Upload a file.</summary>
    Upload = 16,

    /// <summary>Start a stored file.</summary>
    Start = 32,

    /// <summary>Switch the light.</summary>
    Light = 64,

    /// <summary>Set a speed level.</summary>
    Speed = 128,

    /// <summary>Clear the error it shows.</summary>
    ClearError = 256,

    /// <summary>Stop heaters and motors at once.</summary>
    EmergencyStop = 512,
}
