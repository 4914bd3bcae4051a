using System;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Moonraker 0.10 with Klipper 0.13 as their clients see them (docs/external_api/*.md, facts A3 and F).</summary>
public sealed class VirtualMoonraker : VirtualHttpPrinter, IDisposable
{
    private const int MaxBodyBytes = 1024 * 1024;

    public VirtualMoonraker(string id, string name, string apiKey, VirtualMachine machine, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
        : base(id, name, PrinterTypes.Moonraker, apiKey, machine)
    {
        Storage = storage;
        Klippy = new MoonrakerKlippy(machine);
        Access = new MoonrakerAccess(time, apiKey);
        Files = new MoonrakerFiles(Klippy, storage, maxUploadBytes);
        Methods = new MoonrakerMethods(Klippy, Files, Access, time);
    }

    public VirtualStorage Storage { get; }

    /// <summary>The one user, who may log in instead of showing the key.</summary>
    public override string User => MoonrakerAccess.UserName;

    public override string Password => Access.Password;

    /// <summary>False lets everybody in, as the usual LAN of trusted clients does.</summary>
    public bool RequiresKey
    {
        get => Access.IsRequired;
        set => Access.IsRequired = value;
    }

    /// <summary>Refuse the websocket with 404, as a proxy that knows no upgrades does.</summary>
    public bool RefusesWebSocket { get; set; }

    /// <summary>Send no status updates: the socket is open and answers, but says nothing by itself.</summary>
    public bool IsMuted { get; set; }

    /// <summary>When the last status update was handed to a socket (Stopwatch ticks); for measuring latency.</summary>
    public long LastPushTimestamp { get; internal set; }

    internal MoonrakerKlippy Klippy { get; }

    internal MoonrakerAccess Access { get; }

    internal MoonrakerFiles Files { get; }

    internal MoonrakerMethods Methods { get; }

    /// <inheritdoc/>
    public override bool StartDemoJob() => PlaceDemoJob(Storage) is { } job && Machine.Select(job) && Machine.Start();

    public void Dispose() => Klippy.Dispose();

    /// <inheritdoc/>
    public override async Task<VirtualReply?> HandleAsync(HttpContext context)
    {
        try
        {
            return await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (MoonrakerError e)
        {
            return e.ToReply();
        }
    }

    private async Task<VirtualReply?> AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "/";
        bool isAllowed = IsAllowed(request);
        if (path == "/websocket")
        {
            return await SocketAsync(context, isAllowed).ConfigureAwait(false);
        }

        if (path == "/")
        {
            return VirtualReply.Html(200, "<!DOCTYPE html><html><head><title>Moonraker</title></head><body>Moonraker (virtual)</body></html>");
        }

        string method = path.Trim('/').Replace('/', '.');
        if (!isAllowed && !MoonrakerMethods.IsOpen(method))
        {
            throw MoonrakerError.Unauthorized;
        }

        if (path == "/server/files/upload" && HttpMethods.IsPost(request.Method))
        {
            return await Files.UploadAsync(context).ConfigureAwait(false);
        }

        CheckVerb(method, request.Method);
        JsonObject parameters = method == "printer.objects.query" ? Objects(request) : await ParametersAsync(request).ConfigureAwait(false);
        return VirtualReply.Json(200, new JsonObject { ["result"] = await Methods.CallAsync(method, parameters, context.RequestAborted).ConfigureAwait(false) });
    }

    private static void CheckVerb(string method, string verb)
    {
        bool isAction = method is "printer.emergency_stop" or "printer.firmware_restart" or "printer.restart" or "printer.gcode.script" or "access.login" or "access.refresh_jwt"
            || method.StartsWith("printer.print.", StringComparison.Ordinal);
        bool isFine = isAction ? HttpMethods.IsPost(verb) : HttpMethods.IsGet(verb) || method == "printer.objects.query";
        if (!isFine)
        {
            throw new MoonrakerError(405, "Method Not Allowed");
        }
    }

    private bool IsAllowed(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return !Access.IsRequired
            || Access.IsKey(request.Headers["X-Api-Key"].FirstOrDefault())
            || (authorization.StartsWith("Bearer ", StringComparison.Ordinal) && Access.IsToken(authorization[7..]))
            || Access.TakeOneShot(request.Query["token"].FirstOrDefault());
    }

    private async Task<VirtualReply?> SocketAsync(HttpContext context, bool isAllowed)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return VirtualReply.Html(400, "Can \"Upgrade\" only to \"WebSocket\".");
        }

        if (RefusesWebSocket)
        {
            throw new MoonrakerError(404, "Not Found");
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.FromSeconds(10) }).ConfigureAwait(false);
        using MoonrakerSocket session = new(this, socket, isAllowed);
        await session.RunAsync(context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    /// <summary>objects/query?webhooks&amp;extruder=temperature,target</summary>
    private static JsonObject Objects(HttpRequest request)
    {
        JsonObject objects = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues fields) in request.Query)
        {
            if (name != "token")
            {
                objects[name] = fields.ToString().Length == 0 ? null : new JsonArray([.. fields.ToString().Split(',').Select(f => (JsonNode)f)]);
            }
        }

        return new JsonObject { ["objects"] = objects };
    }

    private static async Task<JsonObject> ParametersAsync(HttpRequest request)
    {
        JsonObject parameters = [];
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true && request.ContentLength is > 0 and <= MaxBodyBytes)
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
            try
            {
                parameters = JsonNode.Parse(body.ToArray()) as JsonObject ?? [];
            }
            catch (JsonException)
            {
                throw new MoonrakerError(400, "Request body is not valid JSON");
            }
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in request.Query)
        {
            parameters[name] = value.ToString();
        }

        return parameters;
    }
}
