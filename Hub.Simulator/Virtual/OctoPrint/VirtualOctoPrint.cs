using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Announcements;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>OctoPrint 1.10.3 as its clients see it (docs/api/*.rst, compared with a real server).</summary>
public sealed class VirtualOctoPrint : VirtualHttpPrinter
{
    private const int MaxSessions = 64;
    private const int MaxBodyBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<string> _sessions = new();
    private readonly OctoPrintFiles _files;
    private int _sessionCounter;

    public VirtualOctoPrint(string id, string name, string apiKey, VirtualMachine machine, VirtualStorage storage, TimeProvider time, long maxUploadBytes)
        : base(id, name, PrinterTypes.OctoPrint, apiKey, machine)
    {
        Time = time;
        Storage = storage;
        AppKeys = new OctoPrintAppKeys(time, apiKey[..8]);
        _files = new OctoPrintFiles(machine, storage, Events, maxUploadBytes);
        machine.Happened += Events.AddFromMachine;
    }

    public OctoPrintAppKeys AppKeys { get; }

    public VirtualStorage Storage { get; }

    internal OctoPrintEvents Events { get; } = new();

    internal TimeProvider Time { get; }

    /// <inheritdoc/>
    public override bool StartDemoJob() => Machine.Select(PlaceDemoJob(Storage)) && Machine.Start();

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
            ["", "plugin", "discovery", "discovery.xml"] => OctoPrintTexts.Description(FleetServices.OctoPrintName(this), FleetServices.Uuid(this), BaseUrl(context.Request)),
            ["", "plugin", "appkeys", .. string[] rest] => await AppKeysAsync(context, rest, isAllowed).ConfigureAwait(false),
            ["", "downloads", "files", "local", .. string[] rest] => await DownloadAsync(context, string.Join('/', rest), isAllowed).ConfigureAwait(false),
            ["", "api", .. string[] rest] => await ApiAsync(context, rest, key, isAllowed).ConfigureAwait(false),
            _ => OctoPrintTexts.NotFound(),
        };
        return reply?.With("Cache-Control", "max-age=0").With("X-Clacks-Overhead", "GNU Terry Pratchett").With("X-Robots-Tag", "noindex, nofollow, noimageindex").With("X-Content-Type-Options", "nosniff").With("X-Frame-Options", "sameorigin");
    }

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    internal bool IsSession(string? credentials)
    {
        lock (_gate)
        {
            return credentials != null && credentials.StartsWith(OctoPrintTexts.UserName + ":", StringComparison.Ordinal)
                && _sessions.Contains(credentials[(OctoPrintTexts.UserName.Length + 1)..]);
        }
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

    private static string BaseUrl(HttpRequest request) => "http://" + request.Host.Value;

    /// <summary>The request's JSON object; null when it is none.</summary>
    private static async Task<JsonObject?> ReadJsonAsync(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true || request.ContentLength > MaxBodyBytes)
        {
            return null;
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
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

    private async Task<VirtualReply> AppKeysAsync(HttpContext context, string[] path, bool isAllowed)
    {
        bool isPost = HttpMethods.IsPost(context.Request.Method);
        switch (path)
        {
            case ["probe"]:
                return OctoPrintTexts.NoContent();
            case ["request"] when isPost:
                JsonObject? body = await ReadJsonAsync(context.Request).ConfigureAwait(false);
                if (body == null)
                {
                    return OctoPrintTexts.BadJson();
                }

                if (Text(body["app"]) is not { Length: > 0 } app)
                {
                    return OctoPrintTexts.Error(400, "No app name provided");
                }

                if (AppKeys.Ask(app) is not { } token)
                {
                    return OctoPrintTexts.Error(429, "Too many requests");
                }

                string home = BaseUrl(context.Request) + "/plugin/appkeys/";
                return VirtualReply.Json(201, new JsonObject { ["app_token"] = token, ["auth_dialog"] = home + "auth/" + token }).With("Location", home + "request/" + token);
            case ["request", var asked]:
                (bool isKnown, string? key) = AppKeys.Poll(asked);
                if (!isKnown)
                {
                    return OctoPrintTexts.NotFound();
                }

                return key == null
                    ? VirtualReply.Json(202, new JsonObject { ["message"] = "Awaiting decision" })
                    : VirtualReply.Json(200, new JsonObject { ["api_key"] = key });
            case ["decision", ..] when isPost:
                if (!isAllowed)
                {
                    return OctoPrintTexts.Forbidden();
                }

                JsonObject? decision = await ReadJsonAsync(context.Request).ConfigureAwait(false);
                if (decision?["decision"] is not JsonValue verdict || !verdict.TryGetValue(out bool accept))
                {
                    return OctoPrintTexts.Error(400, "No decision provided");
                }

                // Without a token the decision is for all that wait: easier by hand than the real path.
                string? userToken = path.Length > 1 ? path[1] : Text(decision["user_token"]);
                return AppKeys.Decide(userToken, accept) ? OctoPrintTexts.NoContent() : OctoPrintTexts.NotFound();
            default:
                return OctoPrintTexts.NotFound();
        }
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
            ["login"] when isPost => await LoginAsync(request, isAllowed).ConfigureAwait(false),
            ["currentuser"] when isGet => VirtualReply.Json(200, isAllowed ? OctoPrintTexts.CurrentUser() : OctoPrintTexts.Guest()),
            ["logout"] when isPost => VirtualReply.Json(200, new JsonObject { ["needs"] = new JsonObject { ["group"] = new JsonArray("guests") } }),
            ["files", var target] when isPost => await _files.UploadAsync(context, target, BaseUrl(request)).ConfigureAwait(false),
            ["files", "local", .. string[] file] when HttpMethods.IsDelete(request.Method) => _files.Delete(string.Join('/', file)),
            _ when isGet => Get(request, path),
            _ when isPost => await ReadJsonAsync(request).ConfigureAwait(false) is { } body ? Post(path, body) : OctoPrintTexts.BadJson(),
            _ => OctoPrintTexts.MethodNotAllowed(),
        };
    }

    private async Task<VirtualReply> LoginAsync(HttpRequest request, bool isAllowed)
    {
        JsonObject? body = await ReadJsonAsync(request).ConfigureAwait(false);
        if (body?["passive"] == null)
        {
            // There are no passwords here, hence no right ones.
            return OctoPrintTexts.Forbidden();
        }

        if (!isAllowed)
        {
            return VirtualReply.Json(200, OctoPrintTexts.GuestLogin());
        }

        lock (_gate)
        {
            string session = ApiKey[..8] + "sessionfakefakefakefakefakefakefakefakefakefakefake" + (++_sessionCounter).ToString("D5");
            _sessions.Enqueue(session);
            if (_sessions.Count > MaxSessions)
            {
                _sessions.Dequeue();
            }

            Events.Add("UserLoggedIn", new JsonObject { ["username"] = OctoPrintTexts.UserName });
            return VirtualReply.Json(200, OctoPrintTexts.Login(session));
        }
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
                return VirtualReply.Json(200, OctoPrintTexts.PrinterProfiles(BaseUrl(request)));
            case ["connection"]:
                bool isOpen = machine.Link == MachineLink.Online;
                return VirtualReply.Json(200, OctoPrintTexts.Connection(machine.Link is MachineLink.Offline or MachineLink.Failed ? "Closed" : OctoPrintState.Text(machine), isOpen));
            case ["job"]:
                return VirtualReply.Json(200, Job(machine));
            case ["files"]:
                return _files.List(null, isRecursive, BaseUrl(request));
            case ["files", var origin]:
                return _files.List(origin, isRecursive, BaseUrl(request));
            case ["files", "local", .. string[] file]:
                return _files.Details(string.Join('/', file), isRecursive, BaseUrl(request));
            case ["plugin", "appkeys"]:
                return VirtualReply.Json(200, PendingKeys());
            case ["printer", ..] when machine.Link != MachineLink.Online:
                return OctoPrintTexts.NotOperational();
            case ["printer"]:
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

    private static JsonObject One(JsonObject temperatures, string heater) => new() { [heater] = temperatures[heater]?.DeepClone() };

    /// <summary>The machine now, after what a plugin does at the end of a job.</summary>
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

    private JsonObject PendingKeys()
    {
        JsonObject pending = [];
        foreach ((string app, string userToken) in AppKeys.Pending)
        {
            pending[userToken] = new JsonObject { ["app_id"] = app, ["user_id"] = null, ["user_token"] = userToken };
        }

        return new JsonObject { ["keys"] = new JsonArray(), ["pending"] = pending };
    }

    private VirtualReply Post(string[] path, JsonObject body)
    {
        MachineSnapshot machine = Read();
        switch (path)
        {
            case ["connection"]:
                return Connect(Text(body["command"]));
            case ["job"] or ["printer", "command" or "tool" or "bed"] when machine.Link != MachineLink.Online:
                return OctoPrintTexts.NotOperational();
            case ["job"]:
                return ControlJob(machine, body);
            case ["printer", "command"]:
                return SendGcode(body);
            case ["printer", "tool"]:
                return SetTool(body);
            case ["printer", "bed"]:
                return SetBed(body);
            case ["settings"]:
                return VirtualReply.Json(200, OctoPrintTexts.Settings(Name));
            case ["printer", "printhead"]:
                return MoveHead(machine, body);
            case ["files", "local", .. string[] file]:
                return _files.Command(string.Join('/', file), body);
            default:
                return OctoPrintTexts.NotFound();
        }
    }

    private VirtualReply Connect(string? command)
    {
        switch (command)
        {
            case "connect":
                Machine.Connect();
                return OctoPrintTexts.NoContent();
            case "disconnect":
                Machine.Disconnect();
                return OctoPrintTexts.NoContent();
            case "fake_ack":
                return OctoPrintTexts.NoContent();
            default:
                return OctoPrintTexts.Error(400, "command is invalid");
        }
    }

    private VirtualReply ControlJob(MachineSnapshot machine, JsonObject body)
    {
        string? command = Text(body["command"]);
        switch (command)
        {
            case "start" when machine.IsActive:
                return OctoPrintTexts.Error(409, "Printer already has an active print job, did you mean 'restart'?");
            case "start":
                // Without a selected file nothing happens, and the answer is 204 all the same.
                Machine.Start();
                return OctoPrintTexts.NoContent();
            case "restart":
                return Machine.Restart() ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(409, "Printer does not have an active print job or is not paused");
            case "cancel" or "pause" when !machine.IsActive:
                return OctoPrintTexts.Error(409, "Printer is neither printing nor paused, '" + command + "' command cannot be performed");
            case "cancel":
                Machine.Cancel();
                return OctoPrintTexts.NoContent();
            case "pause":
                return Pause(machine, body["action"] == null ? "toggle" : Text(body["action"]));
            default:
                return OctoPrintTexts.Error(400, "command is invalid");
        }
    }

    private VirtualReply Pause(MachineSnapshot machine, string? action)
    {
        switch (action)
        {
            case "resume":
            case "toggle" when machine.State == MachineState.Paused:
                Machine.Resume();
                return OctoPrintTexts.NoContent();
            case "pause" or "toggle":
                Machine.Pause();
                return OctoPrintTexts.NoContent();
            default:
                return OctoPrintTexts.Error(400, "Unknown action");
        }
    }

    private VirtualReply SendGcode(JsonObject body)
    {
        List<string> lines = [];
        if (Text(body["command"]) is { } one)
        {
            lines.Add(one);
        }
        else if (body["commands"] is JsonArray many && many.All(line => Text(line) != null))
        {
            lines.AddRange(many.Select(line => Text(line)!));
        }
        else
        {
            return OctoPrintTexts.Error(400, body.ContainsKey("commands") ? "commands is invalid" : "Need one of 'command', 'commands' or 'script'");
        }

        foreach (string line in lines)
        {
            Machine.SendGcode(line);
        }

        return OctoPrintTexts.NoContent();
    }

    private VirtualReply SetTool(JsonObject body)
    {
        if (Text(body["command"]) == "target" && body["targets"] is JsonObject targets)
        {
            if (targets["tool0"] is JsonValue target && target.TryGetValue(out double celsius))
            {
                Machine.SendGcode("M104 S" + celsius);
            }

            return OctoPrintTexts.NoContent();
        }

        return Text(body["command"]) is "select" or "offset" or "extrude" or "flowrate" ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(400, "command is invalid");
    }

    private VirtualReply SetBed(JsonObject body)
    {
        if (Text(body["command"]) == "target" && body["target"] is JsonValue target && target.TryGetValue(out double celsius))
        {
            Machine.SendGcode("M140 S" + celsius);
            return OctoPrintTexts.NoContent();
        }

        return Text(body["command"]) == "offset" ? OctoPrintTexts.NoContent() : OctoPrintTexts.Error(400, "command is invalid");
    }

    private VirtualReply MoveHead(MachineSnapshot machine, JsonObject body)
    {
        string? command = Text(body["command"]);
        if (command is not ("jog" or "home" or "feedrate"))
        {
            return OctoPrintTexts.Error(400, "command is invalid");
        }

        if (machine.Link != MachineLink.Online || (machine.IsPrinting && command != "feedrate"))
        {
            return OctoPrintTexts.Error(409, "Printer is not operational or currently printing");
        }

        Machine.SendGcode(command == "home" ? "G28" : command == "jog" ? "G1" : "M220");
        return OctoPrintTexts.NoContent();
    }
}
