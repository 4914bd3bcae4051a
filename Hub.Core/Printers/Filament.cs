namespace Hub.Core.Printers;

/// <summary>
/// A slot for filament and what is in it (docs/status.md). Thread: that of the status it belongs to.
/// </summary>
public sealed class Filament
{
    /// <summary>Number of the slot, as <c>print --ams</c> accepts it; for systems without that option, the tool or gate, from 0.</summary>
    public int Slot { get; set; }

    /// <summary>Whether the slot is empty.</summary>
    public TriState IsEmpty { get; set; }

    /// <summary>Material, such as PLA or PETG-CF, or null.</summary>
    public string? Type { get; set; }

    /// <summary>#RRGGBB, or #RRGGBBAA for a translucent one; the main colour first. Not empty, never changed; null when not known.</summary>
    public string[]? Colors { get; set; }

    /// <summary>What is left on the spool in percent, 0 to 100, or -1.</summary>
    public int RemainingPercent { get; set; } = -1;

    /// <summary>The nozzle that the slot feeds, as in <see cref="ToolReadings.Name"/>; null with one nozzle, or when not known.</summary>
    public string? Nozzle { get; set; }

    /// <summary>Whether this filament is in its nozzle.</summary>
    public TriState IsActive { get; set; }

    /// <summary>Forgets everything but the slot.</summary>
    internal void Begin(int slot)
    {
        Slot = slot;
        IsEmpty = TriState.Unknown;
        Type = null;
        Colors = null;
        RemainingPercent = -1;
        Nozzle = null;
        IsActive = TriState.Unknown;
    }

    internal void CopyFrom(Filament other)
    {
        Slot = other.Slot;
        IsEmpty = other.IsEmpty;
        Type = other.Type;
        Colors = other.Colors;
        RemainingPercent = other.RemainingPercent;
        Nozzle = other.Nozzle;
        IsActive = other.IsActive;
    }

    internal bool SameAs(Filament other) =>
        Slot == other.Slot
        && IsEmpty == other.IsEmpty
        && Type == other.Type
        && RemainingPercent == other.RemainingPercent
        && Nozzle == other.Nozzle
        && IsActive == other.IsActive
        && AreSame(Colors, other.Colors);

    private static bool AreSame(string[]? one, string[]? other)
    {
        if (ReferenceEquals(one, other))
        {
            return true;
        }

        if (one == null || other == null || one.Length != other.Length)
        {
            return false;
        }

        for (int i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i])
            {
                return false;
            }
        }

        return true;
    }
}
