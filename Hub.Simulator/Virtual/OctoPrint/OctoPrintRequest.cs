using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>Reads requests as OctoPrint does. Thread: any.</summary>
internal static class OctoPrintRequest
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>The server's address as the client wrote it.</summary>
    public static string BaseUrl(HttpRequest request) => "http://" + request.Host.Value;

    /// <summary>The text of a JSON value; null when it is none.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The request's JSON object; null when it is none.</summary>
    public static async Task<JsonObject?> ReadJsonAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true || request.ContentLength > MaxBodyBytes)
        {
            return null;
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
