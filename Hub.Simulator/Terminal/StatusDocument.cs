using System.IO;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Simulator.Terminal;

/// <summary>The document {"printers":[...],"summary":{...}} with the status of all printers.</summary>
internal static class StatusDocument
{
    private const int StartBytes = 4096;
    private const int MaxBytes = 16 * 1024 * 1024;

    public static void Write(TextWriter output, PrinterSnapshot[] printers)
    {
        JsonWriter writer = new(StartBytes, MaxBytes);
        writer.BeginObject();
        writer.Name("printers");
        writer.BeginArray();
        foreach (PrinterSnapshot printer in printers)
        {
            PrinterSnapshotJson.Write(writer, printer);
        }

        writer.EndArray();
        WriteSummary(writer, printers);
        writer.EndObject();
        output.WriteLine(writer.ToString());
    }

    private static void WriteSummary(JsonWriter writer, PrinterSnapshot[] printers)
    {
        FarmSummary summary = new(printers);
        writer.Name("summary");
        writer.BeginObject();
        writer.Name("total");
        writer.Value(summary.Total);
        writer.Name("disabled");
        writer.Value(summary.Disabled);
        writer.Name("not_answering");
        writer.Value(summary.NotAnswering);
        writer.Name("beds_to_clear");
        writer.Value(summary.BedsToClear);
        writer.Name("states");
        writer.BeginObject();
        for (PrinterState state = PrinterState.Unknown; state <= PrinterState.Error; state++)
        {
            if (summary.Count(state) > 0)
            {
                writer.Name(PrinterStates.Name(state));
                writer.Value(summary.Count(state));
            }
        }

        writer.EndObject();
        writer.Name("need_person");
        writer.BeginArray();
        int[] order = summary.Order();
        for (int i = 0; i < summary.Problems; i++)
        {
            writer.Value(printers[order[i]].Config.Id);
        }

        writer.EndArray();
        if (summary.Next >= 0)
        {
            writer.Name("next");
            writer.BeginObject();
            writer.Name("id");
            writer.Value(printers[summary.Next].Config.Id);
            writer.Name("remaining_time_seconds");
            writer.Value(summary.NextSeconds);
            writer.EndObject();
        }

        writer.EndObject();
    }
}
