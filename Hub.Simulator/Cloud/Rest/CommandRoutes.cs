using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>POST /api/printers/{id}/commands. Thread: any.</summary>
internal sealed class CommandRoutes(HubRegistry hubs, FarmPicture farm, WebhookService webhooks)
{
    /// <summary>Longer than a hub takes for an answer (25 s).</summary>
    private const int AnswerSeconds = 30;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/printers/{id}/commands", SendAsync).WithName("sendCommand").WithTags("printers")
            .WithSummary("Sends a command to a printer; answered when the printer's state proves it");

    private async Task<Ok<CommandDone>> SendAsync(string id, CommandBody body, string? hub, CancellationToken cancel)
    {
        FarmPrinter printer = farm.Find(id, hub);
        KnownHub owner = hubs.Get(printer.HubId);
        string commandId = Guid.NewGuid().ToString("N");
        string? word = WordOf(body.Action);
        if (word == "pause")
        {
            webhooks.PauseAsked(new PrinterKey(printer.HubId, printer.WireId));
        }

        HubAnswer answer;
        if (word != null)
        {
            answer = await owner.AskAsync(commandId, HubMessages.PrinterCommand(commandId, printer.WireId, word), AnswerSeconds, cancel);
        }
        else if (body.Action == "gcode" && owner.Online().Has(CloudFeatures.Gcode))
        {
            answer = await owner.AskAsync(commandId, HubMessages.Gcode(commandId, printer.WireId, body.Lines ?? []), AnswerSeconds, cancel);
        }
        else
        {
            owner.Online(CloudFeatures.Requests);
            answer = await owner.AskAsync(commandId, HubMessages.Request(commandId, "printer.command", json => Write(json, printer, body)), AnswerSeconds, cancel);
        }

        AnswerErrors.ThrowUnlessDone(answer);
        return TypedResults.Ok(new CommandDone(true, commandId));
    }

    /// <summary>The base protocol's word for an action; null for one that needs a request.</summary>
    private static string? WordOf(string action) => action switch
    {
        "pause" or "resume" or "stop" or "clear_bed" or "light_on" or "light_off" => action,
        "cancel" => "stop",
        "light" or "speed" or "clear_error" or "estop" or "gcode" => null,
        _ => throw CloudErrors.BadRequest("There is no action " + action + ": use pause, resume, cancel, clear_bed, light_on, light_off, light, speed, clear_error, estop or gcode."),
    };

    private static void Write(Utf8JsonWriter json, FarmPrinter printer, CommandBody body)
    {
        json.WriteStartObject();
        json.WriteString("printer", printer.Id);
        json.WriteString("action", body.Action);
        if (body.On != null)
        {
            json.WriteBoolean("on", body.On.Value);
        }

        if (body.Level != null)
        {
            json.WriteNumber("level", body.Level.Value);
        }

        if (body.Lines != null)
        {
            json.WriteStartArray("lines");
            foreach (string line in body.Lines)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
