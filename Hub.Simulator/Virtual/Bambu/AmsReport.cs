using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>The filament part of a report: units and slots, and the external spools.</summary>
internal static class AmsReport
{
    private static readonly string[] s_colors = ["FFFFFFFF", "161616FF", "C12E1FFF", "0A2989FF"];

    public static void Write(Utf8JsonWriter json, int units, bool isLong)
    {
        json.WriteStartObject("ams");
        json.WriteStartArray("ams");
        for (int unit = 0; unit < units; unit++)
        {
            json.WriteStartObject();
            json.WriteString("id", unit.ToString());
            json.WriteString("humidity", "4");
            json.WriteString("humidity_raw", "28");
            json.WriteString("temp", "24.6");
            json.WriteStartArray("tray");
            for (int tray = 0; tray < 4; tray++)
            {
                WriteTray(json, tray, isLong);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("ams_exist_bits", ((1 << units) - 1).ToString("x"));
        json.WriteString("tray_exist_bits", ((1 << (4 * units)) - 1).ToString("x"));
        json.WriteString("tray_is_bbl_bits", "0");
        json.WriteString("tray_tar", "255");
        json.WriteString("tray_now", "255");
        json.WriteString("tray_pre", "255");
        json.WriteString("tray_read_done_bits", ((1 << (4 * units)) - 1).ToString("x"));
        json.WriteString("tray_reading_bits", "0");
        json.WriteNumber("version", 3);
        json.WriteBoolean("insert_flag", true);
        json.WriteBoolean("power_on_flag", false);
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

    private static void WriteTray(Utf8JsonWriter json, int tray, bool isLong)
    {
        json.WriteStartObject();
        json.WriteString("id", tray.ToString());
        json.WriteNumber("remain", 80 - (10 * tray));
        json.WriteNumber("k", 0.02);
        json.WriteNumber("n", 1);
        json.WriteNumber("cali_idx", -1);
        json.WriteString("tag_uid", "0000000000000000");
        json.WriteString("tray_id_name", "");
        json.WriteString("tray_info_idx", "GFL99");
        json.WriteString("tray_type", "PLA");
        json.WriteString("tray_sub_brands", "");
        json.WriteString("tray_color", s_colors[tray]);
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
            json.WriteStringValue(s_colors[tray]);
            json.WriteEndArray();
            json.WriteString("drying_temp", "55");
            json.WriteString("drying_time", "8");
            json.WriteNumber("state", 11);
        }

        json.WriteEndObject();
    }
}
