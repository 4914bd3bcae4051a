using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>A verb that another process asks the hub to run: its arguments, its working folder and its terminal.</summary>
internal sealed class ControlRequest
{
    /// <summary>Incremented when frames or requests change; a request of another version is refused.</summary>
    public const int Version = 2;

    public required string[] Arguments { get; init; }

    /// <summary>Relative paths start there.</summary>
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
                throw new InvalidDataException("the running hub is another version of this program: use the version it was started with");
            }

            request = document.RootElement.GetProperty("request").Deserialize(ControlJson.Default.ControlRequest);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("the request to the running hub is invalid: " + e.Message, e);
        }

        // The types allow no null, but the received JSON may contain it.
        return request is { Arguments: not null, WorkingFolder: not null, Terminal.IsValid: true } && Array.TrueForAll(request.Arguments, a => a != null)
            ? request
            : throw new InvalidDataException("the request to the running hub is invalid");
    }

    public string ToJson() => JsonSerializer.Serialize(new Envelope(Version, this), ControlJson.Default.Envelope);

    internal sealed record Envelope([property: JsonPropertyName("version")] int Version, [property: JsonPropertyName("request")] ControlRequest Request);
}

[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlRequest.Envelope))]
internal sealed partial class ControlJson : JsonSerializerContext;
