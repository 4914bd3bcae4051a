using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Where each filament of a project comes from, in the two forms that project_file has, as Bambu Studio fills them
/// (SelectMachine.cpp, get_ams_mapping_result): <c>ams_mapping</c> with one number and <c>ams_mapping2</c> with unit and slot.
/// An external spool is -1 in the one and 255 (on two nozzles 254, the left one) in the other: no firmware accepts 254 or
/// 255 in the first, it pauses with 0700_8012 or 07FF_8012 (bambuddy issues 797, 854, 859, 1386). Immutable. Thread: any.
/// </summary>
internal sealed class BambuFilament
{
    /// <summary>Slots of four-spool units: unit times 4 and slot.</summary>
    private const int ChainedSlots = 16;

    private const int SlotsOfUnit = 4;

    /// <summary>An AMS HT is one slot, whose number is its unit's.</summary>
    private const int FirstSingle = 128;
    private const int LastSingle = 135;

    /// <summary>An A2L numbers its AMS Lite as unit 16 in reports and as unit 6 in its masks: a person may know either.</summary>
    private const int LiteUnit = 16;
    private const int LiteAsUnit6 = 24;
    private const int LiteAsUnit16 = 64;

    private const int LeftSpool = 254;
    private const int RightSpool = 255;
    private const int None = 255;
    private const int Unmapped = -1;

    private BambuFilament(int count)
    {
        Numbers = new int[count];
        Units = new int[count];
        Slots = new int[count];
    }

    /// <summary>ams_mapping</summary>
    public int[] Numbers { get; }

    /// <summary>ams_id of each entry of ams_mapping2.</summary>
    public int[] Units { get; }

    /// <summary>slot_id of each entry of ams_mapping2.</summary>
    public int[] Slots { get; }

    /// <summary>use_ams: true when a slot of a changer is used. A printer without one refuses a start that says so.</summary>
    public bool UsesChanger { get; private set; }

    /// <summary>
    /// What to send. Errors: <see cref="ErrorCode.Refused"/> for slots that no printer, or not this one, has, and for a
    /// filament of the plate that has none.
    /// </summary>
    /// <param name="model">The printer's model; unknown until it was reported.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="unitMask">The units that the printer reports (<see cref="BambuUnits"/>), or -1 when that is not known.</param>
    /// <param name="extruders">The nozzles that the printer reports, 0 when it does not; they count where the model is not known.</param>
    public static BambuFilament Of(BambuModel model, StartOptions options, int unitMask, int extruders)
    {
        int nozzles = Nozzles(model, extruders);
        int[]? wanted = options.UseAms ? options.AmsMapping : null;
        int[]? uses = options.Filaments;
        int count = uses == null ? 1 : uses.Length;
        count = wanted != null && wanted.Length > count ? wanted.Length : count;
        if (options.UseAms && wanted == null && nozzles > 1)
        {
            throw Refused("on a printer with two nozzles each filament needs a slot that feeds its nozzle: name the slots (--ams 0,1,…) instead of auto");
        }

        BambuFilament filament = new BambuFilament(count);
        for (int i = 0; i < count; i++)
        {
            int use = uses == null ? StartOptions.AnyNozzle : i < uses.Length ? uses[i] : StartOptions.UnusedFilament;
            int number = wanted == null ? Default(options.UseAms, i, use, nozzles) : i < wanted.Length ? wanted[i] : Unmapped;
            if (number < 0 && use != StartOptions.UnusedFilament && uses != null)
            {
                throw Refused("filament " + (i + 1).ToString() + " of the plate has no slot: --ams needs one for each filament (-1 is for those that the plate does not use)");
            }

            filament.Set(i, number, use, nozzles, model, unitMask);
        }

        return filament;
    }

    /// <summary>How many nozzles a printer has that reports this many; 0 when neither model nor report says so.</summary>
    public static int Nozzles(BambuModel model, int extruders) => !model.IsKnown ? extruders : model.HasTwoNozzles ? 2 : 1;

    /// <summary>Errors: <see cref="ErrorCode.Refused"/> for a number that no printer knows.</summary>
    public static void CheckNumber(int number)
    {
        bool isKnown = (number >= Unmapped && number < ChainedSlots) || IsLite(number)
            || (number >= FirstSingle && number <= LastSingle) || number == LeftSpool || number == RightSpool;
        if (!isKnown)
        {
            throw Refused("there is no slot " + number.ToString() + ": 0 to 15 are those of AMS A to D, 128 to 135 an AMS HT, 24 to 27 the AMS Lite of an A2L, 254 or 255 the external spool, -1 a filament that is not used");
        }
    }

    private static int Default(bool usesChanger, int index, int use, int nozzles)
    {
        if (use == StartOptions.UnusedFilament)
        {
            return Unmapped;
        }

        return usesChanger ? index : nozzles > 1 && use == StartOptions.LeftNozzle ? LeftSpool : RightSpool;
    }

    private void Set(int index, int number, int use, int nozzles, BambuModel model, int unitMask)
    {
        if (number == Unmapped)
        {
            Put(index, Unmapped, None, None);
        }
        else if (number == LeftSpool || number == RightSpool)
        {
            Put(index, Unmapped, SpoolUnit(index, number, use, nozzles), 0);
        }
        else
        {
            SetSlot(index, number, model, unitMask);
            UsesChanger = true;
        }
    }

    /// <summary>Reports of printers with one nozzle call its spool 254; in a start it is 255.</summary>
    private static int SpoolUnit(int index, int number, int use, int nozzles)
    {
        if (nozzles == 0 && number == LeftSpool)
        {
            throw Refused("254 is the left nozzle's external spool on some models and the only one on others, and this printer's model is not known: set it (printers edit --model)");
        }

        if (nozzles < 2)
        {
            return RightSpool;
        }

        bool isWrongSide = (use == StartOptions.LeftNozzle && number != LeftSpool) || (use == StartOptions.RightNozzle && number != RightSpool);
        return !isWrongSide
            ? number
            : throw Refused("filament " + (index + 1).ToString() + " is sliced for the " + (use == StartOptions.LeftNozzle ? "left nozzle, whose external spool is 254" : "right nozzle, whose external spool is 255"));
    }

    private void SetSlot(int index, int number, BambuModel model, int unitMask)
    {
        int slot = number % SlotsOfUnit;
        if (number >= FirstSingle && number <= LastSingle)
        {
            Check(number, number, unitMask);
            Put(index, number, number, 0);
        }
        else if (IsLite(number))
        {
            if (model.IsKnown && !model.HasMixedLite)
            {
                throw Refused("slot " + number.ToString() + " belongs to the AMS Lite of an A2L; the slots of the AMS units are 0 to 15");
            }

            Check(number, LiteUnit, unitMask);
            Put(index, slot, LiteUnit, slot);
        }
        else if (number >= 0 && number < ChainedSlots)
        {
            // An A2L whose only unit is its AMS Lite reports that unit's slots as 0 to 3.
            bool isLite = model.HasMixedLite && number < SlotsOfUnit && BambuUnits.Has(unitMask, LiteUnit) && !BambuUnits.Has(unitMask, 0);
            int unit = isLite ? LiteUnit : number / SlotsOfUnit;
            Check(number, unit, unitMask);
            Put(index, number, unit, slot);
        }
        else
        {
            CheckNumber(number);
        }
    }

    private static bool IsLite(int number) =>
        (number >= LiteAsUnit6 && number < LiteAsUnit6 + SlotsOfUnit) || (number >= LiteAsUnit16 && number < LiteAsUnit16 + SlotsOfUnit);

    /// <summary>A P1S that is given the slot of a unit it lacks prepares for ever and shows no error (OpenBambuAPI issue 10).</summary>
    private static void Check(int number, int unit, int unitMask)
    {
        if (unitMask >= 0 && !BambuUnits.Has(unitMask, unit))
        {
            throw Refused(unitMask == 0
                ? "the printer reports no AMS, so it has no slot " + number.ToString() + ": --ams off prints from the external spool"
                : "the printer reports no AMS unit with slot " + number.ToString());
        }
    }

    private void Put(int index, int number, int unit, int slot)
    {
        Numbers[index] = number;
        Units[index] = unit;
        Slots[index] = slot;
    }

    private static HubException Refused(string message) => new HubException(ErrorCode.Refused, message);
}
