using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>Writes a printer's status with what only the hub knows of it (contract, docs/status.md). Allocates nothing. Thread: the writer's owner.</summary>
public static class PrinterSnapshotJson
{
    /// <summary>Writes one object.</summary>
    public static void Write(JsonWriter writer, PrinterSnapshot printer)
    {
        writer.BeginObject();
        WriteMembers(writer, printer);
        writer.EndObject();
    }

    /// <summary>Writes the members alone, into an object that the caller has begun and may add to.</summary>
    public static void WriteMembers(JsonWriter writer, PrinterSnapshot printer)
    {
        PrinterStatusJson.WriteMembers(writer, printer.Config.Id, printer.Config.Type, printer.Status);
        if (printer.IsPolledSlowly)
        {
            writer.Name("poll_interval_ms");
            writer.Value(printer.PollIntervalMs);
        }

        if (printer.Bed != BedState.Unknown)
        {
            writer.Name("bed_clear");
            writer.Value(printer.Bed == BedState.Clear);
        }
    }
}
