using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>Moonraker 0.10 with Klipper 0.13 as their clients see them (docs/external_api/*.md of Moonraker; recordings in Hub.Tests/Recordings/Moonraker).</summary>
public sealed class VirtualMoonraker : VirtualHttpPrinter, IDisposable
{
    // As recorded: Klipper is found 0.15 s after the server answers, and its methods are known 0.5 s after.
    private static readonly TimeSpan s_isBlind = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_isStarting = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private long? _restarted;

    public VirtualMoonraker(string id, string name, string apiKey, VirtualMachine machine, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
        : base(id, name, PrinterTypes.Moonraker, apiKey, machine)
    {
        Storage = storage;
        Time = time;
        Klippy = new MoonrakerKlippy(machine);
        Access = new MoonrakerAccess(time, apiKey);
        Files = new MoonrakerFiles(Klippy, storage, maxUploadBytes);
        Folders = new MoonrakerFolders(Klippy, storage);
        History = new MoonrakerHistory(machine, storage, time);
        Methods = new MoonrakerMethods(Klippy, Files, Folders, History, Access, time) { StartingState = () => StartingState };
        Klippy.ConsoleLine += line => Notify("notify_gcode_response", line);
        History.Changed += (action, job) => Notify("notify_history_changed", new JsonObject { ["action"] = action, ["job"] = job });
    }

    public VirtualStorage Storage { get; }

    internal TimeProvider Time { get; }

    /// <summary>The open websockets by their connection ids, which HTTP requests may name (docs/external_api/printer.md, subscribe).</summary>
    internal ConcurrentDictionary<long, MoonrakerSocket> Sockets { get; } = new();

    /// <summary>The only user, whose login replaces the key.</summary>
    public override string User => MoonrakerAccess.UserName;

    public override string Password => Access.Password;

    /// <summary>False disables authentication, as for trusted clients of a LAN.</summary>
    public bool RequiresKey
    {
        get => Access.IsRequired;
        set => Access.IsRequired = value;
    }

    /// <summary>Refuse the websocket with 404, as a proxy without WebSocket support does.</summary>
    public bool RefusesWebSocket { get; set; }

    /// <summary>Whether [spoolman] is configured.</summary>
    public bool HasSpoolman
    {
        get => Methods.Spoolman != null;
        init => Methods.Spoolman = value ? new MoonrakerSpoolman(Notify) : null;
    }

    /// <summary>Send no status updates: the socket is open and answers requests only.</summary>
    public bool IsMuted { get; set; }

    /// <summary>When the last status update was given to a socket, in Stopwatch ticks: for latency measurements.</summary>
    public long LastPushTimestamp { get; internal set; }

    /// <summary>What server.info reports about Klipper while Moonraker starts and does not know Klipper's methods; otherwise null.</summary>
    internal string? StartingState
    {
        get
        {
            lock (_gate)
            {
                TimeSpan since = _restarted is { } at ? Time.GetElapsedTime(at) : TimeSpan.MaxValue;
                return since < s_isBlind ? "disconnected" : since < s_isStarting ? "startup" : null;
            }
        }
    }

    /// <summary>Klipper's state as the websockets report it.</summary>
    internal string KlippyState => StartingState ?? Klippy.State;

    internal MoonrakerKlippy Klippy { get; }

    internal MoonrakerAccess Access { get; }

    internal MoonrakerFiles Files { get; }

    internal MoonrakerFolders Folders { get; }

    internal MoonrakerHistory History { get; }

    internal MoonrakerMethods Methods { get; }

    /// <inheritdoc/>
    public override bool StartJob(string name, string head) => PlaceJob(Storage, name, head) is { } job && Machine.Select(job) && Machine.Start();

    public void Dispose() => Klippy.Dispose();

    /// <summary>
    /// Moonraker's process ends and starts; Klipper prints on. The connections break, and the job counts as ended in the history
    /// (Hub.Tests/Recordings/Moonraker/moonraker-restarts-in-mid-print.jsonl).
    /// </summary>
    public void Restart()
    {
        lock (_gate)
        {
            _restarted = Time.GetTimestamp();
        }

        History.Interrupt();
        foreach (MoonrakerSocket socket in Sockets.Values)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc/>
    protected override void OnFaults(VirtualFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        Klippy.Lacks = faults.Lacks;
        Klippy.Extruders = faults.Tools > 1 ? 2 : 1;
        Klippy.IsBedUnreadable = faults.NotANumber;
        if (Methods.Spoolman is { } spoolman)
        {
            spoolman.IsDown = faults.SpoolmanDown;
        }

        if (faults.Restart)
        {
            Restart();
        }

        if (faults.LargeNotification > 0)
        {
            Notify("notify_webcams_changed", new JsonObject { ["webcams"] = new JsonArray(new string('A', faults.LargeNotification)) });
        }

        if (faults.GcodeError != null)
        {
            Notify("notify_gcode_response", "!! " + faults.GcodeError);
            Machine.Cancel();
        }
    }

    private void Notify(string method, JsonNode parameter)
    {
        foreach (MoonrakerSocket socket in Sockets.Values)
        {
            socket.Post(method, parameter.DeepClone());
        }
    }

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

        if (path.StartsWith("/server/files/gcodes/", StringComparison.Ordinal))
        {
            return await FileAsync(context, path["/server/files/gcodes/".Length..]).ConfigureAwait(false);
        }

        if (path.StartsWith("/api/", StringComparison.Ordinal) && MoonrakerOctoPrint.Answer(method, request.Method, Klippy.Read()) is { } octoPrint)
        {
            return VirtualReply.Json(200, octoPrint);
        }

        if (!MoonrakerMethods.Takes(method, request.Method))
        {
            throw new MoonrakerError(405, "Method Not Allowed");
        }

        JsonObject parameters = await MoonrakerParameters.ReadAsync(request, areObjects: method is "printer.objects.query" or "printer.objects.subscribe").ConfigureAwait(false);
        JsonNode result = method switch
        {
            "printer.objects.subscribe" => Subscribe(request, parameters),
            "server.files.directory" => Folders.Answer(request.Method, parameters),
            _ => await Methods.CallAsync(method, parameters, context.RequestAborted).ConfigureAwait(false),
        };
        return new VirtualReply { Status = 200, ContentType = "application/json", Body = MoonrakerObjects.ToBytes(new JsonObject { ["result"] = result }) };
    }

    /// <summary>A request without a websocket cannot be notified of changes (moonraker/components/klippy_connection.py).</summary>
    private JsonObject Subscribe(HttpRequest request, JsonObject parameters) =>
        StartingState != null ? throw new MoonrakerError(MoonrakerError.MethodNotFound, "Method not found")
        : long.TryParse(request.Query["connection_id"].ToString(), out long id) && Sockets.TryGetValue(id, out MoonrakerSocket? socket)
            ? socket.Subscribe(parameters)
            : throw new MoonrakerError(400, "No connection associated with subscription request");

    private async Task<VirtualReply?> FileAsync(HttpContext context, string path)
    {
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                await Folders.DownloadAsync(context, path).ConfigureAwait(false);
                return null;
            case "DELETE":
                return VirtualReply.Json(200, new JsonObject { ["result"] = Folders.Delete(path) });
            default:
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
}
