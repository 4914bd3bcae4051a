namespace Hub.Core.Printers.Bambu;

/// <summary>
/// All slots for filament of a printer, merged from its reports: those of AMS A to D, of an A2L's AMS Lite and of AMS HT, and the
/// external spools. Allocates only when the printer lists a slot for the first time. Thread: one owner.
/// </summary>
internal sealed class BambuTrays
{
    /// <summary>Value of <see cref="TrayNow"/> and <see cref="SlotNow"/>: nothing is loaded.</summary>
    public const int NothingLoaded = -2;

    /// <summary>The first place of an external spool: vt_tray, which is the only one where vir_slot never comes.</summary>
    public const int OnlySpool = 28;

    /// <summary>vir_slot 255: the right nozzle's, or the only one.</summary>
    public const int RightSpool = 29;

    /// <summary>vir_slot 254: the left nozzle's.</summary>
    public const int LeftSpool = 30;

    /// <summary>How many places there are.</summary>
    public const int Count = 31;

    private const int LiteUnit = 16;
    private const int FirstSingle = 128;
    private const int Singles = 8;
    private const int SlotsOfUnit = 4;
    private const int FirstLite = 16;
    private const int FirstHt = 20;
    private const int LiteSlot = 24;
    private const int LeftSlot = 254;
    private const int RightSlot = 255;

    /// <summary>Four chained units, the AMS Lite, eight AMS HT.</summary>
    private const int UnitPlaces = 13;
    private const int LitePlace = 4;

    private readonly BambuTray?[] _trays = new BambuTray?[Count];
    private readonly int[] _nozzles = new int[UnitPlaces];
    private readonly int[] _slotsNow = new int[BambuValues.MaxExtruders];

    public BambuTrays()
    {
        Clear();
    }

    /// <summary>Another number with each change.</summary>
    public int Version { get; set; }

    /// <summary>tray_exist_bits, or -1.</summary>
    public int TrayBits { get; set; }

    /// <summary>ams_exist_bits, or -1.</summary>
    public int UnitBits { get; set; }

    /// <summary>power_on_flag</summary>
    public bool HasPowerOnFlag { get; set; }

    /// <summary>tray_now as it came, -1 when not known. Only where the extruders do not say it themselves.</summary>
    public int TrayNow { get; set; }

    /// <summary>True when the printer measures what is left (home_flag).</summary>
    public bool IsMeasuring { get; set; }

    /// <summary>The slot's place, or -1 for one that no printer has.</summary>
    public static int PlaceOf(long unit, long tray)
    {
        if (unit >= FirstSingle && unit < FirstSingle + Singles)
        {
            return tray == 0 ? FirstHt + (int)unit - FirstSingle : -1;
        }

        if (tray < 0 || tray >= SlotsOfUnit)
        {
            return -1;
        }

        return unit >= 0 && unit < FirstLite / SlotsOfUnit ? ((int)unit * SlotsOfUnit) + (int)tray : unit == LiteUnit ? FirstLite + (int)tray : -1;
    }

    /// <summary>The number that <see cref="BambuFilament"/> accepts.</summary>
    public static int SlotOf(int place) =>
        place < FirstLite ? place
        : place < FirstHt ? LiteSlot + place - FirstLite
        : place < OnlySpool ? FirstSingle + place - FirstHt
        : place == LeftSpool ? LeftSlot : RightSlot;

    /// <summary>The unit of a place, or -1 for an external spool.</summary>
    public static int UnitOf(int place) =>
        place < FirstLite ? place / SlotsOfUnit : place < FirstHt ? LiteUnit : place < OnlySpool ? FirstSingle + place - FirstHt : -1;

    /// <summary>snow of an extruder: the unit in the high byte, its slot in the low one, 255 for none (BambuStudio DevExtruderSystem.cpp).</summary>
    /// <returns>A number as of <see cref="SlotOf"/>, <see cref="NothingLoaded"/>, or -1 for one that is not known.</returns>
    public static int SlotOfPacked(long packed)
    {
        long unit = (packed >> 8) & 0xFF;
        long slot = packed & 0xFF;
        if (slot == 0xFF)
        {
            return NothingLoaded;
        }

        if (unit == RightSlot || unit == LeftSlot)
        {
            return slot == 0 ? (int)unit : -1;
        }

        int place = PlaceOf(unit, slot);
        return place < 0 ? -1 : SlotOf(place);
    }

    /// <summary>What is known of a place, or null when nothing ever was.</summary>
    public BambuTray? At(int place) => _trays[place];

    /// <summary>The place's tray, to be changed.</summary>
    public BambuTray Take(int place)
    {
        BambuTray? tray = _trays[place];
        if (tray == null)
        {
            tray = new BambuTray();
            _trays[place] = tray;
        }

        return tray;
    }

    /// <summary>The extruder that a unit feeds, 0 the right or only one, or -1.</summary>
    public int NozzleOf(int place) => place >= OnlySpool ? (place == LeftSpool ? 1 : 0) : _nozzles[UnitPlace(place)];

    /// <summary>Sets the extruder of a unit; any other number makes it unknown.</summary>
    public void SetNozzle(long unit, int extruder)
    {
        int place = PlaceOf(unit, 0);
        if (place >= 0)
        {
            _nozzles[UnitPlace(place)] = extruder == 0 || extruder == 1 ? extruder : -1;
        }
    }

    /// <summary>What is loaded in an extruder, as of <see cref="SlotOfPacked"/>.</summary>
    public int SlotNow(int extruder) => _slotsNow[extruder];

    /// <summary>Sets what is loaded in an extruder.</summary>
    public void SetSlotNow(int extruder, int slot) => _slotsNow[extruder] = slot;

    /// <summary>
    /// Whether a slot is empty. tray_exist_bits has AMS A to D from bit 0, AMS HT from bit 16, the A2L's AMS Lite from bit 24, as in
    /// BambuStudio (DevFilaSystem.cpp); it counts for units that ams_exist_bits has at their own place. All bits are 0 without
    /// power_on_flag while the unit is switched off (bambuddy issue 765): then a slot with a content is not believed to be empty.
    /// </summary>
    public TriState IsEmpty(int place)
    {
        if (place >= OnlySpool || TrayBits < 0 || UnitBits < 0 || !HasUnitBit(place))
        {
            return TriState.Unknown;
        }

        int bit = place < FirstLite ? place : place < FirstHt ? LiteSlot + place - FirstLite : 16 + place - FirstHt;
        if (((TrayBits >> bit) & 1) != 0)
        {
            return TriState.No;
        }

        bool isDoubtful = TrayBits == 0 && !HasPowerOnFlag && At(place)?.Type != null;
        return isDoubtful ? TriState.Unknown : TriState.Yes;
    }

    /// <summary>Nothing came yet of the next message.</summary>
    public void Begin()
    {
        for (int i = 0; i < Count; i++)
        {
            BambuTray? tray = _trays[i];
            if (tray != null)
            {
                tray.Came = 0;
            }
        }
    }

    /// <summary>Ends a message.</summary>
    /// <param name="isFull">It was not one of changes.</param>
    /// <param name="hasUnits">It listed the units.</param>
    /// <param name="hasSpools">It listed external spools.</param>
    /// <param name="units">The units that there are (<see cref="BambuUnits"/>), or -1.</param>
    public void End(bool isFull, bool hasUnits, bool hasSpools, int units)
    {
        for (int i = 0; i < Count; i++)
        {
            BambuTray? tray = _trays[i];
            if (tray == null || !tray.IsListed)
            {
                continue;
            }

            bool isOfUnit = i < OnlySpool;
            bool isTold = isFull && (isOfUnit ? hasUnits : hasSpools);
            if ((isTold && tray.Came == 0) || (isOfUnit && !BambuUnits.Has(units, UnitOf(i))))
            {
                tray.Clear();
            }
            else if (isTold)
            {
                tray.EndFull();
            }

            if (IsEmpty(i) == TriState.Yes)
            {
                tray.Forget();
            }
        }
    }

    /// <summary>Overwrites everything.</summary>
    public void CopyFrom(BambuTrays other)
    {
        Version = other.Version;
        TrayBits = other.TrayBits;
        UnitBits = other.UnitBits;
        HasPowerOnFlag = other.HasPowerOnFlag;
        TrayNow = other.TrayNow;
        IsMeasuring = other.IsMeasuring;
        for (int i = 0; i < Count; i++)
        {
            BambuTray? tray = other._trays[i];
            if (tray != null)
            {
                Take(i).CopyFrom(tray);
            }
            else
            {
                _trays[i]?.Clear();
            }
        }

        for (int i = 0; i < UnitPlaces; i++)
        {
            _nozzles[i] = other._nozzles[i];
        }

        for (int i = 0; i < BambuValues.MaxExtruders; i++)
        {
            _slotsNow[i] = other._slotsNow[i];
        }
    }

    private static int UnitPlace(int place) =>
        place < FirstLite ? place / SlotsOfUnit : place < FirstHt ? LitePlace : LitePlace + 1 + place - FirstHt;

    private bool HasUnitBit(int place)
    {
        int bit = place < FirstLite ? place / SlotsOfUnit : place < FirstHt ? 12 : 4 + place - FirstHt;
        return ((UnitBits >> bit) & 1) != 0;
    }

    private void Clear()
    {
        TrayBits = UnitBits = TrayNow = -1;
        for (int i = 0; i < UnitPlaces; i++)
        {
            _nozzles[i] = -1;
        }

        for (int i = 0; i < BambuValues.MaxExtruders; i++)
        {
            _slotsNow[i] = -1;
        }
    }
}
