using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>The methods that HTTP and JSON-RPC share (docs/external_api/*.md).</summary>
internal sealed class MoonrakerMethods(MoonrakerKlippy klippy, MoonrakerFiles files, MoonrakerFolders folders, MoonrakerHistory history, MoonrakerAccess access, TimeProvider time)
{
    public const string Version = "v0.10.0-1-g1234567";

    private readonly long _start = time.GetTimestamp();

    /// <summary>Klipper's state while Moonraker starts and does not know Klipper's methods yet; otherwise null.</summary>
    public Func<string?> StartingState { get; init; } = () => null;

    /// <summary>The component for Spoolman; null where it is not configured.</summary>
    public MoonrakerSpoolman? Spoolman { get; set; }

    /// <summary>Seconds of Klipper's own clock.</summary>
    public double EventTime => 1000 + time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Runs a method. Errors: <see cref="MoonrakerError"/>.</summary>
    public async Task<JsonNode> CallAsync(string method, JsonObject parameters, CancellationToken stop)
    {
        if (IsKlippers(method) && StartingState() != null)
        {
            throw new MoonrakerError(MoonrakerError.MethodNotFound, "Method not found");
        }

        switch (method)
        {
            case "server.info":
                return ServerInfo();
            case "printer.info":
                return PrinterInfo();
            case "printer.objects.list":
                RequireKlippy();
                return new JsonObject { ["objects"] = MoonrakerObjects.List(klippy.Extruders, klippy.Lacks) };
            case "printer.objects.query":
                RequireKlippy();
                return Status(parameters["objects"] as JsonObject ?? throw new MoonrakerError(400, "No data for argument: objects"));
            case "printer.print.start":
                await klippy.StartAsync(files.Job(Text(parameters, "filename"))).ConfigureAwait(false);
                return "ok";
            case "printer.print.pause":
                await klippy.PauseAsync(stop).ConfigureAwait(false);
                return "ok";
            case "printer.print.resume":
                await klippy.ResumeAsync(stop).ConfigureAwait(false);
                return "ok";
            case "printer.print.cancel":
                await klippy.CancelAsync(stop).ConfigureAwait(false);
                return "ok";
            case "printer.gcode.script":
                await klippy.RunScriptAsync(Text(parameters, "script") ?? throw new MoonrakerError(400, "No data for argument: script"), stop).ConfigureAwait(false);
                return "ok";
            case "printer.emergency_stop":
                klippy.EmergencyStop();
                return "ok";
            case "printer.firmware_restart" or "printer.restart":
                await klippy.RestartAsync().ConfigureAwait(false);
                return "ok";
            case "server.files.metadata":
                return files.Metadata(Text(parameters, "filename"));
            case "server.files.list":
                return files.List();
            case "server.files.get_directory":
                return folders.Answer("GET", parameters);
            case "server.history.list":
                return history.List(Number(parameters, "limit") ?? 50, Number(parameters, "start") ?? 0, Text(parameters, "order") != "asc");
            case "server.config":
                return new JsonObject { ["config"] = new JsonObject { ["octoprint_compat"] = new JsonObject(), ["history"] = new JsonObject() }, ["orig"] = new JsonObject(), ["files"] = new JsonArray() };
            case "access.info":
                return new JsonObject { ["default_source"] = "moonraker", ["available_sources"] = new JsonArray("moonraker"), ["login_required"] = access.IsRequired, ["trusted"] = !access.IsRequired };
            case "access.login":
                return access.Login(Text(parameters, "username"), Text(parameters, "password"));
            case "access.refresh_jwt":
                return access.Refresh(Text(parameters, "refresh_token"));
            case "access.oneshot_token":
                return access.OneShot();
            default:
                return Spoolman != null && method.StartsWith(MoonrakerSpoolman.Prefix, StringComparison.Ordinal)
                    ? Spoolman.Call(method, parameters)
                    : throw new MoonrakerError(MoonrakerError.MethodNotFound, "Method not found");
        }
    }

    /// <summary>True for a method that needs no credentials.</summary>
    public static bool IsOpen(string method) => method is "access.info" or "access.login" or "access.refresh_jwt" or "server.connection.identify";

    /// <summary>
    /// True when HTTP accepts this verb for the method: Klipper's own endpoints accept GET and POST (klippy_connection.py,
    /// _request_endpoints), Moonraker's what each was registered for.
    /// </summary>
    public static bool Takes(string method, string verb)
    {
        bool isAction = method is "printer.firmware_restart" or "printer.restart" or "access.login" or "access.refresh_jwt" || method.StartsWith("printer.print.", StringComparison.Ordinal);
        return verb switch
        {
            "GET" => !isAction && method != "server.spoolman.proxy",
            "POST" => IsKlippers(method) || isAction || method is "server.files.directory" or "server.spoolman.proxy" or "server.spoolman.spool_id",
            "DELETE" => method == "server.files.directory",
            _ => false,
        };
    }

    /// <summary>Registered once Klipper is connected (klippy_connection.py, _request_endpoints); all others are Moonraker's own.</summary>
    private static bool IsKlippers(string method) =>
        method is "printer.info" or "printer.gcode.script" or "printer.emergency_stop" || method.StartsWith("printer.objects.", StringComparison.Ordinal);

    public JsonObject Status(JsonObject wanted) => new()
    {
        ["eventtime"] = EventTime,
        ["status"] = MoonrakerObjects.Select(klippy.Objects(), wanted),
    };

    /// <summary>Moonraker's own health, which every client receives without a subscription.</summary>
    public JsonObject Statistics(int connections) => new()
    {
        ["moonraker_stats"] = new JsonObject { ["time"] = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, ["cpu_usage"] = 1.24, ["memory"] = 51716, ["mem_units"] = "kB" },
        ["cpu_temp"] = null,
        ["network"] = new JsonObject { ["lo"] = new JsonObject { ["rx_bytes"] = 33760266, ["tx_bytes"] = 33760266, ["bandwidth"] = 7545.5 } },
        ["system_cpu_usage"] = new JsonObject { ["cpu"] = 9.5, ["cpu0"] = 9.0 },
        ["system_memory"] = new JsonObject { ["total"] = 1000000, ["available"] = 600000, ["used"] = 400000 },
        ["websocket_connections"] = connections,
    };

    public void RequireKlippy()
    {
        if (klippy.State == "disconnected")
        {
            throw MoonrakerError.NoKlippy;
        }
    }

    internal static string? Text(JsonObject parameters, string name) => parameters[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A number as JSON or, from a query, as text.</summary>
    private static int? Number(JsonObject parameters, string name) => int.TryParse(parameters[name]?.ToString(), out int number) ? number : null;

    private JsonObject ServerInfo()
    {
        string state = StartingState() ?? klippy.State;
        JsonArray components = new("database", "file_manager", "machine", "data_store", "announcements", "job_queue", "history", "authorization");
        if (Spoolman != null)
        {
            components.Add((JsonNode)"spoolman");
        }

        return new JsonObject
        {
            ["klippy_connected"] = state != "disconnected",
            ["klippy_state"] = state,
            ["components"] = components,
            ["failed_components"] = new JsonArray(),
            ["registered_directories"] = new JsonArray("config", "gcodes", "logs"),
            ["warnings"] = new JsonArray(),
            ["websocket_count"] = 1,
            ["moonraker_version"] = Version,
            ["missing_klippy_requirements"] = new JsonArray(),
            ["api_version"] = new JsonArray(1, 5, 0),
            ["api_version_string"] = "1.5.0",
        };
    }

    private JsonObject PrinterInfo()
    {
        RequireKlippy();
        return new JsonObject
        {
            ["state"] = klippy.State,
            ["state_message"] = klippy.StateMessage,
            ["hostname"] = "virtual",
            ["klipper_path"] = "/home/pi/klipper",
            ["software_version"] = "v0.13.0-1-g1234567",
            ["cpu_info"] = "4 core",
        };
    }
}
