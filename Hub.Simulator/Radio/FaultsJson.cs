using System;
using System.Text.Json;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Radio;

/// <summary>Bluetooth's faults as JSON (docs/simulated-radio.md).</summary>
internal static class FaultsJson
{
    private const int MaxMtu = 517;
    private const int MaxDelayMs = 60000;

    /// <summary>Reads them. Errors: FormatException with what is wrong.</summary>
    public static SimulatedFaults Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return new SimulatedFaults
            {
                Mtu = NumberOf(root, "mtu", SimulatedFaults.LeastMtu, MaxMtu, SimulatedFaults.DefaultMtu),
                DropAfterWrites = NumberOf(root, "drop_after_writes", 1, int.MaxValue, 0),
                DelayMs = NumberOf(root, "delay_ms", 0, MaxDelayMs, 0),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static int NumberOf(JsonElement root, string name, int least, int most, int absent)
    {
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return absent;
        }

        int number = value.GetInt32();
        return number >= least && number <= most ? number : throw new FormatException($"{name} must be {least} to {most}");
    }
}
