namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Filament changers as a set of bits: units 0 to 15 (four slots each), 16 (the AMS Lite of an A2L) and 128 to 135 (AMS HT).
/// Thread: any.
/// </summary>
internal static class BambuUnits
{
    private const int FirstSingle = 128;
    private const int Singles = 8;
    private const int FirstSingleBit = 17;

    /// <summary>The set with this unit in it; an id that no unit has changes nothing.</summary>
    public static int With(int mask, long unit)
    {
        int bit = Bit(unit);
        return bit < 0 ? mask : mask | (1 << bit);
    }

    /// <summary>True for a set that is known and has the unit.</summary>
    public static bool Has(int mask, int unit)
    {
        int bit = Bit(unit);
        return mask >= 0 && bit >= 0 && (mask & (1 << bit)) != 0;
    }

    private static int Bit(long unit)
    {
        if (unit >= 0 && unit < FirstSingleBit)
        {
            return (int)unit;
        }

        return unit >= FirstSingle && unit < FirstSingle + Singles ? (int)unit - FirstSingle + FirstSingleBit : -1;
    }
}
