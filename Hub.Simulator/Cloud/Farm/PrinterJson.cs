using System;
using System.Buffers;
using System.Text.Json;
using Hub.Simulator.Cloud.Json;

namespace Hub.Simulator.Cloud.Farm;

/// <summary>Makes the JSON of a printer out of the hub's messages. Pure. Thread: any.</summary>
internal static class PrinterJson
{
    private static readonly string[] s_progress = ["progress_percentage", "remaining_time_seconds", "current_layer", "total_layers", "temperatures", "error_code", "error_message"];

    /// <summary>Writes a printer as the API shows it.</summary>
    /// <param name="printer">Its names.</param>
    /// <param name="report">A printer_status message, or a default element while none came.</param>
    /// <param name="isHubOnline">False to show it as offline, whatever its last report says.</param>
    public static FarmPrinter Build(FarmPrinter printer, JsonElement report, bool isHubOnline)
    {
        bool hasReport = report.ValueKind == JsonValueKind.Object;
        JsonElement details = hasReport ? report.Object("details") : default;
        bool hasDetails = details.ValueKind == JsonValueKind.Object;
        string id = hasDetails ? details.Text("id") ?? printer.Id : printer.Id;
        bool isConnected = isHubOnline && hasReport && (hasDetails ? details.Flag("connected") : report.Flag("is_connected")) == true;
        string state = !isHubOnline ? "offline" : hasDetails ? details.Text("state") ?? "unknown" : hasReport ? StateOf(report.Text("status")) : "unknown";
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter writer = new(buffer, WireJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            Optional(writer, "name", printer.Name);
            Optional(writer, "type", (hasDetails ? details.Text("type") : null) ?? printer.Type);
            writer.WriteBoolean("enabled", printer.Enabled);
            writer.WriteBoolean("connected", isConnected);
            writer.WriteString("state", state);
            if (hasDetails)
            {
                WriteRest(writer, details);
            }
            else if (hasReport)
            {
                WriteBase(writer, report);
            }

            writer.WriteString("printer_id", printer.WireId);
            writer.WriteString("hub_id", printer.HubId);
            writer.WriteEndObject();
        }

        return new FarmPrinter
        {
            HubId = printer.HubId,
            WireId = printer.WireId,
            Id = id,
            Name = printer.Name,
            Type = printer.Type,
            Enabled = printer.Enabled,
            IsConnected = isConnected,
            State = state,
            Report = printer.Report,
            Json = buffer.WrittenMemory,
        };
    }

    private static void WriteRest(Utf8JsonWriter writer, JsonElement details)
    {
        foreach (JsonProperty member in details.EnumerateObject())
        {
            if (member.Name is not ("id" or "name" or "type" or "enabled" or "connected" or "state" or "printer_id" or "hub_id"))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static void WriteBase(Utf8JsonWriter writer, JsonElement report)
    {
        foreach (string name in s_progress)
        {
            if (report.TryGetProperty(name, out JsonElement value))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }
    }

    /// <summary>The base protocol has six words; five of them are states of their own.</summary>
    private static string StateOf(string? word) => word is "idle" or "printing" or "paused" or "offline" or "error" ? word : "unknown";

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value != null)
        {
            writer.WriteString(name, value);
        }
    }
}
