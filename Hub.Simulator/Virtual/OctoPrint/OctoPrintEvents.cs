using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The last events, numbered, from which push clients catch up. Thread: any.</summary>
internal sealed class OctoPrintEvents
{
    private const int Kept = 128;

    private readonly Lock _gate = new();
    private readonly Queue<(long Number, string Type, string Json)> _events = new();
    private long _last;
    private string? _lastState;

    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public void Add(string type, JsonNode? payload)
    {
        string json = new JsonObject { ["event"] = new JsonObject { ["type"] = type, ["payload"] = payload } }.ToJsonString();
        lock (_gate)
        {
            _events.Enqueue((++_last, type, json));
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }
        }
    }

    public List<(long Number, string Type, string Json)> Since(long number)
    {
        lock (_gate)
        {
            List<(long, string, string)> later = [];
            foreach ((long Number, string Type, string Json) e in _events)
            {
                if (e.Number > number)
                {
                    later.Add(e);
                }
            }

            return later;
        }
    }

    /// <summary>Records an event of the machine under OctoPrint's event name (docs/events/index.rst).</summary>
    public void AddFromMachine(MachineEvent what, MachineSnapshot machine)
    {
        switch (what)
        {
            case MachineEvent.StateChanged:
                // OctoPrint has one state for heating and printing.
                string text = OctoPrintState.Text(machine);
                if (text != _lastState)
                {
                    _lastState = text;
                    Add("PrinterStateChanged", new JsonObject { ["state_id"] = OctoPrintState.Id(machine), ["state_string"] = text });
                }

                break;
            case MachineEvent.Connected:
                Add("Connected", new JsonObject { ["port"] = "VIRTUAL", ["baudrate"] = 115200 });
                break;
            case MachineEvent.Connecting or MachineEvent.Disconnecting or MachineEvent.Disconnected:
                Add(what.ToString(), null);
                break;
            case MachineEvent.Deselected:
                Add("FileDeselected", null);
                break;
            case MachineEvent.Error:
                Add("Error", new JsonObject { ["error"] = machine.Error });
                break;
            case MachineEvent.Selected:
                Add("FileSelected", File(machine));
                break;
            default:
                JsonObject payload = File(machine);
                if (what is MachineEvent.PrintDone or MachineEvent.PrintFailed or MachineEvent.PrintCancelled)
                {
                    payload["time"] = machine.PrintTimeSeconds;
                }

                if (what == MachineEvent.PrintFailed)
                {
                    payload["reason"] = machine.Result == JobResult.Cancelled ? "cancelled" : "error";
                }

                Add(what.ToString(), payload);
                break;
        }
    }

    private static JsonObject File(MachineSnapshot machine) => new()
    {
        ["name"] = machine.Job?.Name,
        ["path"] = machine.Job?.Path,
        ["origin"] = "local",
        ["size"] = machine.Job?.SizeBytes,
        ["owner"] = OctoPrintTexts.UserName,
        ["user"] = OctoPrintTexts.UserName,
    };
}
