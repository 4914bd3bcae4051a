using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Hubs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>POST /api/hubs/{id}/requests: everything that a hub can do (docs/requests.md). Thread: any.</summary>
internal sealed class RequestRoutes(HubRegistry hubs)
{
    /// <summary>A test of a printer takes up to 120 s.</summary>
    private const int AnswerSeconds = 130;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/hubs/{id}/requests", SendAsync).WithName("sendRequest").WithTags("hubs").WithSummary("Sends a request to a hub: printers, discovery, history, settings, health");

    /// <summary>Sends a request and returns its result.</summary>
    /// <exception cref="CloudException">The hub's error, or why there is no answer.</exception>
    public static async Task<JsonElement> AskAsync(KnownHub hub, string method, Action<Utf8JsonWriter> parameters, int seconds, CancellationToken cancel)
    {
        hub.Online(CloudFeatures.Requests);
        string requestId = Guid.NewGuid().ToString("N");
        HubAnswer answer = await hub.AskAsync(requestId, MessageOf(requestId, method, parameters), seconds, cancel);
        AnswerErrors.ThrowUnlessDone(answer);
        return answer.Result;
    }

    private static ReadOnlyMemory<byte> MessageOf(string requestId, string method, Action<Utf8JsonWriter> parameters)
    {
        try
        {
            return HubMessages.Request(requestId, method, parameters);
        }
        catch (InvalidOperationException)
        {
            throw CloudErrors.HalfCharacter();
        }
    }

    private async Task<Ok<RequestDone>> SendAsync(string id, RequestBody body, CancellationToken cancel)
    {
        if (body.Params is { ValueKind: not JsonValueKind.Object })
        {
            throw CloudErrors.BadRequest("params must be an object.");
        }

        JsonElement result = await AskAsync(hubs.Get(id), body.Method, json => Write(json, body.Params), AnswerSeconds, cancel);
        return TypedResults.Ok(new RequestDone(result));
    }

    private static void Write(Utf8JsonWriter json, JsonElement? parameters)
    {
        if (parameters == null)
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
        else
        {
            parameters.Value.WriteTo(json);
        }
    }
}
