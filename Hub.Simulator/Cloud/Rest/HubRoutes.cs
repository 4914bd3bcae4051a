using System.Linq;
using System.Text.Json;
using Hub.Core.Text;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>GET /healthz and GET /api/hubs. Thread: any.</summary>
internal sealed class HubRoutes(HubRegistry hubs, FarmPicture farm, CloudStore store)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", Health).WithName("health").WithSummary("The state of the cloud").WithTags("cloud");
        app.MapGet("/api/hubs", List).WithName("listHubs").WithSummary("All hubs that ever connected").WithTags("hubs");
    }

    /// <summary>A hub as the API shows it.</summary>
    public HubItem ItemOf(KnownHub hub)
    {
        HubSession? session = hub.Session;
        return new HubItem
        {
            Id = hub.Id,
            Name = hub.Name,
            Connected = session != null,
            ConnectedSince = session?.Since,
            LastSeen = hub.LastSeen,
            Address = session?.Remote?.ToString(),
            FirmwareVersion = session?.Firmware,
            Capabilities = session == null ? [] : [.. session.Features.Order()],
            Printers = farm.Printers(hub.Id).Length,
            Duplicates = hub.Duplicates,
            Health = HealthOf(hub),
        };
    }

    private static JsonElement? HealthOf(KnownHub hub)
    {
        if (hub.Health.IsEmpty)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(hub.Health);
        return document.RootElement.Clone();
    }

    private Ok<HealthAnswer> Health()
    {
        string?[] problems = [store.Problem, store.Notice];
        return TypedResults.Ok(new HealthAnswer(
            store.Problem == null ? "ok" : "degraded", [.. problems.OfType<string>()], Product.Version, hubs.All.Count(h => h.Session != null), farm.Printers().Length));
    }

    private Ok<HubList> List() => TypedResults.Ok(new HubList([.. hubs.All.Select(ItemOf)]));
}
