namespace Hub.Core.Printers;

/// <summary>How a stored file is to be printed, where that does not stand in the file. Not changed after it was handed over.</summary>
public sealed class StartOptions
{
    /// <summary>First plate, no filament changer.</summary>
    public static readonly StartOptions Default = new StartOptions();

    /// <summary>Plate of a .3mf, from 1.</summary>
    public int Plate { get; set; } = 1;

    /// <summary>Feed from the filament changer (AMS).</summary>
    public bool UseAms { get; set; }

    /// <summary>Slot of the filament changer for each filament of the file, -1 for one that is not used; null leaves it to the printer.</summary>
    public int[]? AmsMapping { get; set; }
}
