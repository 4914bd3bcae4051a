using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>The arguments of Moonraker's HTTP requests. Thread: any.</summary>
internal static class MoonrakerParameters
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>The query's arguments and the JSON body's; in objects/query?webhooks&amp;extruder=temperature,target the arguments are objects.</summary>
    public static async Task<JsonObject> ReadAsync(HttpRequest request, bool areObjects)
    {
        JsonObject parameters = [];
        JsonObject objects = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in request.Query)
        {
            if (!areObjects)
            {
                parameters[name] = value.ToString();
            }
            else if (name is not ("_" or "token" or "access_token" or "connection_id"))
            {
                objects[name] = value.ToString().Length == 0 ? null : new JsonArray([.. value.ToString().Split(',').Select(f => (JsonNode)f)]);
            }
        }

        if (areObjects)
        {
            parameters["objects"] = objects;
        }

        foreach ((string name, JsonNode? value) in await BodyAsync(request).ConfigureAwait(false))
        {
            parameters[name] = value?.DeepClone();
        }

        return parameters;
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true || request.ContentLength is not (> 0 and <= MaxBodyBytes))
        {
            return [];
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            // Moonraker ignores a body that it cannot read (application.py, parse_args).
            return [];
        }
    }
}
