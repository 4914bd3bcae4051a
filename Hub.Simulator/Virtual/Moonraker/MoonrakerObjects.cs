using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Klipper's status objects (docs/external_api/printer.md): all of them, a selection, and what changed.</summary>
internal static class MoonrakerObjects
{
    /// <summary>Layers of a print whose file names none; the virtual slicer wrote SET_PRINT_STATS_INFO.</summary>
    public const int Layers = 50;

    /// <summary>Stands for NaN, which JSON lacks but Python's json module writes.</summary>
    private const double NotANumber = -9999.125;

    public static JsonArray List(int extruders, string? lacks)
    {
        JsonArray list = List();
        for (int i = 1; i < extruders; i++)
        {
            list.Add((JsonNode)("extruder" + i));
        }

        foreach (JsonNode missing in list.Where(o => IsLacking(o!.ToString(), lacks)).ToArray()!)
        {
            list.Remove(missing);
        }

        return list;
    }

    /// <summary>The text of a message, with NaN for a value without a number.</summary>
    public static byte[] ToBytes(JsonNode message) => Encoding.UTF8.GetBytes(message.ToJsonString().Replace("-9999.125", "NaN", StringComparison.Ordinal));

    /// <summary>Applies Klipper's configuration, missing sections included, to its objects.</summary>
    public static JsonObject Configure(JsonObject all, bool isJobActive, int extruders, string? lacks, bool isBedUnreadable)
    {
        if (extruders > 1)
        {
            // Jobs print with the second one, as in the recording two-extruders.
            all["extruder1"] = all["extruder"]!.DeepClone();
            all["extruder"] = Heater(22.4, 0);
            all["toolhead"]!["extruder"] = isJobActive ? "extruder1" : "extruder";
        }

        if (isBedUnreadable)
        {
            all["heater_bed"]!["temperature"] = NotANumber;
        }

        foreach (string missing in all.Select(o => o.Key).Where(o => IsLacking(o, lacks)).ToArray())
        {
            all.Remove(missing);
        }

        return all;
    }

    /// <summary>virtual_sdcard loads print_stats (klippy/extras/virtual_sdcard.py).</summary>
    private static bool IsLacking(string name, string? lacks) => lacks != null && (name == lacks || (lacks == "virtual_sdcard" && name == "print_stats"));

    private static JsonArray List() => new("gcode", "webhooks", "configfile", "gcode_move", "print_stats", "virtual_sdcard", "pause_resume", "display_status", "heaters", "extruder", "heater_bed", "temperature_sensor chamber_air", "idle_timeout", "toolhead");

    public static JsonObject All(MachineSnapshot machine, bool isPaused)
    {
        bool isLoaded = machine.Job != null;
        double progress = machine.Job != null && machine.Result == JobResult.Finished ? 1 : (machine.Completion ?? 0) / 100;
        double printed = machine.PrintTimeSeconds;
        bool extrudes = progress > 0;
        return new JsonObject
        {
            ["webhooks"] = new JsonObject { ["state"] = MoonrakerKlippy.StateOf(machine), ["state_message"] = MoonrakerKlippy.MessageOf(machine) },
            ["print_stats"] = new JsonObject
            {
                ["filename"] = machine.Job?.Path ?? "",
                ["total_duration"] = printed,
                ["print_duration"] = extrudes ? printed : 0,
                ["filament_used"] = extrudes ? progress * 1000 : 0,
                ["state"] = PrintState(machine),
                ["message"] = "",
                ["info"] = extrudes && isLoaded
                    ? new JsonObject { ["total_layer"] = Layers, ["current_layer"] = Math.Clamp((int)(progress * Layers) + 1, 1, Layers) }
                    : new JsonObject { ["total_layer"] = null, ["current_layer"] = null },
            },
            ["virtual_sdcard"] = new JsonObject
            {
                ["file_path"] = machine.IsActive ? "/home/pi/printer_data/gcodes/" + machine.Job!.Path : null,
                ["progress"] = progress,
                ["is_active"] = machine.IsPrinting,
                ["file_position"] = (long)(progress * (machine.Job?.SizeBytes ?? 0)),
                ["file_size"] = machine.Job?.SizeBytes ?? 0,
            },
            ["display_status"] = new JsonObject { ["progress"] = progress, ["message"] = null },
            ["extruder"] = Heater(machine.Nozzle, machine.NozzleTarget),
            ["heater_bed"] = Heater(machine.Bed, machine.BedTarget),
            ["temperature_sensor chamber_air"] = new JsonObject { ["temperature"] = 24.6, ["measured_min_temp"] = 20.1, ["measured_max_temp"] = 31.5 },
            ["pause_resume"] = new JsonObject { ["is_paused"] = isPaused },
            ["idle_timeout"] = new JsonObject { ["state"] = machine.IsPrinting ? "Printing" : "Idle", ["printing_time"] = printed },
            ["gcode_move"] = new JsonObject { ["speed_factor"] = 1, ["extrude_factor"] = 1 },
            ["toolhead"] = new JsonObject { ["homed_axes"] = extrudes ? "xyz" : "", ["extruder"] = "extruder" },
            ["gcode"] = new JsonObject { ["commands"] = new JsonObject() },
            ["configfile"] = new JsonObject { ["save_config_pending"] = false, ["warnings"] = new JsonArray() },
            ["heaters"] = new JsonObject { ["available_heaters"] = new JsonArray("heater_bed", "extruder"), ["available_sensors"] = new JsonArray("heater_bed", "extruder", "temperature_sensor chamber_air") },
        };
    }

    /// <summary>The objects of a query or subscription: null selects all fields, an unknown object yields {} (klippy/webhooks.py, QueryStatusHelper).</summary>
    public static JsonObject Select(JsonObject all, JsonObject wanted)
    {
        JsonObject selected = [];
        foreach ((string name, JsonNode? fields) in wanted)
        {
            selected[name] = all[name] is JsonObject known ? Fields(known, fields as JsonArray) : new JsonObject();
        }

        return selected;
    }

    /// <summary>The fields that differ, or null when none does.</summary>
    public static JsonObject? Difference(JsonObject before, JsonObject now)
    {
        JsonObject changed = [];
        foreach ((string name, JsonNode? node) in now)
        {
            JsonObject fields = [];
            foreach ((string field, JsonNode? value) in (JsonObject)node!)
            {
                if (!JsonNode.DeepEquals((before[name] as JsonObject)?[field], value))
                {
                    fields[field] = value?.DeepClone();
                }
            }

            if (fields.Count > 0)
            {
                changed[name] = fields;
            }
        }

        return changed.Count > 0 ? changed : null;
    }

    /// <summary>What the metadata scan finds in a file.</summary>
    public static JsonObject Metadata(string full, string path)
    {
        FileInfo info = new(full);
        MachineJob job = GcodeFile.ReadJob(full, path);
        JsonObject metadata = new()
        {
            ["size"] = info.Length,
            ["modified"] = new DateTimeOffset(info.LastWriteTimeUtc).ToUnixTimeMilliseconds() / 1000.0,
            ["uuid"] = "473a41d2-15f4-434b-aeb4-fakefakefake",
            ["file_processors"] = new JsonArray(),
            ["gcode_start_byte"] = 0,
            ["gcode_end_byte"] = info.Length,
            ["first_layer_extr_temp"] = job.NozzleTarget,
            ["first_layer_bed_temp"] = job.BedTarget,
        };
        if (job.EstimateSeconds is { } estimate)
        {
            metadata["slicer"] = "PrusaSlicer";
            metadata["estimated_time"] = estimate;
            metadata["layer_count"] = Layers;
        }

        metadata["print_start_time"] = null;
        metadata["job_id"] = null;
        metadata["filename"] = path;
        return metadata;
    }

    /// <summary>Klipper has no pausing or cancelling state: the word changes when the macro ends.</summary>
    public static string PrintState(MachineSnapshot machine) => machine.State switch
    {
        MachineState.Idle when machine.Job == null => "standby",
        MachineState.Idle => machine.Result switch
        {
            JobResult.Finished => "complete",
            JobResult.Cancelled => "cancelled",
            JobResult.Failed => "error",
            _ => "standby",
        },
        MachineState.Paused or MachineState.Resuming => "paused",
        _ => "printing",
    };

    private static JsonObject Heater(double actual, double target) => new()
    {
        ["temperature"] = Math.Round(actual, 2),
        ["target"] = target,
        ["power"] = target > 0 ? 0.5 : 0,
        ["can_extrude"] = actual > 170,
    };

    private static JsonObject Fields(JsonObject known, JsonArray? names)
    {
        JsonObject fields = [];
        foreach ((string field, JsonNode? value) in known)
        {
            if (names == null || names.Any(n => n?.ToString() == field))
            {
                fields[field] = value?.DeepClone();
            }
        }

        return fields;
    }
}
