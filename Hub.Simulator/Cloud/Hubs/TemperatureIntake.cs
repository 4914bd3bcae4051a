using System.Text.Json;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>Reads the temperatures of a printer_status. Pure.</summary>
internal static class TemperatureIntake
{
    /// <summary>The temperatures; null for a status without any.</summary>
    public static TemperatureSample? Read(JsonElement message)
    {
        JsonElement details = message.Object("details");
        JsonElement values = (details.ValueKind == JsonValueKind.Object ? details : message).Object("temperatures");
        return values.ValueKind != JsonValueKind.Object ? null : new TemperatureSample
        {
            Nozzle = values.Real("nozzle"),
            NozzleTarget = values.Real("nozzle_target"),
            Bed = values.Real("bed"),
            BedTarget = values.Real("bed_target"),
            Chamber = values.Real("chamber"),
        };
    }
}
