using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Access;

/// <summary><c>POST /api/hubs/claim {"code"}</c>: a person enters the code that a hub shows. Answers <c>{"hub_id"}</c>.</summary>
internal static class ClaimEndpoint
{
    public const string Path = "/api/hubs/claim";

    // The second parameter makes it a handler that the OpenAPI document describes.
    public static void Map(IEndpointRouteBuilder app, Claims claims) => app.MapPost(Path, (HttpContext context, CancellationToken cancel) => ClaimAsync(context, claims))
        .WithName("claimHub").WithTags("hubs").WithSummary("Claims the hub that shows a code").Accepts<ClaimBody>("application/json");

    private static async Task<Ok<ClaimDone>> ClaimAsync(HttpContext context, Claims claims)
    {
        ClaimBody? body = await SmallBody.ReadAsync(context, AccessJson.Default.ClaimBody).ConfigureAwait(false);
        string code = body?.Code ?? throw CloudErrors.BadRequest("Send {\"code\":\"…\"} with the code that the hub shows.");
        ClaimResult result = await claims.ClaimAsync(code, context.Connection.RemoteIpAddress).ConfigureAwait(false);
        if (result.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = result.RetryAfterSeconds.ToString();
        }

        if (result.Code != null)
        {
            throw new CloudException(result.Status, result.Code, result.Message);
        }

        return TypedResults.Ok(new ClaimDone(result.HubId!));
    }
}
