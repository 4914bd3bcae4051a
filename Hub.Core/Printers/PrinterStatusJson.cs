using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Printers;

/// <summary>
/// Writes a status in the form that the command line, the local API and the tunnel share (contract,
/// docs/status.md). A value that is not known is left out. Allocates nothing. Thread: the writer's owner.
/// </summary>
public static class PrinterStatusJson
{
    private const int Decimals = 1;

    /// <summary>Writes one object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The printer's id.</param>
    /// <param name="type">Its type, as in configuration.</param>
    /// <param name="status">What is known of it.</param>
    public static void Write(JsonWriter writer, string id, string type, PrinterStatus status)
    {
        writer.BeginObject();
        WriteMembers(writer, id, type, status);
        writer.EndObject();
    }

    /// <summary>Writes the members alone, into an object that the caller has begun and may add to.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The printer's id.</param>
    /// <param name="type">Its type, as in configuration.</param>
    /// <param name="status">What is known of it.</param>
    public static void WriteMembers(JsonWriter writer, string id, string type, PrinterStatus status)
    {
        writer.Member("id", id);
        writer.Member("type", type);
        writer.Member("connected", status.IsConnected);
        writer.Member("state", PrinterStates.Name(status.State));
        writer.Member("job", status.Job);
        writer.Member("progress_percentage", status.ProgressPercentage, Decimals);
        writer.Member("remaining_time_seconds", status.RemainingTimeSeconds);
        writer.Member("current_layer", status.CurrentLayer);
        writer.Member("total_layers", status.TotalLayers);
        WriteTemperatures(writer, status);
        WriteFilaments(writer, status.Filaments);
        writer.Member("error_code", status.ErrorCode);
        writer.Member("error_message", status.ErrorMessage);
        writer.Member("tls_verified", status.TlsVerified);
    }

    private static void WriteTemperatures(JsonWriter writer, PrinterStatus status)
    {
        if (double.IsNaN(status.Nozzle) && double.IsNaN(status.NozzleTarget) && double.IsNaN(status.Bed)
            && double.IsNaN(status.BedTarget) && double.IsNaN(status.Chamber) && status.Tools.Count == 0)
        {
            return;
        }

        writer.Name("temperatures");
        writer.BeginObject();
        writer.Member("nozzle", status.Nozzle, Decimals);
        writer.Member("nozzle_target", status.NozzleTarget, Decimals);
        writer.Member("bed", status.Bed, Decimals);
        writer.Member("bed_target", status.BedTarget, Decimals);
        writer.Member("chamber", status.Chamber, Decimals);
        WriteTools(writer, status.Tools);
        writer.EndObject();
    }

    private static void WriteTools(JsonWriter writer, ToolReadings tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        writer.Name("tools");
        writer.BeginArray();
        for (int i = 0; i < tools.Count; i++)
        {
            writer.BeginObject();
            writer.Member("name", tools.Name(i));
            writer.Member("nozzle", tools.Temperature(i), Decimals);
            writer.Member("nozzle_target", tools.Target(i), Decimals);
            writer.Member("active", i == tools.Active);
            writer.EndObject();
        }

        writer.EndArray();
    }

    private static void WriteFilaments(JsonWriter writer, FilamentReadings filaments)
    {
        if (filaments.Count == 0)
        {
            return;
        }

        writer.Name("filaments");
        writer.BeginArray();
        for (int i = 0; i < filaments.Count; i++)
        {
            Filament filament = filaments[i];
            writer.BeginObject();
            writer.Member("slot", filament.Slot);
            Member(writer, "empty", filament.IsEmpty);
            writer.Member("type", filament.Type);
            WriteColors(writer, filament.Colors);
            writer.Member("remaining", filament.RemainingPercent);
            writer.Member("nozzle", filament.Nozzle);
            Member(writer, "active", filament.IsActive);
            writer.EndObject();
        }

        writer.EndArray();
    }

    private static void WriteColors(JsonWriter writer, string[]? colors)
    {
        if (colors == null)
        {
            return;
        }

        writer.Member("color", colors[0]);
        if (colors.Length == 1)
        {
            return;
        }

        writer.Name("colors");
        writer.BeginArray();
        for (int i = 0; i < colors.Length; i++)
        {
            writer.Value(colors[i]);
        }

        writer.EndArray();
    }

    private static void Member(JsonWriter writer, string name, TriState value)
    {
        if (value != TriState.Unknown)
        {
            writer.Member(name, value == TriState.Yes);
        }
    }
}
