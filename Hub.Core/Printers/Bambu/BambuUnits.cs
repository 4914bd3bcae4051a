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

    /// <summary>ams_exist_bits: AMS A to D from bit 0, AMS HT from bit 4, the AMS Lite of an A2L as bit 12 (ha-bambulab <c>pybambu/tests</c>).</summary>
    private const int Chained = 4;
    private const int LiteBit = 16;
    private const int LiteExistBit = 12;

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

    /// <summary>
    /// The set without the units that ams_exist_bits no longer has. Where there are as many bits as units, none is gone: a
    /// recorded AMS HT alone was bit 0.
    /// </summary>
    public static int Present(int mask, int existBits)
    {
        if (existBits == 0 || Count(existBits) >= Count(mask))
        {
            return existBits == 0 ? 0 : mask;
        }

        int present = mask & existBits & ((1 << Chained) - 1);
        present |= mask & (((existBits >> Chained) & ((1 << Singles) - 1)) << FirstSingleBit);
        return present | (mask & (((existBits >> LiteExistBit) & 1) << LiteBit));
    }

    private static int Count(int mask)
    {
        int count = 0;
        for (; mask != 0; mask &= mask - 1)
        {
            count++;
        }

        return count;
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
