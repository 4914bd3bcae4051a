using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Access;

/// <summary><c>POST /api/hubs/claim {"code"}</c>: a person enters the code that a hub shows. Answers <c>{"hub_id"}</c>.</summary>
internal static partial class ClaimEndpoint
{
    public const string Path = "/api/hubs/claim";

    public static void Map(IEndpointRouteBuilder app, Claims claims) => app.MapPost(Path, context => ClaimAsync(context, claims));

    private static async Task ClaimAsync(HttpContext context, Claims claims)
    {
        Request? request = await SmallBody.ReadAsync(context, ClaimJson.Default.Request).ConfigureAwait(false);
        if (request?.Code == null)
        {
            await AccessErrors.RefuseAsync(context, StatusCodes.Status400BadRequest, "bad_request", "send {\"code\":\"…\"} with the code that the hub shows").ConfigureAwait(false);
            return;
        }

        ClaimResult result = await claims.ClaimAsync(request.Code, context.Connection.RemoteIpAddress).ConfigureAwait(false);
        if (result.Code == null)
        {
            await context.Response.WriteAsJsonAsync(new Answer { HubId = result.HubId! }, ClaimJson.Default.Answer).ConfigureAwait(false);
            return;
        }

        if (result.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = result.RetryAfterSeconds.ToString();
        }

        await AccessErrors.RefuseAsync(context, result.Status, result.Code, result.Message).ConfigureAwait(false);
    }

    internal sealed class Request
    {
        [JsonPropertyName("code")]
        public string? Code { get; set; }
    }

    internal sealed class Answer
    {
        [JsonPropertyName("hub_id")]
        public required string HubId { get; init; }
    }

    [JsonSerializable(typeof(Request))]
    [JsonSerializable(typeof(Answer))]
    private sealed partial class ClaimJson : JsonSerializerContext;
}
