using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>
/// Adds and removes printers of hubs. Their secrets go to the hub and nowhere else. A hub without requests gets the base protocol's
/// configure_printer. Thread: any.
/// </summary>
internal sealed class ConfigureRoutes(HubRegistry hubs, FarmPicture farm)
{
    private const int AnswerSeconds = 30;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/printers", AddAsync).WithName("addPrinter").WithTags("printers").WithSummary("Adds a printer to a hub");
        app.MapDelete("/api/printers/{id}", RemoveAsync).WithName("removePrinter").WithTags("printers").WithSummary("Removes a printer from its hub");
    }

    private async Task<Created<PrinterDone>> AddAsync(PrinterBody printer, string? hub, CancellationToken cancel)
    {
        JsonElement body = TreeOf(printer);
        KnownHub owner = hubs.Choose(hub ?? printer.HubId);
        string? id = body.Text("id");
        if (owner.Online().Has(CloudFeatures.Requests))
        {
            JsonElement result = await RequestRoutes.AskAsync(owner, "printers.add", json => WritePrinter(json, body), AnswerSeconds, cancel);
            id = (result.ValueKind == JsonValueKind.Object ? result.Text("printer") : null) ?? id ?? "";
        }
        else
        {
            id = body.Text("serial") ?? id ?? throw CloudErrors.BadRequest("id is missing.");
            await ConfigureAsync(owner, "add", json => WriteBase(json, id, body), cancel);
        }

        return TypedResults.Created("/api/printers/" + Uri.EscapeDataString(id), new PrinterDone(owner.Id, id));
    }

    private static JsonElement TreeOf(PrinterBody printer)
    {
        try
        {
            return JsonSerializer.SerializeToElement(printer, RestJson.Default.PrinterBody);
        }
        catch (JsonException)
        {
            throw CloudErrors.HalfCharacter();
        }
    }

    private async Task<Ok<PrinterDone>> RemoveAsync(string id, string? hub, CancellationToken cancel)
    {
        FarmPrinter printer = farm.Find(id, hub);
        KnownHub owner = hubs.Get(printer.HubId);
        if (owner.Online().Has(CloudFeatures.Requests))
        {
            await RequestRoutes.AskAsync(
                owner,
                "printers.remove",
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("id", printer.Id);
                    json.WriteEndObject();
                },
                AnswerSeconds,
                cancel);
        }
        else
        {
            await ConfigureAsync(owner, "remove", json => json.WriteString("serial_number", printer.WireId), cancel);
        }

        farm.Remove(new PrinterKey(printer.HubId, printer.WireId));
        return TypedResults.Ok(new PrinterDone(owner.Id, printer.Id));
    }

    private static async Task ConfigureAsync(KnownHub hub, string action, Action<Utf8JsonWriter> printer, CancellationToken cancel)
    {
        string commandId = Guid.NewGuid().ToString("N");
        AnswerErrors.ThrowUnlessDone(await hub.AskAsync(commandId, HubMessages.Configure(commandId, action, printer), AnswerSeconds, cancel));
    }

    private static void WritePrinter(Utf8JsonWriter json, JsonElement body)
    {
        json.WriteStartObject();
        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (member.Name != "hub_id")
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The base protocol has few fields: docs/tunnel.md has what they hold.</summary>
    private static void WriteBase(Utf8JsonWriter json, string id, JsonElement body)
    {
        json.WriteString("id", id);
        json.WriteString("serial_number", id);
        json.WriteString("ip_address", body.Text("url") ?? body.Text("host"));
        json.WriteString("connection_type", body.Text("type") switch
        {
            PrinterTypes.Bambu => "bambu",
            PrinterTypes.PrusaLink => "prusa",
            PrinterTypes.OctoPrint => "octoprint",
            PrinterTypes.Moonraker => "klipper",
            _ => throw CloudErrors.BadRequest("type is bambu, prusalink, octoprint or moonraker."),
        });
        json.WriteString("access_code", body.Text("access_code") ?? body.Text("api_key") ?? (body.Text("user") is { } user ? user + ":" + body.Text("password") : null));
    }
}
