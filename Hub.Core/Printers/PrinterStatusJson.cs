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
        Member(writer, "id", id);
        Member(writer, "type", type);
        Member(writer, "connected", status.IsConnected);
        Member(writer, "state", PrinterStates.Name(status.State));
        Member(writer, "job", status.Job);
        Member(writer, "progress_percentage", status.ProgressPercentage);
        Member(writer, "remaining_time_seconds", status.RemainingTimeSeconds);
        Member(writer, "current_layer", status.CurrentLayer);
        Member(writer, "total_layers", status.TotalLayers);
        WriteTemperatures(writer, status);
        WriteFilaments(writer, status.Filaments);
        Member(writer, "error_code", status.ErrorCode);
        Member(writer, "error_message", status.ErrorMessage);
        Member(writer, "tls_verified", status.TlsVerified);
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
        Member(writer, "nozzle", status.Nozzle);
        Member(writer, "nozzle_target", status.NozzleTarget);
        Member(writer, "bed", status.Bed);
        Member(writer, "bed_target", status.BedTarget);
        Member(writer, "chamber", status.Chamber);
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
            Member(writer, "name", tools.Name(i));
            Member(writer, "nozzle", tools.Temperature(i));
            Member(writer, "nozzle_target", tools.Target(i));
            Member(writer, "active", i == tools.Active);
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
            Member(writer, "slot", filament.Slot);
            Member(writer, "empty", filament.IsEmpty);
            Member(writer, "type", filament.Type);
            WriteColors(writer, filament.Colors);
            Member(writer, "remaining", filament.RemainingPercent);
            Member(writer, "nozzle", filament.Nozzle);
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

        Member(writer, "color", colors[0]);
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
            Member(writer, name, value == TriState.Yes);
        }
    }

    private static void Member(JsonWriter writer, string name, string? value)
    {
        if (value != null)
        {
            writer.Name(name);
            writer.Value(value);
        }
    }

    private static void Member(JsonWriter writer, string name, bool value)
    {
        writer.Name(name);
        writer.Value(value);
    }

    private static void Member(JsonWriter writer, string name, int value)
    {
        if (value >= 0)
        {
            writer.Name(name);
            writer.Value((long)value);
        }
    }

    private static void Member(JsonWriter writer, string name, double value)
    {
        if (!double.IsNaN(value))
        {
            writer.Name(name);
            writer.Value(value, Decimals);
        }
    }
}
