using System;
using System.Text.Json.Nodes;
using System.Threading;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>
/// Moonraker's spoolman component with a Spoolman of two spools (moonraker/components/spoolman.py and docs/external_api/integrations.md of
/// Moonraker 0.10; a spool as in spoolman/api/v1/models.py of Donkie/Spoolman). Thread: any.
/// </summary>
internal sealed class MoonrakerSpoolman(Action<string, JsonNode> notify)
{
    /// <summary>The first method's name up to the last dot.</summary>
    public const string Prefix = "server.spoolman.";

    private const int Unreachable = 503;
    private const int NotFound = 404;

    private readonly Lock _gate = new();
    private int? _active = 1;
    private bool _isDown;

    /// <summary>Spoolman cannot be reached.</summary>
    public bool IsDown
    {
        get
        {
            lock (_gate)
            {
                return _isDown;
            }
        }

        set
        {
            lock (_gate)
            {
                if (_isDown == value)
                {
                    return;
                }

                _isDown = value;
            }

            notify("notify_spoolman_status_changed", new JsonObject { ["spoolman_connected"] = !value });
        }
    }

    /// <summary>Runs a method. Errors: <see cref="MoonrakerError"/>.</summary>
    public JsonNode Call(string method, JsonObject parameters) => method[Prefix.Length..] switch
    {
        "status" => new JsonObject { ["spoolman_connected"] = !IsDown, ["pending_reports"] = new JsonArray(), ["spool_id"] = Active },
        "get_spool_id" => new JsonObject { ["spool_id"] = Active },
        "post_spool_id" => SetActive(parameters),

        // HTTP has one path for both.
        "spool_id" => parameters.ContainsKey("spool_id") ? SetActive(parameters) : new JsonObject { ["spool_id"] = Active },
        "proxy" => Proxy(parameters),
        _ => throw new MoonrakerError(MoonrakerError.MethodNotFound, "Method not found"),
    };

    private int? Active
    {
        get
        {
            lock (_gate)
            {
                return _active;
            }
        }
    }

    private JsonObject SetActive(JsonObject parameters)
    {
        int? wanted = parameters["spool_id"] is JsonValue value && int.TryParse(value.ToString(), out int id) ? id : null;
        bool isOther;
        lock (_gate)
        {
            isOther = _active != wanted;
            _active = wanted;
        }

        if (isOther)
        {
            notify("notify_active_spool_set", new JsonObject { ["spool_id"] = wanted });
        }

        return new JsonObject { ["spool_id"] = wanted };
    }

    private JsonObject Proxy(JsonObject parameters)
    {
        bool isSecondForm = parameters["use_v2_response"]?.ToString() == "true";
        string path = MoonrakerMethods.Text(parameters, "path") ?? throw new MoonrakerError(400, "No data for argument: path");
        if (MoonrakerMethods.Text(parameters, "request_method") != "GET" || !path.StartsWith("/v1/", StringComparison.Ordinal))
        {
            throw new MoonrakerError(400, "Invalid path, must start with the API version, e.g. /v1");
        }

        const string Spools = "/v1/spool/";
        (int status, string message) = IsDown ? (Unreachable, "Spoolman server not available") : (NotFound, "Not Found");
        JsonObject? spool = !IsDown && path.StartsWith(Spools, StringComparison.Ordinal) && int.TryParse(path[Spools.Length..], out int id) ? Spool(id) : null;
        if (!isSecondForm)
        {
            return spool ?? throw new MoonrakerError(status, message);
        }

        return spool != null
            ? new JsonObject { ["response"] = spool, ["response_headers"] = new JsonObject { ["content-type"] = "application/json" }, ["error"] = null }
            : new JsonObject { ["response"] = null, ["error"] = new JsonObject { ["status_code"] = status, ["message"] = message } };
    }

    private static JsonObject? Spool(int id) => id switch
    {
        1 => Spool(1, new JsonObject { ["material"] = "PLA", ["weight"] = 1000.0, ["color_hex"] = "BD0B0B" }, 750, 1000),
        2 => Spool(2, new JsonObject { ["material"] = "PETG", ["weight"] = 1000.0, ["multi_color_hexes"] = "FFFFFF,0A2989", ["multi_color_direction"] = "coaxial" }, 410, null),
        _ => null,
    };

    private static JsonObject Spool(int id, JsonObject filament, double remaining, double? initial)
    {
        filament["id"] = id;
        filament["registered"] = "2026-06-26T21:00:42Z";
        filament["name"] = "Virtual " + id;
        filament["vendor"] = new JsonObject { ["id"] = 7, ["registered"] = "2026-06-26T21:00:42Z", ["name"] = "Virtual", ["extra"] = new JsonObject() };
        filament["density"] = 1.24;
        filament["diameter"] = 1.75;
        filament["extra"] = new JsonObject();
        JsonObject spool = new()
        {
            ["id"] = id,
            ["registered"] = "2026-06-26T21:00:42Z",
            ["filament"] = filament,
            ["remaining_weight"] = remaining,
            ["used_weight"] = 1000 - remaining,
            ["remaining_length"] = remaining * 335.3,
            ["used_length"] = (1000 - remaining) * 335.3,
            ["archived"] = false,
            ["extra"] = new JsonObject(),
        };
        if (initial != null)
        {
            spool["initial_weight"] = initial;
        }

        return spool;
    }
}
