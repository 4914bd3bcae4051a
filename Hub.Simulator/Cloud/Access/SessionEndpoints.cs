using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// /api/session: <c>POST {"token"}</c> logs a browser in and sets its cookie, DELETE logs it out.
/// </summary>
internal static class SessionEndpoints
{
    public const string Path = "/api/session";

    public static void Map(IEndpointRouteBuilder app, CloudAccess access)
    {
        // The second parameter makes them handlers that the OpenAPI document describes.
        app.MapPost(Path, (HttpContext context, CancellationToken cancel) => LogInAsync(context, access)).WithName("logIn").WithTags("session")
            .WithSummary("Logs a browser in: sets a cookie for 7 days").Accepts<LoginBody>("application/json");
        app.MapDelete(Path, (HttpContext context, CancellationToken cancel) => LogOutAsync(context, access)).WithName("logOut").WithTags("session").WithSummary("Ends the browser's session");
    }

    private static async Task<NoContent> LogInAsync(HttpContext context, CloudAccess access)
    {
        string? token = (await SmallBody.ReadAsync(context, AccessJson.Default.LoginBody).ConfigureAwait(false))?.Token;
        await access.LogInAsync(context, token ?? throw CloudErrors.BadRequest("Send {\"token\":\"…\"}.")).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> LogOutAsync(HttpContext context, CloudAccess access)
    {
        await access.LogOutAsync(context).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
