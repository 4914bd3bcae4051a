using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>GET /api/webhooks and POST /api/webhooks/{name}/test. Thread: any.</summary>
internal sealed class WebhookRoutes(WebhookService webhooks)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/webhooks", ListAsync).WithName("webhooks").WithTags("webhooks").WithSummary("How the targets of webhooks are, without their secrets");
        app.MapPost("/api/webhooks/{name}/test", TestAsync).WithName("testWebhook").WithTags("webhooks").WithSummary("Sends a test to a target at once");
    }

    private async Task<Ok<WebhookList>> ListAsync(CancellationToken cancel) =>
        TypedResults.Ok(new WebhookList([.. (await webhooks.StatesAsync(cancel)).Select(s => new WebhookItem(s.Name, s.Host, s.Waiting, s.Dropped, TimeOf(s.DeliveredMs), s.Problem))]));

    private async Task<Ok<WebhookTested>> TestAsync(string name, CancellationToken cancel)
    {
        WebhookOutcome outcome = await webhooks.TestAsync(name, cancel) ?? throw CloudErrors.NotFound("There is no webhook " + name + ": GET /api/webhooks lists them.");
        return TypedResults.Ok(new WebhookTested(outcome.Problem == null, outcome.Problem));
    }

    private static DateTimeOffset? TimeOf(long? unixMs) => unixMs is long ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}

/// <summary>The answer of GET /api/webhooks.</summary>
/// <param name="Webhooks">The targets.</param>
internal sealed record WebhookList(WebhookItem[] Webhooks);

/// <summary>A target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">Its host.</param>
/// <param name="Waiting">Notices that wait for it.</param>
/// <param name="Dropped">Notices that it should have got and did not.</param>
/// <param name="Delivered">When it last got one since the start.</param>
/// <param name="Problem">Why the last one was not delivered.</param>
internal sealed record WebhookItem(string Name, string Host, long Waiting, long Dropped, DateTimeOffset? Delivered, string? Problem);

/// <summary>The answer to a test.</summary>
/// <param name="Delivered">True when the target accepted it.</param>
/// <param name="Problem">Why it did not.</param>
internal sealed record WebhookTested(bool Delivered, string? Problem);
