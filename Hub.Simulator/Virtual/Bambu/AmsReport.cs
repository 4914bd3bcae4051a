using System;
using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The filament part of a report: units and slots, and the external spools.</summary>
internal static class AmsReport
{
    private const int SlotsOfUnit = 4;
    private const int NoSlot = 255;
    private const int SpoolSlot = 254;

    /// <summary>
    /// The spools of every unit: two with Bambu's tag, of which the printer knows what is left, and two without. In the first unit it knows
    /// nothing about the last one ("?" on its screen). As in ha-bambulab's recorded reports (pybambu/tests).
    /// </summary>
    private static readonly (string Type, string Color, string Tag, int Remain)[] s_spools =
    [
        ("PLA", "FFFFFFFF", "7B45A8FF00000100", 80), ("PETG-CF", "161616FF", "B2A80B7000000100", 45), ("PLA", "C12E1FFF", "0000000000000000", -1),
        ("ABS", "0A2989FF", "0000000000000000", -1),
    ];

    private const int UnknownSpool = 3;

    /// <summary>True for the left nozzle's units; the others feed the right or only one.</summary>
    public static bool IsLeft(BambuModel model, int slot) => model.HasTwoNozzles && slot / SlotsOfUnit >= model.AmsUnits / 2;

    /// <summary>Writes ams.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="model">Whose it is.</param>
    /// <param name="empty">Slots without a spool.</param>
    /// <param name="loaded">The slot that is printed from, 254 and 255 for an external spool; null for none.</param>
    public static void Write(Utf8JsonWriter json, BambuModel model, int[] empty, int? loaded)
    {
        int units = model.AmsUnits;
        json.WriteStartObject("ams");
        json.WriteStartArray("ams");
        int bits = 0;
        for (int unit = 0; unit < units; unit++)
        {
            json.WriteStartObject();
            json.WriteString("id", unit.ToString());
            json.WriteString("humidity", "4");
            json.WriteString("humidity_raw", "28");
            json.WriteString("temp", "24.6");
            if (model.ReportsInFull)
            {
                json.WriteString("info", IsLeft(model, unit * SlotsOfUnit) ? "1103" : "1003");
            }

            json.WriteStartArray("tray");
            for (int tray = 0; tray < SlotsOfUnit; tray++)
            {
                int slot = (unit * SlotsOfUnit) + tray;
                bool isEmpty = Array.IndexOf(empty, slot) >= 0;
                bits |= isEmpty ? 0 : 1 << slot;
                WriteTray(json, tray, isEmpty, slot == UnknownSpool, model.ReportsInFull);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        // An external spool is 254 here, whichever it is, and 255 is none.
        string now = (loaded is not { } number ? NoSlot : number >= SpoolSlot ? SpoolSlot : number).ToString();
        json.WriteEndArray();
        json.WriteString("ams_exist_bits", ((1 << units) - 1).ToString("x"));
        json.WriteString("tray_exist_bits", bits.ToString("x"));
        json.WriteString("tray_is_bbl_bits", bits.ToString("x"));
        json.WriteString("tray_tar", now);
        json.WriteString("tray_now", now);
        json.WriteString("tray_pre", now);
        json.WriteString("tray_read_done_bits", bits.ToString("x"));
        json.WriteString("tray_reading_bits", "0");
        json.WriteNumber("version", 3);
        json.WriteBoolean("insert_flag", true);
        json.WriteBoolean("power_on_flag", true);
        json.WriteEndObject();
    }

    /// <summary>
    /// The external spool: vt_tray, number 254, on printers with one nozzle; with two nozzles vir_slot with one each: 254 is the left one's
    /// and 255 the right one's (as in ha-bambulab's recorded reports).
    /// </summary>
    public static void WriteSpools(Utf8JsonWriter json, bool hasTwoNozzles)
    {
        if (!hasTwoNozzles)
        {
            json.WriteStartObject("vt_tray");
            WriteSpool(json, "254");
            json.WriteEndObject();
            return;
        }

        json.WriteStartArray("vir_slot");
        foreach (string id in new[] { "254", "255" })
        {
            json.WriteStartObject();
            WriteSpool(json, id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSpool(Utf8JsonWriter json, string id)
    {
        json.WriteString("id", id);
        json.WriteString("tag_uid", "0000000000000000");
        json.WriteString("tray_id_name", "");
        json.WriteString("tray_info_idx", "GFL99");
        json.WriteString("tray_type", "PLA");
        json.WriteString("tray_sub_brands", "");
        json.WriteString("tray_color", "FFFFFFFF");
        json.WriteString("tray_weight", "0");
        json.WriteString("tray_diameter", "0.00");
        json.WriteString("tray_temp", "0");
        json.WriteString("tray_time", "0");
        json.WriteString("bed_temp_type", "0");
        json.WriteString("bed_temp", "0");
        json.WriteString("nozzle_temp_max", "230");
        json.WriteString("nozzle_temp_min", "190");
        json.WriteNumber("remain", 0);
        json.WriteNumber("k", 0.02);
        json.WriteNumber("n", 1);
        json.WriteNumber("cali_idx", -1);
    }

    private static void WriteTray(Utf8JsonWriter json, int tray, bool isEmpty, bool isUnknown, bool isLong)
    {
        json.WriteStartObject();
        json.WriteString("id", tray.ToString());
        if (isEmpty || isUnknown)
        {
            // Newer firmware adds the state: 10 without a spool, 9 with one that has no tag.
            if (isLong)
            {
                json.WriteNumber("state", isEmpty ? 10 : 9);
            }

            json.WriteEndObject();
            return;
        }

        (string type, string color, string tag, int remain) = s_spools[tray];
        json.WriteNumber("remain", remain);
        json.WriteNumber("k", 0.02);
        json.WriteNumber("n", 1);
        json.WriteNumber("cali_idx", -1);
        json.WriteString("tag_uid", tag);
        json.WriteString("tray_id_name", "");
        json.WriteString("tray_info_idx", "GFL99");
        json.WriteString("tray_type", type);
        json.WriteString("tray_sub_brands", "");
        json.WriteString("tray_color", color);
        json.WriteString("tray_weight", "1000");
        json.WriteString("tray_diameter", "1.75");
        json.WriteString("tray_temp", "55");
        json.WriteString("tray_time", "8");
        json.WriteString("bed_temp_type", "1");
        json.WriteString("bed_temp", "35");
        json.WriteString("nozzle_temp_max", "230");
        json.WriteString("nozzle_temp_min", "190");
        json.WriteString("xcam_info", "000000000000000000000000");
        json.WriteString("tray_uuid", "00000000000000000000000000000000");
        if (isLong)
        {
            json.WriteNumber("total_len", 330000);
            json.WriteNumber("ctype", 0);
            json.WriteStartArray("cols");
            json.WriteStringValue(color);
            json.WriteEndArray();
            json.WriteString("drying_temp", "55");
            json.WriteString("drying_time", "8");
            json.WriteNumber("state", 11);
        }

        json.WriteEndObject();
    }
}
