namespace Hub.Core.Printers.Bambu;

/// <summary>The words of gcode_state (pybambu/const.py, GCODE_STATE_OPTIONS); OFFLINE, UNKNOWN and the empty word say nothing.</summary>
internal enum BambuPhase
{
    /// <summary>No word came yet.</summary>
    Unknown = 0,

    Idle = 1,

    Prepare = 2,

    Slicing = 3,

    Init = 4,

    Running = 5,

    Pause = 6,

    /// <summary>Stays until the next print.</summary>
    Finish = 7,

    /// <summary>Stays until the next print; a cancelled print ends here too.</summary>
    Failed = 8,
}
