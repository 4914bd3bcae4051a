namespace Hub.Core.Printers.Bambu;

/// <summary>Fills a status with the slots for filament; only when something about them changed. Thread: one owner.</summary>
internal sealed class BambuFilaments
{
    /// <summary>tray_now of the external spool.</summary>
    private const int SpoolNow = 254;
    private const int OnlySpoolSlot = 255;
    private const int LiteSlot = 24;
    private const int LiteUnit = 16;
    private const int SlotsOfUnit = 4;

    // A literal that is loaded costs the board memory each time.
    private static readonly string s_right = "right";
    private static readonly string s_left = "left";

    private int _version = -1;
    private int _nozzles = -1;
    private int _extruders = -1;

    /// <summary>Forgets what was filled in.</summary>
    public void Clear(FilamentReadings readings)
    {
        readings.Clear();
        _version = -1;
    }

    /// <summary>Brings the slots up to date.</summary>
    public void Fill(FilamentReadings readings, BambuValues values, BambuModel model)
    {
        BambuTrays trays = values.Trays;
        int extruders = values.Extruders;
        int nozzles = BambuFilament.Nozzles(model, extruders);
        if (trays.Version == _version && nozzles == _nozzles && extruders == _extruders)
        {
            return;
        }

        _version = trays.Version;
        _nozzles = nozzles;
        _extruders = extruders;
        readings.Clear();
        for (int place = 0; place < BambuTrays.OnlySpool; place++)
        {
            Add(readings, values, place, BambuTrays.SlotOf(place));
        }

        if (nozzles > 1)
        {
            Add(readings, values, BambuTrays.LeftSpool, BambuTrays.SlotOf(BambuTrays.LeftSpool));
            Add(readings, values, BambuTrays.RightSpool, BambuTrays.SlotOf(BambuTrays.RightSpool));
        }
        else
        {
            int place = IsListed(trays, BambuTrays.RightSpool) ? BambuTrays.RightSpool
                : IsListed(trays, BambuTrays.LeftSpool) ? BambuTrays.LeftSpool : BambuTrays.OnlySpool;
            Add(readings, values, place, OnlySpoolSlot);
        }
    }

    private static bool IsListed(BambuTrays trays, int place)
    {
        BambuTray? tray = trays.At(place);
        return tray != null && tray.IsListed;
    }

    private void Add(FilamentReadings readings, BambuValues values, int place, int slot)
    {
        BambuTray? tray = values.Trays.At(place);
        Filament? filament = tray == null || !tray.IsListed ? null : readings.Add(slot);
        if (tray == null || filament == null)
        {
            return;
        }

        filament.IsActive = IsActive(values, slot);
        filament.IsEmpty = filament.IsActive == TriState.Yes && place >= BambuTrays.OnlySpool ? TriState.No : values.Trays.IsEmpty(place);
        filament.Nozzle = _nozzles > 1 ? NameOf(values.Trays.NozzleOf(place)) : null;
        if (tray.Type == null || filament.IsEmpty == TriState.Yes)
        {
            // The colour of nothing is 00000000, which means transparent elsewhere.
            return;
        }

        filament.Type = tray.Type;
        filament.Colors = tray.Colors;

        // Spools without a tag come with -1, 0 or 100, and all of them with 0 while the printer does not measure (ha-bambulab issues 249
        // and 580); Bambu Studio believes no others either (AMSItem.cpp).
        filament.RemainingPercent = tray.HasTag && values.Trays.IsMeasuring && place < BambuTrays.OnlySpool ? tray.Remain : -1;
    }

    private static string? NameOf(int nozzle) => nozzle == 0 ? s_right : nozzle == 1 ? s_left : null;

    private TriState IsActive(BambuValues values, int slot)
    {
        int count = _extruders > _nozzles ? _extruders : _nozzles;
        count = count < 1 ? 1 : count;
        bool isKnown = true;
        bool hasAny = false;
        for (int i = 0; i < count && i < BambuValues.MaxExtruders; i++)
        {
            int now = values.Trays.SlotNow(i);
            now = now == SpoolNow && _nozzles < 2 ? OnlySpoolSlot : now;
            isKnown &= now != -1;
            hasAny |= now != -1;
            if (now == slot)
            {
                return TriState.Yes;
            }
        }

        if (!hasAny && count == 1)
        {
            int now = SlotOfTrayNow(values);
            return now == slot ? TriState.Yes : now == -1 ? TriState.Unknown : TriState.No;
        }

        return isKnown ? TriState.No : TriState.Unknown;
    }

    /// <summary>
    /// tray_now counts the slots of AMS A to D on, and is 254 for the external spool. An A2L counts those of its AMS Lite from 0
    /// (bambuddy bambu_mqtt.py), which says nothing where it has another unit as well.
    /// </summary>
    private static int SlotOfTrayNow(BambuValues values)
    {
        int now = values.Trays.TrayNow;
        if (now == SpoolNow)
        {
            return OnlySpoolSlot;
        }

        if (now >= 0 && now < SlotsOfUnit && BambuUnits.Has(values.Units, LiteUnit))
        {
            return BambuUnits.Has(values.Units, 0) ? -1 : LiteSlot + now;
        }

        return now;
    }
}
