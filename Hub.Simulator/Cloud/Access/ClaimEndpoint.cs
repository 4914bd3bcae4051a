using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
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
        string code = request?.Code ?? throw CloudErrors.BadRequest("Send {\"code\":\"…\"} with the code that the hub shows.");
        ClaimResult result = await claims.ClaimAsync(code, context.Connection.RemoteIpAddress).ConfigureAwait(false);
        if (result.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = result.RetryAfterSeconds.ToString();
        }

        if (result.Code != null)
        {
            throw new CloudException(result.Status, result.Code, result.Message);
        }

        await context.Response.WriteAsJsonAsync(new Answer { HubId = result.HubId! }, ClaimJson.Default.Answer).ConfigureAwait(false);
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
