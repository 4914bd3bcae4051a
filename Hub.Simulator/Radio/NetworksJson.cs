using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Radio;

/// <summary>The networks in reach as JSON (docs/simulated-radio.md).</summary>
internal static class NetworksJson
{
    private const int DefaultDbm = -60;
    private const int MaxSsidBytes = 32;
    private const int MinPasswordChars = 8;
    private const int MaxPasswordChars = 63;

    private static readonly string[] s_kinds = ["normal", "weak", "hidden", "captive", "no-dhcp", "enterprise", "gone"];

    /// <summary>Reads them. Errors: FormatException with what is wrong.</summary>
    public static SimulatedNetwork[] Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("networks", out JsonElement networks) || networks.ValueKind != JsonValueKind.Array)
            {
                throw new FormatException("must be an object with a list 'networks'");
            }

            List<SimulatedNetwork> read = [];
            foreach (JsonElement network in networks.EnumerateArray())
            {
                read.Add(ReadOne(network));
            }

            return [.. read];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Writes them as the member "networks".</summary>
    public static void Write(Utf8JsonWriter json, SimulatedNetwork[] networks)
    {
        json.WriteStartArray("networks");
        foreach (SimulatedNetwork network in networks)
        {
            json.WriteStartObject();
            json.WriteString("ssid", network.Ssid);
            if (network.Password != null)
            {
                json.WriteString("password", network.Password);
            }

            json.WriteNumber("signal_dbm", network.SignalDbm);
            json.WriteString("kind", s_kinds[(int)network.Kind]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static SimulatedNetwork ReadOne(JsonElement network)
    {
        if (network.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("each network must be an object");
        }

        string ssid = TextOf(network, "ssid") ?? "";
        if (Encoding.UTF8.GetByteCount(ssid) is 0 or > MaxSsidBytes)
        {
            throw new FormatException($"ssid must have 1 to {MaxSsidBytes} bytes");
        }

        string? password = TextOf(network, "password");
        if (password is { Length: < MinPasswordChars or > MaxPasswordChars })
        {
            throw new FormatException($"the password of '{ssid}' must have {MinPasswordChars} to {MaxPasswordChars} characters");
        }

        int kind = Array.IndexOf(s_kinds, TextOf(network, "kind") ?? s_kinds[0]);
        if (kind < 0)
        {
            throw new FormatException($"the kind of '{ssid}' must be one of: {string.Join(", ", s_kinds)}");
        }

        int dbm = network.TryGetProperty("signal_dbm", out JsonElement signal) ? signal.GetInt32() : DefaultDbm;
        return new SimulatedNetwork(ssid, password, dbm, (SimulatedNetworkKind)kind);
    }

    private static string? TextOf(JsonElement network, string name) => network.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
