using System.Text.Json.Nodes;
using System.Threading;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>The status objects that a websocket is subscribed to, and what it was sent of them. Thread: any.</summary>
internal sealed class MoonrakerSubscription(VirtualMoonraker printer)
{
    private readonly Lock _gate = new();
    private JsonObject? _wanted;
    private JsonObject _sent = [];

    /// <summary>Subscribes; a later subscription replaces the earlier one.</summary>
    /// <returns>The status of these objects now.</returns>
    public JsonObject Replace(JsonObject parameters)
    {
        JsonObject wanted = parameters["objects"] as JsonObject ?? throw new MoonrakerError(400, "No data for argument: objects");
        JsonObject status = printer.Methods.Status(wanted);
        lock (_gate)
        {
            _wanted = (JsonObject)wanted.DeepClone();
            _sent = (JsonObject)status["status"]!.DeepClone();
        }

        return status;
    }

    /// <summary>Ends it, as a restart of Klipper does.</summary>
    public void End()
    {
        lock (_gate)
        {
            _wanted = null;
        }
    }

    /// <summary>What changed since the last call; null when nothing did.</summary>
    public JsonObject? Change()
    {
        lock (_gate)
        {
            if (_wanted == null)
            {
                return null;
            }

            JsonObject now = MoonrakerObjects.Select(printer.Klippy.Objects(), _wanted);
            JsonObject? change = MoonrakerObjects.Difference(_sent, now);
            _sent = now;
            return change;
        }
    }
}
