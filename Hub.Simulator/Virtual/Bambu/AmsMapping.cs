using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Checks the filament part of project_file as printers do: they answer success, prepare, and pause with "Failed to get AMS
/// mapping table" when they cannot use it. From user reports of failures and successes: bambuddy issues 318, 797, 836,
/// 854, 859, 874, 1386; bambu-printer-manager issues 55 and 62; bamdude pull request 2. Thread: any.
/// </summary>
internal static class AmsMapping
{
    private const int ChainedSlots = 16;
    private const int SlotsOfUnit = 4;
    private const int FirstSingle = 128;
    private const int LastSingle = 135;
    private const int LeftSpool = 254;
    private const int None = 255;

    /// <summary>The print_error that the printer pauses with, or null when it can print.</summary>
    /// <param name="command">The members of project_file.</param>
    /// <param name="model">The printer's model.</param>
    /// <param name="filaments">The highest filament number that the plate uses; 0 when the file names none.</param>
    public static int? Judge(JsonObject command, BambuModel model, int filaments)
    {
        bool usesAms = command["use_ams"]?.GetValueKind() == JsonValueKind.True;
        int[]? numbers = Numbers(command["ams_mapping"]);
        (int Unit, int Slot)[]? places = Places(command["ams_mapping2"]);
        if (numbers == null || numbers.Length == 0)
        {
            // P1 and A1 accept a start without a list; X1, P2 and H2 do not.
            return !model.NeedsMapping && !usesAms ? null : BambuErrors.NoMappingOfSpool;
        }

        if (numbers.Length < filaments || (places != null && places.Length != numbers.Length))
        {
            return BambuErrors.NoMappingOfSpool;
        }

        if (numbers.Any(n => n != -1 && !IsSlot(n)))
        {
            return BambuErrors.NoMapping;
        }

        bool namesSlot = numbers.Any(n => n >= 0);
        if (places == null)
        {
            bool isOldForm = usesAms ? namesSlot : numbers.All(n => n == 0);
            return !model.HasTwoNozzles && (isOldForm || (!model.NeedsMapping && !usesAms)) ? null : BambuErrors.NoMappingOfSpool;
        }

        bool isSpoolByAms = usesAms && !namesSlot && !model.HasTwoNozzles;
        return isSpoolByAms || !numbers.Select((number, i) => Fits(number, places[i], model)).All(fits => fits)
            ? namesSlot ? BambuErrors.NoMapping : BambuErrors.NoMappingOfSpool
            : null;
    }

    /// <summary>The slot of the first filament that the plate uses; 254 and 255 are external spools.</summary>
    public static int FirstSlot(JsonObject command)
    {
        int[] numbers = Numbers(command["ams_mapping"]) ?? [];
        (int Unit, int Slot)[] places = Places(command["ams_mapping2"]) ?? [];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] >= 0)
            {
                return numbers[i];
            }

            if (i < places.Length && places[i].Slot == 0)
            {
                return places[i].Unit;
            }
        }

        return None;
    }

    private static bool IsSlot(int number) => number is >= 0 and < ChainedSlots or >= FirstSingle and <= LastSingle;

    private static bool Fits(int number, (int Unit, int Slot) place, BambuModel model)
    {
        if (number == -1)
        {
            return place == (None, None) || place == (None, 0) || (place == (LeftSpool, 0) && model.HasTwoNozzles);
        }

        // None of these printers has an AMS HT.
        return place == (number / SlotsOfUnit, number % SlotsOfUnit) && number < FirstSingle && number / SlotsOfUnit < model.AmsUnits;
    }

    private static int[]? Numbers(JsonNode? node) => node is JsonArray list && list.All(IsNumber) ? [.. list.Select(n => (int)n!)] : null;

    private static (int Unit, int Slot)[]? Places(JsonNode? node) =>
        node is JsonArray list && list.All(entry => entry is JsonObject place && IsNumber(place["ams_id"]) && IsNumber(place["slot_id"]))
            ? [.. list.Select(entry => ((int)entry!["ams_id"]!, (int)entry["slot_id"]!))]
            : null;

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int _);
}
