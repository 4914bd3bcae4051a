using System;
using System.Collections.Generic;
using System.Text.Json;
using Hub.Simulator.Cloud.Json;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>Writes the cloud's messages to a hub. Pure. Thread: any.</summary>
internal static class HubMessages
{
    /// <summary>hub_welcome.</summary>
    public static ReadOnlyMemory<byte> Welcome(string hubId, string? hubName, DateTimeOffset now) => Message("hub_welcome", json =>
    {
        json.WriteString("hub_id", hubId);
        json.WriteString("hub_name", hubName);
        json.WriteString("tenant_id", "local");
        json.WriteNumber("server_time", now.ToUnixTimeMilliseconds());
        json.WriteStartArray("capabilities");
        foreach (string feature in CloudFeatures.Announced)
        {
            json.WriteStringValue(feature);
        }

        json.WriteEndArray();
    });

    /// <summary>error.</summary>
    public static ReadOnlyMemory<byte> Error(string code, string message, DateTimeOffset now) => Message("error", json =>
    {
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
    });

    /// <summary>event_ack: all events up to this one are stored.</summary>
    /// <param name="logId">The hub's log; empty for a hub that names none.</param>
    /// <param name="upTo">The event.</param>
    public static ReadOnlyMemory<byte> EventAck(string logId, long upTo) => Message("event_ack", json =>
    {
        if (logId.Length > 0)
        {
            json.WriteString("log_id", logId);
        }

        json.WriteNumber("up_to", upTo);
    });

    /// <summary>configure_printer of the base protocol, for a hub without requests.</summary>
    /// <param name="commandId">The command's id.</param>
    /// <param name="action">add, update or remove.</param>
    /// <param name="printer">Writes the members of the printer.</param>
    public static ReadOnlyMemory<byte> Configure(string commandId, string action, Action<Utf8JsonWriter> printer) => Message("configure_printer", json =>
    {
        json.WriteString("command_id", commandId);
        json.WriteString("action", action);
        json.WriteStartObject("printer");
        printer(json);
        json.WriteEndObject();
    });

    /// <summary>hub_claimed: the secret that the hub signs with from now on.</summary>
    public static ReadOnlyMemory<byte> Claimed(string secret) => Message("hub_claimed", json => json.WriteString("secret", secret));

    /// <summary>printer_command.</summary>
    public static ReadOnlyMemory<byte> PrinterCommand(string commandId, string printerId, string action) => Message("printer_command", json =>
    {
        json.WriteString("command_id", commandId);
        json.WriteString("printer_id", printerId);
        json.WriteString("action", action);
    });

    /// <summary>gcode.</summary>
    public static ReadOnlyMemory<byte> Gcode(string commandId, string printerId, IReadOnlyList<string> lines) => Message("gcode", json =>
    {
        json.WriteString("command_id", commandId);
        json.WriteString("printer_id", printerId);
        json.WriteStartArray("lines");
        foreach (string line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    });

    /// <summary>request.</summary>
    /// <param name="requestId">Never used before.</param>
    /// <param name="method">A method of the vocabulary.</param>
    /// <param name="parameters">Writes the value of params.</param>
    public static ReadOnlyMemory<byte> Request(string requestId, string method, Action<Utf8JsonWriter> parameters) => Message("request", json =>
    {
        json.WriteString("request_id", requestId);
        json.WriteString("method", method);
        json.WritePropertyName("params");
        parameters(json);
    });

    /// <summary>Any message.</summary>
    public static ReadOnlyMemory<byte> Message(string type, Action<Utf8JsonWriter> members) => WireJson.Write(json =>
    {
        json.WriteString("type", type);
        members(json);
    });
}
