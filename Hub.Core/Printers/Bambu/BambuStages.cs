namespace Hub.Core.Printers.Bambu;

/// <summary>
/// The stages of stg_cur (the table in ha-bambulab's pybambu/const.py, CURRENT_STAGE_IDS, and BambuStudio's get_stage_string).
/// A stage says what the printer is doing at the moment; gcode_state says whether a job is being prepared, printed or paused.
/// Thread: any.
/// </summary>
internal static class BambuStages
{
    private const int None = -1;
    private const int NoneOfP1 = 255;
    private const int Printing = 0;
    private const int PausedByGcode = 5;
    private const int PausedByUser = 16;
    private const int PausedByFile = 30;

    /// <summary>True while it heats, levels, calibrates or changes filament.</summary>
    public static bool IsWork(int stage) => stage != Printing && stage != None && stage != NoneOfP1;

    /// <summary>True for a pause that a person or the file asked for.</summary>
    public static bool IsWantedPause(int stage) => stage == PausedByUser || stage == PausedByGcode || stage == PausedByFile;

    /// <summary>Why the printer paused by itself; null for a stage that is none of these.</summary>
    public static string? PauseReason(int stage)
    {
        switch (stage)
        {
            case 6:
                return "the filament ran out: load new filament, then resume";
            case 17:
                return "the front cover of the toolhead fell off: put it back, then resume";
            case 20:
                return "the nozzle's temperature is out of order";
            case 21:
                return "the bed's temperature is out of order";
            case 23:
                return "the toolhead lost steps";
            case 26:
                return "the filament changer (AMS) is no longer connected";
            case 27:
                return "the hotend's fan is too slow";
            case 28:
                return "the chamber's temperature is out of order";
            case 32:
                return "the nozzle is covered with filament";
            case 33:
                return "the filament cutter is out of order";
            case 34:
                return "the first layer looks faulty";
            case 35:
                return "the nozzle is clogged";
            default:
                return null;
        }
    }

    /// <summary>What it does in the middle of a print instead of printing; null for a stage without a word of its own.</summary>
    public static string? Work(int stage)
    {
        switch (stage)
        {
            case 1:
            case 40:
            case 47:
            case 48:
                return "levelling the bed";
            case 2:
            case 54:
                return "heating the bed";
            case 4:
                return "changing filament";
            case 7:
            case 64:
                return "heating the nozzle";
            case 8:
            case 19:
            case 51:
                return "calibrating the extrusion";
            case 10:
                return "inspecting the first layer";
            case 13:
                return "homing";
            case 14:
                return "cleaning the nozzle";
            case 22:
                return "unloading filament";
            case 24:
                return "loading filament";
            case 29:
                return "cooling the chamber";
            case 39:
                return "calibrating the nozzle offset";
            case 49:
            case 63:
                return "heating the chamber";
            case 50:
                return "cooling the bed";
            case 58:
                return "warming up";
            case 66:
                return "cleaning the chamber's air";
            case 69:
                return "cooling the nozzle";
            case 77:
                return "preparing the AMS";
            case 3:
            case 9:
            case 12:
            case 18:
            case 25:
            case 36:
            case 37:
            case 38:
            case 43:
            case 45:
            case 46:
            case 53:
            case 56:
            case 57:
            case 60:
            case 61:
            case 65:
                return "calibrating";
            case 11:
            case 15:
            case 41:
            case 42:
            case 44:
            case 52:
            case 55:
            case 62:
            case 72:
            case 73:
            case 74:
            case 75:
                return "checking itself";
            default:
                return PauseReason(stage);
        }
    }
}
