using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>A verb that another process asks the hub to run: its arguments, where they were typed, and what that terminal can do.</summary>
internal sealed class ControlRequest
{
    /// <summary>Raised when frames or requests change; another one is refused.</summary>
    public const int Version = 2;

    public required string[] Arguments { get; init; }

    /// <summary>Relative paths count from there.</summary>
    public required string WorkingFolder { get; init; }

    public required TerminalTraits Terminal { get; init; }

    /// <summary>Reads a request. Errors: <see cref="InvalidDataException"/>, with a line for its sender.</summary>
    public static ControlRequest Parse(string json)
    {
        ControlRequest? request;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
            {
                throw new InvalidDataException("the hub that runs is another version of this program: use the one it was started with");
            }

            request = document.RootElement.GetProperty("request").Deserialize<ControlRequest>();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("the request to the running hub is wrong: " + e.Message, e);
        }

        // The types say that nothing is null; what was read may differ.
        return request is { Arguments: not null, WorkingFolder: not null, Terminal.IsValid: true } && Array.TrueForAll(request.Arguments, a => a != null)
            ? request
            : throw new InvalidDataException("the request to the running hub is wrong");
    }

    public string ToJson() => JsonSerializer.Serialize(new { version = Version, request = this });
}
