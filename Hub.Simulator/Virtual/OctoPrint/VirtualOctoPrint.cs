using System;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Announcements;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>OctoPrint 1.10.3 as its clients see it (docs/api/*.rst, compared with a real server).</summary>
public sealed class VirtualOctoPrint : VirtualHttpPrinter
{
    private readonly OctoPrintFiles _files;
    private readonly OctoPrintCommands _commands;
    private readonly OctoPrintAppKeysApi _appKeysApi;

    public VirtualOctoPrint(string id, string name, string apiKey, VirtualMachine machine, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
        : base(id, name, PrinterTypes.OctoPrint, apiKey, machine)
    {
        Time = time;
        Storage = storage;
        AppKeys = new OctoPrintAppKeys(time, apiKey[..8]);
        Sessions = new OctoPrintSessions(apiKey[..8], Events);
        _files = new OctoPrintFiles(machine, storage, Events, maxUploadBytes);
        _commands = new OctoPrintCommands(machine, _files);
        _appKeysApi = new OctoPrintAppKeysApi(AppKeys);
        machine.Happened += Events.AddFromMachine;
    }

    public OctoPrintAppKeys AppKeys { get; }

    public VirtualStorage Storage { get; }

    internal OctoPrintEvents Events { get; } = new();

    internal OctoPrintSessions Sessions { get; }

    internal TimeProvider Time { get; }

    /// <inheritdoc/>
    public override bool StartJob(string name, string head) => Machine.Select(PlaceJob(Storage, name, head)) && Machine.Start();

    /// <inheritdoc/>
    public override async Task<VirtualReply?> HandleAsync(HttpContext context)
    {
        string path = (context.Request.Path.Value ?? "/").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        string? key = KeyOf(context.Request);
        bool isAllowed = key != null && (key == ApiKey || AppKeys.IsKey(key)) && !Faults.RefuseKey;
        VirtualReply? reply = path.Split('/') switch
        {
            ["", ""] => VirtualReply.Html(302, "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n").With("Location", "/login/?redirect=%2F%3F&permissions=STATUS,SETTINGS_READ"),
            ["", "login", ..] => VirtualReply.Html(200, "<!doctype html><html><head><title>OctoPrint Login</title></head><body>OctoPrint (virtual)</body></html>"),
            ["", "sockjs", "websocket"] => await PushAsync(context).ConfigureAwait(false),
            ["", "sockjs", "info"] => VirtualReply.Json(200, new JsonObject { ["websocket"] = true, ["cookie_needed"] = false, ["origins"] = new JsonArray("*:*"), ["entropy"] = 1 }),
            ["", "plugin", "discovery", "discovery.xml"] => OctoPrintTexts.Description(FleetServices.OctoPrintName(this), FleetServices.Uuid(this), OctoPrintRequest.BaseUrl(context.Request)),
            ["", "plugin", "appkeys", .. string[] rest] => await _appKeysApi.HandleAsync(context, rest, isAllowed).ConfigureAwait(false),
            ["", "downloads", "files", "local", .. string[] rest] => await DownloadAsync(context, string.Join('/', rest), isAllowed).ConfigureAwait(false),
            ["", "api", .. string[] rest] => await ApiAsync(context, rest, key, isAllowed).ConfigureAwait(false),
            _ => OctoPrintTexts.NotFound(),
        };
        return reply?.With("Cache-Control", "max-age=0").With("X-Clacks-Overhead", "GNU Terry Pratchett").With("X-Robots-Tag", "noindex, nofollow, noimageindex").With("X-Content-Type-Options", "nosniff").With("X-Frame-Options", "sameorigin");
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-Api-Key", out Microsoft.Extensions.Primitives.StringValues header))
        {
            return header.ToString();
        }

        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return authorization[7..].Trim();
        }

        return request.Query.TryGetValue("apikey", out Microsoft.Extensions.Primitives.StringValues query) ? query.ToString() : null;
    }

    private async Task<VirtualReply?> PushAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return VirtualReply.Html(400, "Can \"Upgrade\" only to \"WebSocket\".");
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using OctoPrintPush push = new(this, socket, context.Connection.RemoteIpAddress?.ToString() ?? "");
        await push.RunAsync(context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    private async Task<VirtualReply?> DownloadAsync(HttpContext context, string path, bool isAllowed)
    {
        if (!isAllowed)
        {
            return VirtualReply.Html(403, "<html><title>403: Forbidden</title><body>403: Forbidden</body></html>");
        }

        return await _files.DownloadAsync(context, path).ConfigureAwait(false) ? null : OctoPrintTexts.NotFound();
    }

    private async Task<VirtualReply> ApiAsync(HttpContext context, string[] path, string? key, bool isAllowed)
    {
        HttpRequest request = context.Request;
        bool isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        bool isPost = HttpMethods.IsPost(request.Method);

        // Login and currentuser also serve guests, but not a wrong key.
        if (!isAllowed && key != null)
        {
            return OctoPrintTexts.Error(403, "Invalid API key");
        }

        if (!isAllowed && path is not (["login"] or ["currentuser"]))
        {
            return OctoPrintTexts.Forbidden();
        }

        return path switch
        {
            ["login"] when isPost => await Sessions.LoginAsync(request, isAllowed).ConfigureAwait(false),
            ["currentuser"] when isGet => VirtualReply.Json(200, isAllowed ? OctoPrintTexts.CurrentUser() : OctoPrintTexts.Guest()),
            ["logout"] when isPost => VirtualReply.Json(200, new JsonObject { ["needs"] = new JsonObject { ["group"] = new JsonArray("guests") } }),
            ["files", var target] when isPost => await _files.UploadAsync(context, target, OctoPrintRequest.BaseUrl(request)).ConfigureAwait(false),
            ["files", "local", .. string[] file] when HttpMethods.IsDelete(request.Method) => _files.Delete(string.Join('/', file)),
            _ when isGet => Get(request, path),
            _ when isPost => await OctoPrintRequest.ReadJsonAsync(request).ConfigureAwait(false) is { } body ? Post(path, body) : OctoPrintTexts.BadJson(),
            _ => OctoPrintTexts.MethodNotAllowed(),
        };
    }

    private VirtualReply Get(HttpRequest request, string[] path)
    {
        MachineSnapshot machine = Read();
        bool isRecursive = string.Equals(request.Query["recursive"], "true", StringComparison.OrdinalIgnoreCase);
        switch (path)
        {
            case ["version"]:
                return VirtualReply.Json(200, OctoPrintTexts.VersionInfo());
            case ["server"]:
                return VirtualReply.Json(200, new JsonObject { ["safemode"] = null, ["version"] = OctoPrintTexts.Version });
            case ["settings"]:
                return VirtualReply.Json(200, OctoPrintTexts.Settings(Name));
            case ["printerprofiles"]:
                return VirtualReply.Json(200, OctoPrintTexts.PrinterProfiles(OctoPrintRequest.BaseUrl(request)));
            case ["connection"]:
                bool isOpen = machine.Link == MachineLink.Online;
                return VirtualReply.Json(200, OctoPrintTexts.Connection(machine.Link is MachineLink.Offline or MachineLink.Failed ? "Closed" : OctoPrintState.Text(machine), isOpen));
            case ["job"]:
                StateLeaves?.Invoke(OctoPrintState.Text(machine));
                return VirtualReply.Json(200, Job(machine));
            case ["files"]:
                return _files.List(null, isRecursive, OctoPrintRequest.BaseUrl(request));
            case ["files", var origin]:
                return _files.List(origin, isRecursive, OctoPrintRequest.BaseUrl(request));
            case ["files", "local", .. string[] file]:
                return _files.Details(string.Join('/', file), isRecursive, OctoPrintRequest.BaseUrl(request));
            case ["plugin", "appkeys"]:
                return VirtualReply.Json(200, _appKeysApi.Pending());
            case ["printer", ..] when machine.Link != MachineLink.Online:
                return OctoPrintTexts.NotOperational();
            case ["printer"]:
                StateLeaves?.Invoke(OctoPrintState.Text(machine));
                return VirtualReply.Json(200, Printer(machine, request.Query["exclude"].ToString().Split(',')));
            case ["printer", "tool"]:
                return VirtualReply.Json(200, One(OctoPrintState.Temperatures(machine, Faults.Tools), "tool0"));
            case ["printer", "bed"]:
                return VirtualReply.Json(200, One(OctoPrintState.Temperatures(machine, Faults.Tools), "bed"));
            case ["printer", "chamber"]:
                return OctoPrintTexts.Error(409, "Printer does not have a heated chamber");
            default:
                return OctoPrintTexts.NotFound();
        }
    }

    private VirtualReply Post(string[] path, JsonObject body)
    {
        if (path is ["job"])
        {
            CommandArrives?.Invoke();
        }

        return path is ["settings"] ? VirtualReply.Json(200, OctoPrintTexts.Settings(Name)) : _commands.Run(path, body, Read());
    }

    private static JsonObject One(JsonObject temperatures, string heater) => new() { [heater] = temperatures[heater]?.DeepClone() };

    /// <summary>The machine now; first performs what a plugin does at the end of a job.</summary>
    internal MachineSnapshot Read()
    {
        MachineSnapshot machine = Machine.Read();
        if (!Faults.DeleteAtEnd || machine.IsActive || machine.Result != JobResult.Finished || machine.Job == null)
        {
            return machine;
        }

        Storage.Delete(machine.Job.Path);
        Machine.Unselect();
        return Machine.Read();
    }

    private JsonObject Printer(MachineSnapshot machine, string[] exclude)
    {
        JsonObject printer = [];
        if (!exclude.Contains("sd"))
        {
            printer["sd"] = new JsonObject { ["ready"] = true };
        }

        if (!exclude.Contains("state"))
        {
            printer["state"] = OctoPrintState.State(machine, Faults.NoProgress);
        }

        if (!exclude.Contains("temperature"))
        {
            printer["temperature"] = OctoPrintState.Temperatures(machine, Faults.Tools);
        }

        return printer;
    }

    private JsonObject Job(MachineSnapshot machine)
    {
        JsonObject job = [];
        if (machine.Error != null)
        {
            job["error"] = machine.Error;
        }

        bool isFromSd = Faults.NoProgress;
        job["job"] = OctoPrintState.Job(machine, isFromSd);
        job["progress"] = OctoPrintState.Progress(machine, isFromSd);
        job["state"] = OctoPrintState.Text(machine, isFromSd);
        return job;
    }
}
