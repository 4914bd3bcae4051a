using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// Executes a request and builds its reply: the request's own fields with result and reason.
/// The firmware's reaction to malformed requests is unknown; here they are not answered. Thread: any.
/// </summary>
internal sealed class BambuCommands(VirtualBambu printer)
{
    /// <summary>Executes a request. Null when there is no reply.</summary>
    public byte[]? Handle(byte[] payload)
    {
        try
        {
            return JsonNode.Parse(payload) is JsonObject { Count: > 0 } request && request.First() is { Value: JsonObject command } first
                ? Handle(first.Key, TextOf(command, "command") ?? "", command)
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, a duplicate key, or a value of the wrong type.
            return null;
        }
    }

    private byte[]? Handle(string group, string name, JsonObject command) => group switch
    {
        "pushing" when name is "pushall" or "start" => printer.Reporter.PushAll(),
        "info" when name == "get_version" => Reply(group, Version(command)),
        "system" when name == "ledctrl" => Reply(group, Result(command, printer.Panel.SetLight(TextOf(command, "led_node"), TextOf(command, "led_mode")) ? null : "no such light")),
        "print" when Print(name, command) is { } reply => Reply(group, AsTheModelAnswers(reply)),
        _ => null,
    };

    private JsonObject AsTheModelAnswers(JsonObject reply)
    {
        if (printer.Faults.BareEcho)
        {
            reply.Remove("result");
            reply.Remove("reason");
        }

        if (printer.Model.AnswersWithoutCommand)
        {
            reply.Remove("command");
        }

        return reply;
    }

    private JsonObject? Print(string name, JsonObject command)
    {
        if (printer.Faults.RejectCommands)
        {
            printer.Print.RaiseSignatureFault();
            JsonObject refusal = Result(command, "mqtt message verify failed");
            refusal["result"] = "failed";
            refusal["err_code"] = BambuErrors.NotSigned;
            return refusal;
        }

        switch (name)
        {
            case "pause":
                return Result(command, printer.Machine.Pause() ? null : "not printing");
            case "resume":
                return Result(command, printer.Machine.Resume() ? null : "not paused");
            case "stop":
                return Result(command, printer.Machine.Cancel() ? null : "not printing");
            case "gcode_line":
                return Result(command, Gcode(TextOf(command, "param")));
            case "print_speed":
                return Result(command, printer.Panel.SetSpeed(TextOf(command, "param")) ? null : "no such level");
            case "clean_print_error":
                printer.Print.ClearError();
                return Result(command, null);
            case "print_option" or "skip_objects":
                return Result(command, null);
            case "project_file":
                return StartProject(command);
            case "gcode_file":
                return StartGcode(command);
            default:
                return null;
        }
    }

    private string? Gcode(string? lines)
    {
        if (string.IsNullOrWhiteSpace(lines))
        {
            return "no line";
        }

        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            printer.Machine.SendGcode(line);
            if (printer.Machine.Read().Link == MachineLink.Failed)
            {
                // M112. The rest of the printer keeps running.
                printer.Print.Fail(BambuErrors.Malfunction);
                break;
            }
        }

        return null;
    }

    private JsonObject StartProject(JsonObject command)
    {
        string plate = TextOf(command, "param") ?? "";
        string? path = PathOf(TextOf(command, "url") ?? "");
        if (command["use_ams"] is { } ams && ams.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            return Result(command, "use_ams must be true or false");
        }

        if (path == null || !plate.StartsWith("Metadata/", StringComparison.Ordinal))
        {
            return Result(command, "wrong url or param");
        }

        BambuTask task = new()
        {
            GcodeFile = plate.Replace("Metadata/", "/data/Metadata/", StringComparison.Ordinal),
            SubtaskName = TextOf(command, "subtask_name") ?? "",
            ProjectId = TextOf(command, "project_id") ?? "0",
            ProfileId = TextOf(command, "profile_id") ?? "0",
            TaskId = TextOf(command, "task_id") ?? "0",
            SubtaskId = TextOf(command, "subtask_id") ?? "0",
            Type = "local",
            UsesAms = command["use_ams"] is { } useAms && useAms.GetValueKind() == JsonValueKind.True,
            Slot = AmsMapping.FirstSlot(command),
        };
        string md5 = TextOf(command, "md5") ?? "";
        return Start(command, path, task, full => BambuPlate.Read(full, plate, md5, printer.Card.Storage, path), full => AmsMapping.Judge(command, printer.Model, BambuPlate.Filaments(full, plate)));
    }

    private JsonObject StartGcode(JsonObject command)
    {
        // A path of the printer's own file system. For any other path the printer reports success and does nothing (OpenBambuAPI issue 38).
        string param = TextOf(command, "param") ?? "";
        string? path = param.StartsWith(printer.Model.CardPath, StringComparison.Ordinal) ? BambuCard.Resolve("", param[printer.Model.CardPath.Length..]) : null;
        if (string.IsNullOrEmpty(path))
        {
            return Result(command, null);
        }

        BambuTask task = new() { GcodeFile = path, SubtaskName = path[(path.LastIndexOf('/') + 1)..], Type = "local" };
        return Start(command, path, task, full => GcodeFile.ReadJob(full, path), _ => null);
    }

    private JsonObject Start(JsonObject command, string path, BambuTask task, Func<string, MachineJob?> read, Func<string, int?> judge)
    {
        if (printer.Machine.Read().IsActive)
        {
            return Busy(command);
        }

        if (printer.Card.FindFile(path) is not { } full)
        {
            JsonObject missing = Result(command, "file not found");
            missing["err_code"] = BambuErrors.Unreadable;
            return missing;
        }

        if (read(full) is not { } job)
        {
            // The command is accepted; only later does the printer find that the file is not printable.
            printer.Print.FailToStart(task, BambuErrors.Unreadable);
            return Result(command, null);
        }

        if (printer.Faults.StartError is { } error)
        {
            printer.Print.Raise(int.Parse(error, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return Result(command, null);
        }

        return printer.Print.Start(job, task, judge(full) ?? 0, printer.Faults.StartDelaySeconds) ? Result(command, null) : Busy(command);
    }

    private JsonObject Busy(JsonObject command)
    {
        printer.Print.Raise(BambuErrors.Busy);
        JsonObject busy = Result(command, "device is busy");
        busy["err_code"] = BambuErrors.Busy;
        return busy;
    }

    // ftp:///path and ftp://path on all models, file:///sdcard/path and file:///mnt/sdcard/path on the older ones.
    private string? PathOf(string url)
    {
        foreach (string prefix in printer.Model.TakesCardUrl ? new[] { "file:///mnt/sdcard/", "file:///sdcard/", "ftp://" } : ["ftp://"])
        {
            if (url.StartsWith(prefix, StringComparison.Ordinal) && BambuCard.Resolve("", url[prefix.Length..]) is { Length: > 0 } path)
            {
                return path;
            }
        }

        return null;
    }

    private JsonObject Version(JsonObject command)
    {
        BambuModel model = printer.Model;
        JsonArray modules = new(Module("ota", "OTA", model));
        foreach (string[] part in model.Modules.Select(m => m.Split(':')))
        {
            modules.Add((JsonNode)Module(part[0], part[1], model));
        }

        JsonObject reply = Result(command, null);
        reply["module"] = modules;
        return reply;
    }

    private JsonObject Module(string name, string hardware, BambuModel model) => new()
    {
        ["name"] = name,
        ["project_name"] = name == "ota" || name == "esp32" ? model.Code : "",
        ["product_name"] = name == "ota" ? model.ProductName : "",
        ["sw_ver"] = model.Firmware,
        ["hw_ver"] = hardware,
        ["sn"] = printer.Serial,
        ["flag"] = 0,
    };

    /// <summary>The request's own fields with the outcome; null is success.</summary>
    private JsonObject Result(JsonObject command, string? failure)
    {
        JsonObject reply = (JsonObject)command.DeepClone();
        reply["result"] = failure != null ? "fail" : printer.Model.ReportsInFull ? "SUCCESS" : "success";
        reply["reason"] = failure ?? "";
        return reply;
    }

    private static byte[] Reply(string group, JsonObject reply) => Encoding.UTF8.GetBytes(new JsonObject { [group] = reply }.ToJsonString());

    /// <summary>Text, or a number as text.</summary>
    private static string? TextOf(JsonObject command, string key) => command[key] is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? command[key]!.ToString() : null;
}
