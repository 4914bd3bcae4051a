using System;
using System.Globalization;
using System.Text.Json;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Writes the members of a model's report; the values are invented. The members and their
/// order never change, so that reports can be compared.
/// </summary>
internal static class BambuReport
{
    private const int CardPresentFlag = 0x100;

    /// <summary>The printer measures what is left on spools with a tag.</summary>
    private const int MeasuresFlag = 0x80;
    private const int RightExtruder = 0;
    private const int LeftExtruder = 1;
    private const long SignedCommandsBit = 0x20000000;

    public static void Write(ReportFields fields, VirtualBambu printer, BambuMoment now, long tick)
    {
        BambuModel model = printer.Model;
        Utf8JsonWriter json = fields.Json;
        fields.Begin();
        WriteJob(fields, model, now);
        WriteTemperatures(fields, model, now, tick);
        WriteFans(fields, now);
        Number(fields, "spd_lvl", printer.Panel.SpeedLevel);
        Number(fields, "spd_mag", printer.Panel.SpeedPercent);
        WriteLights(fields, model, printer.Panel);

        // The level changes every few seconds, as with Wi-Fi.
        Text(fields, "wifi_signal", "-" + (48 + (tick / 7 % 5)) + "dBm");
        Flag(fields, "sdcard", printer.Card.IsPresent);
        Number(fields, "home_flag", MeasuresFlag | (printer.Card.IsPresent ? CardPresentFlag : 0));
        long fun = 0x11810F9CFBL | (printer.Faults.RejectCommands ? SignedCommandsBit : 0);
        Text(fields, "fun", fun.ToString("X"));
        WriteHms(fields, now, printer.Faults.Hms);
        WriteEquipment(fields, printer);
        if (model.HasDevice)
        {
            WriteDevice(json, model, now, tick);
            fields.End();
        }

        AmsReport.Write(json, model, printer.Faults.EmptySlotNumbers(), now.LoadedSlot);
        fields.End();
        AmsReport.WriteSpools(json, model.HasTwoNozzles);
        fields.End();
    }

    private static void WriteJob(ReportFields fields, BambuModel model, BambuMoment now)
    {
        Text(fields, "gcode_state", now.State);
        Number(fields, "mc_percent", now.Percent);
        Number(fields, "mc_remaining_time", now.RemainingMinutes);
        Number(fields, "layer_num", now.Layer);
        Number(fields, "total_layer_num", now.Layers);
        Text(fields, "gcode_file_prepare_percent", now.PreparePercent.ToString());
        Text(fields, "gcode_file", now.Task.GcodeFile);
        Text(fields, "subtask_name", now.Task.SubtaskName);
        Text(fields, "project_id", now.Task.ProjectId);
        Text(fields, "profile_id", now.Task.ProfileId);
        Text(fields, "task_id", now.Task.TaskId);
        Text(fields, "subtask_id", now.Task.SubtaskId);
        Text(fields, "print_type", now.Machine.IsActive ? now.Task.Type : model.IdleType);
        Number(fields, "print_error", now.PrintError);
        if (model.ReportsInFull)
        {
            Text(fields, "fail_reason", now.FailReason.ToString());
        }

        Text(fields, "mc_print_error_code", (now.PrintError & 0xFFFF).ToString());
        Text(fields, "mc_print_stage", now.Machine.IsActive ? "2" : "1");
        Number(fields, "stg_cur", now.Stage);
        fields.Json.WriteStartArray("stg");
        if (now.Machine.IsActive)
        {
            fields.Json.WriteNumberValue(2);
            fields.Json.WriteNumberValue(7);
            fields.Json.WriteNumberValue(13);
            fields.Json.WriteNumberValue(1);
        }

        fields.Json.WriteEndArray();
        fields.End();
        fields.Json.WriteStartArray("s_obj");
        fields.Json.WriteEndArray();
        fields.End();
        Number(fields, "queue_number", 0);
    }

    private static void WriteTemperatures(ReportFields fields, BambuModel model, BambuMoment now, long tick)
    {
        Decimal(fields, "nozzle_temper", Sensor(now.Machine.Nozzle, tick));
        Decimal(fields, "nozzle_target_temper", now.Machine.NozzleTarget);
        Decimal(fields, "bed_temper", Sensor(now.Machine.Bed, tick + 3));
        Decimal(fields, "bed_target_temper", now.Machine.BedTarget);

        // P1 and A1 have no such sensor and always report 5.
        Decimal(fields, "chamber_temper", model.HasChamberSensor ? Math.Round(Chamber(now)) : 5);
    }

    private static void WriteFans(ReportFields fields, BambuMoment now)
    {
        int part = (int)Math.Round(now.Machine.FanPercent / 100 * 15);
        Text(fields, "cooling_fan_speed", part.ToString());
        Text(fields, "heatbreak_fan_speed", now.Machine.Nozzle > 50 ? "15" : "0");
        Text(fields, "big_fan1_speed", "0");
        Text(fields, "big_fan2_speed", "0");
        Number(fields, "fan_gear", 0);
    }

    private static void WriteLights(ReportFields fields, BambuModel model, BambuPanel panel)
    {
        Utf8JsonWriter json = fields.Json;
        json.WriteStartArray("lights_report");
        WriteLight(json, "chamber_light", panel.ChamberLight);
        if (model.ReportsInFull)
        {
            WriteLight(json, "work_light", "flashing");
        }

        json.WriteEndArray();
        fields.End();
    }

    private static void WriteLight(Utf8JsonWriter json, string node, string mode)
    {
        json.WriteStartObject();
        json.WriteString("node", node);
        json.WriteString("mode", mode);
        json.WriteEndObject();
    }

    private static void WriteHms(ReportFields fields, BambuMoment now, string? more)
    {
        fields.Json.WriteStartArray("hms");
        if (now.HasSignatureFault)
        {
            fields.Json.WriteStartObject();
            fields.Json.WriteNumber("attr", BambuErrors.NotSignedHmsAttr);
            fields.Json.WriteNumber("code", BambuErrors.NotSignedHmsCode);
            fields.Json.WriteEndObject();
        }

        if (more != null)
        {
            fields.Json.WriteStartObject();
            fields.Json.WriteNumber("attr", uint.Parse(more[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            fields.Json.WriteNumber("code", uint.Parse(more[8..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            fields.Json.WriteEndObject();
        }

        fields.Json.WriteEndArray();
        fields.End();
    }

    private static void WriteEquipment(ReportFields fields, VirtualBambu printer)
    {
        Utf8JsonWriter json = fields.Json;
        Text(fields, "nozzle_diameter", "0.4");
        Text(fields, "nozzle_type", "hardened_steel");
        Text(fields, "lifecycle", "product");
        Number(fields, "hw_switch_state", 1);
        Number(fields, "ams_status", 0);
        Number(fields, "ams_rfid_status", 0);
        json.WriteStartObject("net");
        json.WriteNumber("conf", 16);
        json.WriteStartArray("info");
        json.WriteStartObject();

        // Little endian.
        json.WriteNumber("ip", BitConverter.ToUInt32(printer.ListenAddress.GetAddressBytes()));
        json.WriteNumber("mask", 0x00FFFFFF);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        fields.End();
        json.WriteStartObject("ipcam");
        json.WriteString("ipcam_dev", "1");
        json.WriteString("ipcam_record", "enable");
        json.WriteString("timelapse", "disable");
        json.WriteString("resolution", printer.Model.ReportsInFull ? "1080p" : "");
        if (printer.Model.ReportsInFull)
        {
            json.WriteString("rtsp_url", "disable");
        }

        json.WriteString("tutk_server", "disable");
        json.WriteNumber("mode_bits", 3);
        json.WriteEndObject();
        fields.End();
        json.WriteStartObject("upgrade_state");
        json.WriteNumber("sequence_id", 0);
        json.WriteString("progress", "0");
        json.WriteString("status", "IDLE");
        json.WriteBoolean("consistency_request", false);
        json.WriteNumber("dis_state", 0);
        json.WriteNumber("err_code", 0);
        json.WriteBoolean("force_upgrade", false);
        json.WriteString("message", "");
        json.WriteString("module", "");
        json.WriteNumber("new_version_state", 2);
        json.WriteStartArray("new_ver_list");
        json.WriteEndArray();
        json.WriteEndObject();
        fields.End();
        json.WriteStartObject("upload");
        json.WriteString("status", "idle");
        json.WriteNumber("progress", 0);
        json.WriteString("message", "");
        json.WriteEndObject();
        fields.End();
        json.WriteStartObject("online");
        json.WriteBoolean("ahb", false);
        json.WriteBoolean("rfid", false);
        json.WriteNumber("version", 7);
        json.WriteEndObject();
        fields.End();
    }

    // Low 16 bits are the temperature, high 16 bits the target.
    private static void WriteDevice(Utf8JsonWriter json, BambuModel model, BambuMoment now, long tick)
    {
        MachineSnapshot machine = now.Machine;
        json.WriteStartObject("device");
        json.WriteStartObject("bed");
        json.WriteStartObject("info");
        json.WriteNumber("temp", Packed(Sensor(machine.Bed, tick + 3), machine.BedTarget));
        json.WriteEndObject();
        json.WriteNumber("state", machine.BedTarget > 0 ? 2 : 0);
        json.WriteEndObject();
        json.WriteNumber("bed_temp", Packed(Sensor(machine.Bed, tick + 3), machine.BedTarget));
        json.WriteStartObject("ctc");
        json.WriteStartObject("info");
        json.WriteNumber("temp", Packed(Chamber(now), 0));
        json.WriteEndObject();
        json.WriteNumber("state", 0);
        json.WriteEndObject();
        json.WriteStartObject("extruder");
        json.WriteStartArray("info");
        WriteExtruder(json, RightExtruder, Packed(Sensor(machine.Nozzle, tick), machine.NozzleTarget), SlotIn(RightExtruder, model, now));

        // The left nozzle is idle.
        WriteExtruder(json, LeftExtruder, Packed(Heater.Ambient, 0), SlotIn(LeftExtruder, model, now));
        json.WriteEndArray();

        // Two extruders; number 0 is active.
        json.WriteNumber("state", 2);
        json.WriteEndObject();
        json.WriteStartObject("nozzle");
        json.WriteNumber("exist", 3);
        json.WriteStartArray("info");
        WriteNozzle(json, 0);
        WriteNozzle(json, 1);
        json.WriteEndArray();
        json.WriteNumber("state", 0);
        json.WriteEndObject();
        json.WriteStartObject("airduct");
        json.WriteNumber("modeCur", 0);
        json.WriteStartArray("modeList");
        json.WriteEndArray();
        json.WriteStartArray("parts");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("fan", 0);
        json.WriteNumber("type", 1);
        json.WriteEndObject();
    }

    /// <summary>snow: the unit in the high byte and its slot in the low one; 255 is no slot (as in ha-bambulab's recorded reports).</summary>
    private static int SlotIn(int extruder, BambuModel model, BambuMoment now)
    {
        int spool = extruder == LeftExtruder ? 254 : 255;
        int none = (spool << 8) | 0xFF;
        return now.LoadedSlot is not { } slot ? none
            : slot >= 254 ? slot == spool ? spool << 8 : none
            : AmsReport.IsLeft(model, slot) == (extruder == LeftExtruder) ? ((slot / 4) << 8) | (slot % 4) : none;
    }

    private static void WriteExtruder(Utf8JsonWriter json, int id, long temp, int slot)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("temp", temp);
        json.WriteNumber("hnow", id);
        json.WriteNumber("hpre", id);
        json.WriteNumber("htar", id);
        json.WriteNumber("snow", slot);
        json.WriteNumber("spre", slot);
        json.WriteNumber("star", slot);
        json.WriteNumber("stat", 0);
        json.WriteNumber("info", 8);
        json.WriteStartArray("filam_bak");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNozzle(Utf8JsonWriter json, int id)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("diameter", 0.4);
        json.WriteString("type", "HS01");
        json.WriteNumber("wear", 0);
        json.WriteNumber("tm", 0);
        json.WriteEndObject();
    }

    private static long Packed(double actual, double target) => ((long)Math.Round(target) << 16) | (long)Math.Round(actual);

    private static double Chamber(BambuMoment now) => Heater.Ambient + ((now.Machine.Bed - Heater.Ambient) * 0.25);

    // The sensor's steps of 1/32 degree, never quite constant.
    private static double Sensor(double value, long tick) => (Math.Round(value * 32) + (tick / 2 % 3) - 1) / 32;

    private static void Text(ReportFields fields, string name, string value)
    {
        fields.Json.WriteString(name, value);
        fields.End();
    }

    private static void Number(ReportFields fields, string name, long value)
    {
        fields.Json.WriteNumber(name, value);
        fields.End();
    }

    private static void Decimal(ReportFields fields, string name, double value)
    {
        fields.Json.WriteNumber(name, value);
        fields.End();
    }

    private static void Flag(ReportFields fields, string name, bool value)
    {
        fields.Json.WriteBoolean(name, value);
        fields.End();
    }
}
