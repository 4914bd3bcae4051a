namespace Hub.Core.Printers;

/// <summary>How a stored file is to be printed, where that does not stand in the file. Not changed after it was handed over.</summary>
public sealed class StartOptions
{
    /// <summary>In <see cref="Filaments"/>: the plate does not use it.</summary>
    public const int UnusedFilament = -1;

    /// <summary>In <see cref="Filaments"/>: used; the printer has one nozzle, or nobody says which.</summary>
    public const int AnyNozzle = 0;

    /// <summary>In <see cref="Filaments"/>: used, by the left of two nozzles.</summary>
    public const int LeftNozzle = 1;

    /// <summary>In <see cref="Filaments"/>: used, by the right of two nozzles.</summary>
    public const int RightNozzle = 2;

    /// <summary>First plate, no filament changer.</summary>
    public static readonly StartOptions Default = new StartOptions();

    /// <summary>Plate of a .3mf, from 1.</summary>
    public int Plate { get; set; } = 1;

    /// <summary>Feed from the filament changer (AMS).</summary>
    public bool UseAms { get; set; }

    /// <summary>
    /// Slot for each filament of the file: 0 to 15 (AMS A to D), 128 to 135 (AMS HT), 24 to 27 (AMS Lite of an A2L), 254 or 255
    /// (external spool; the left and the right nozzle's where there are two), -1 for one that is not used. Null uses the
    /// slots in order, the first filament from slot 0. It counts only with <see cref="UseAms"/>.
    /// </summary>
    public int[]? AmsMapping { get; set; }

    /// <summary>
    /// What the plate does with each filament of its project: <see cref="UnusedFilament"/>, <see cref="AnyNozzle"/>,
    /// <see cref="LeftNozzle"/> or <see cref="RightNozzle"/>. The printer requires an entry for each; null when unknown.
    /// </summary>
    public int[]? Filaments { get; set; }
}
