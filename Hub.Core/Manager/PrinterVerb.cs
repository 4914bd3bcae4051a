namespace Hub.Core.Manager;

/// <summary>What can be asked of a printer through its worker. <see cref="VerbRule"/> holds what is known of each.</summary>
public enum PrinterVerb
{
    /// <summary>Pause the job; done when the printer is paused.</summary>
    Pause = 0,

    /// <summary>Resume the job; done when it prints again.</summary>
    Resume = 1,

    /// <summary>Cancel the job; done when no job is left.</summary>
    Cancel = 2,

    /// <summary>Send G-code lines; done when the printer's server accepted them.</summary>
    Gcode = 3,

    /// <summary>Start a stored file; done when it is preparing or printing.</summary>
    Start = 4,

    /// <summary>Switch the light; done when the printer accepted it.</summary>
    Light = 5,

    /// <summary>Set the speed level; done when the printer accepted it.</summary>
    Speed = 6,

    /// <summary>Clear the error that is shown; done when the printer accepted it.</summary>
    ClearError = 7,

    /// <summary>
    /// Stop heaters and motors at once: not delayed by anything that runs or waits, and what waits is not sent any more.
    /// Done when the printer accepted it.
    /// </summary>
    EmergencyStop = 8,
}
