using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// /api/session: <c>POST {"token"}</c> logs a browser in and sets its cookie, DELETE logs it out.
/// </summary>
internal static partial class SessionEndpoints
{
    public const string Path = "/api/session";

    public static void Map(IEndpointRouteBuilder app, CloudAccess access)
    {
        app.MapPost(Path, context => LogInAsync(context, access));
        app.MapDelete(Path, async context =>
        {
            await access.LogOutAsync(context).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
    }

    private static async Task LogInAsync(HttpContext context, CloudAccess access)
    {
        string? token = (await SmallBody.ReadAsync(context, SessionJson.Default.Login).ConfigureAwait(false))?.Token;
        await access.LogInAsync(context, token ?? throw CloudErrors.BadRequest("Send {\"token\":\"…\"}.")).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    internal sealed class Login
    {
        [JsonPropertyName("token")]
        public string? Token { get; set; }
    }

    [JsonSerializable(typeof(Login))]
    private sealed partial class SessionJson : JsonSerializerContext;
}
