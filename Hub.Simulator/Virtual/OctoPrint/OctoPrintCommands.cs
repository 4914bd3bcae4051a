using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The commands that OctoPrint accepts by POST (docs/api/connection.rst, job.rst, printer.rst, files.rst). Thread: any.</summary>
internal sealed class OctoPrintCommands(VirtualMachine printer, OctoPrintFiles files)
{
    /// <summary>Answers a POST.</summary>
    /// <param name="path">The path below /api/.</param>
    /// <param name="body">Its JSON.</param>
    /// <param name="machine">The machine now.</param>
    public VirtualReply Run(string[] path, JsonObject body, MachineSnapshot machine)
    {
        switch (path)
        {
            case ["connection"]:
                return Connect(OctoPrintRequest.Text(body["command"]));
            case ["job"] or ["printer", "command" or "tool" or "bed"] when machine.Link != MachineLink.Online:
                return OctoPrintTexts.NotOperational();
            case ["job"]:
                return ControlJob(machine, body);
            case ["printer", "command"]:
                return SendGcode(body);
            case ["printer", "tool"]:
                return SetTool(body);
            case ["printer", "bed"]:
                return SetBed(body);
            case ["printer", "printhead"]:
                return MoveHead(machine, body);
            case ["files", "local", .. string[] file]:
                return files.Command(string.Join('/', file), body);
            default:
                return OctoPrintTexts.NotFound();
        }
    }

    private VirtualReply Connect(string? command)
    {
        switch (command)
        {
            case "connect":
                printer.Connect();
                return OctoPrintTexts.NoContent();
            case "disconnect":
                printer.Disconnect();
                return OctoPrintTexts.NoContent();
            case "fake_ack":
                return OctoPrintTexts.NoContent();
            default:
                return OctoPrintTexts.Error(400, "command is invalid");
        }
    }

    private VirtualReply ControlJob(MachineSnapshot machine, JsonObject body)
    {
        string? command = OctoPrintRequest.Text(body["command"]);
        switch (command)
        {
            case "start" when machine.IsActive:
                return OctoPrintTexts.Error(409, "Printer already has an active print job, did you mean 'restart'?");
            case "start":
                // Without a selected file nothing happens, but the answer is still 204.
                printer.Start();
                return OctoPrintTexts.NoContent();
            case "restart":
                return printer.Restart() ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(409, "Printer does not have an active print job or is not paused");
            case "cancel" or "pause" when !machine.IsActive:
                return OctoPrintTexts.Error(409, "Printer is neither printing nor paused, '" + command + "' command cannot be performed");
            case "cancel":
                printer.Cancel();
                return OctoPrintTexts.NoContent();
            case "pause":
                return Pause(machine, body["action"] == null ? "toggle" : OctoPrintRequest.Text(body["action"]));
            default:
                return OctoPrintTexts.Error(400, "command is invalid");
        }
    }

    private VirtualReply Pause(MachineSnapshot machine, string? action)
    {
        switch (action)
        {
            case "resume":
            case "toggle" when machine.State == MachineState.Paused:
                printer.Resume();
                return OctoPrintTexts.NoContent();
            case "pause" or "toggle":
                printer.Pause();
                return OctoPrintTexts.NoContent();
            default:
                return OctoPrintTexts.Error(400, "Unknown action");
        }
    }

    private VirtualReply SendGcode(JsonObject body)
    {
        List<string> lines = [];
        if (OctoPrintRequest.Text(body["command"]) is { } one)
        {
            lines.Add(one);
        }
        else if (body["commands"] is JsonArray many && many.All(line => OctoPrintRequest.Text(line) != null))
        {
            lines.AddRange(many.Select(line => OctoPrintRequest.Text(line)!));
        }
        else
        {
            return OctoPrintTexts.Error(400, body.ContainsKey("commands") ? "commands is invalid" : "Need one of 'command', 'commands' or 'script'");
        }

        foreach (string line in lines)
        {
            printer.SendGcode(line);
        }

        return OctoPrintTexts.NoContent();
    }

    private VirtualReply SetTool(JsonObject body)
    {
        if (OctoPrintRequest.Text(body["command"]) == "target" && body["targets"] is JsonObject targets)
        {
            if (targets["tool0"] is JsonValue target && target.TryGetValue(out double celsius))
            {
                printer.SendGcode("M104 S" + celsius);
            }

            return OctoPrintTexts.NoContent();
        }

        return OctoPrintRequest.Text(body["command"]) is "select" or "offset" or "extrude" or "flowrate" ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(400, "command is invalid");
    }

    private VirtualReply SetBed(JsonObject body)
    {
        if (OctoPrintRequest.Text(body["command"]) == "target" && body["target"] is JsonValue target && target.TryGetValue(out double celsius))
        {
            printer.SendGcode("M140 S" + celsius);
            return OctoPrintTexts.NoContent();
        }

        return OctoPrintRequest.Text(body["command"]) == "offset" ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(400, "command is invalid");
    }

    private VirtualReply MoveHead(MachineSnapshot machine, JsonObject body)
    {
        string? command = OctoPrintRequest.Text(body["command"]);
        if (command is not ("jog" or "home" or "feedrate"))
        {
            return OctoPrintTexts.Error(400, "command is invalid");
        }

        if (machine.Link != MachineLink.Online || (machine.IsPrinting && command != "feedrate"))
        {
            return OctoPrintTexts.Error(409, "Printer is not operational or currently printing");
        }

        printer.SendGcode(command == "home" ? "G28" : command == "jog" ? "G1" : "M220");
        return OctoPrintTexts.NoContent();
    }
}
