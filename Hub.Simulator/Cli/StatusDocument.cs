using System.IO;
using Hub.Core.Configuration;
using Hub.Core.Json;
using Hub.Core.Printers;

namespace Hub.Simulator.Cli;

/// <summary>The document {"printers":[...]} with the status of all printers of a session.</summary>
internal static class StatusDocument
{
    private const int StartBytes = 4096;
    private const int MaxBytes = 16 * 1024 * 1024;

    public static void Write(TextWriter output, HubSession session)
    {
        JsonWriter writer = new(StartBytes, MaxBytes);
        PrinterStatus status = new();
        writer.BeginObject();
        writer.Name("printers");
        writer.BeginArray();
        foreach (PrinterConfig printer in session.Printers)
        {
            session.GetStatus(printer.Id, status);
            PrinterStatusJson.Write(writer, printer.Id, printer.Type, status);
        }

        writer.EndArray();
        writer.EndObject();
        output.WriteLine(writer.ToString());
    }
}
