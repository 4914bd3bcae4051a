using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>
/// [octoprint_compat]: Moonraker's answers to programs written for OctoPrint (moonraker/components/octoprint_compat.py).
/// Results are not wrapped. Uploads to /api/files/local and /api/printer/command are not simulated.
/// </summary>
internal static class MoonrakerOctoPrint
{
    private const string Server = "1.5.0";

    /// <summary>The answer; null for an unknown path.</summary>
    public static JsonObject? Answer(string method, string verb, MachineSnapshot machine) => (method, verb) switch
    {
        ("api.version", "GET") => new JsonObject { ["server"] = Server, ["api"] = "0.1", ["text"] = $"OctoPrint (Moonraker {MoonrakerMethods.Version})" },
        ("api.server", "GET") => new JsonObject { ["server"] = Server, ["safemode"] = MoonrakerKlippy.StateOf(machine) == "ready" ? null : "settings" },
        ("api.login", "POST") or ("api.currentuser", "GET") => new JsonObject
        {
            ["_is_external_client"] = false,
            ["_login_mechanism"] = "apikey",
            ["name"] = "_api",
            ["active"] = true,
            ["user"] = true,
            ["admin"] = true,
            ["apikey"] = null,
            ["permissions"] = new JsonArray(),
            ["groups"] = new JsonArray("admins", "users"),
        },
        ("api.settings", "GET") => new JsonObject
        {
            ["plugins"] = new JsonObject(),
            ["feature"] = new JsonObject { ["sdSupport"] = false, ["temperatureGraph"] = false },
            ["webcam"] = new JsonObject { ["flipH"] = false, ["flipV"] = false, ["rotate90"] = false, ["streamUrl"] = "/webcam/?action=stream", ["webcamEnabled"] = true },
        },
        ("api.job", "GET") => Job(machine),
        ("api.printer", "GET") => Printer(machine),
        _ => null,
    };

    // It never names the job.
    private static JsonObject Job(MachineSnapshot machine) => new()
    {
        ["job"] = new JsonObject { ["file"] = new JsonObject { ["name"] = null }, ["estimatedPrintTime"] = null, ["filament"] = new JsonObject { ["length"] = null }, ["user"] = null },
        ["progress"] = new JsonObject { ["completion"] = null, ["filepos"] = null, ["printTime"] = null, ["printTimeLeft"] = null, ["printTimeOrigin"] = null },
        ["state"] = State(machine),
    };

    private static JsonObject Printer(MachineSnapshot machine)
    {
        string state = State(machine);
        bool isDown = state is "Error" or "Offline";
        return new JsonObject
        {
            ["temperature"] = new JsonObject { ["bed"] = Heater(machine.Bed, machine.BedTarget), ["tool0"] = Heater(machine.Nozzle, machine.NozzleTarget) },
            ["state"] = new JsonObject
            {
                ["text"] = state,
                ["flags"] = new JsonObject
                {
                    ["operational"] = !isDown,
                    ["paused"] = state == "Paused",
                    ["printing"] = state == "Printing",
                    ["cancelling"] = false,
                    ["pausing"] = false,
                    ["error"] = state == "Error",
                    ["ready"] = state == "Operational",
                    ["closedOrError"] = isDown,
                },
            },
        };
    }

    private static string State(MachineSnapshot machine) => MoonrakerKlippy.StateOf(machine) switch
    {
        "disconnected" or "startup" => "Offline",
        "ready" => MoonrakerObjects.PrintState(machine) switch
        {
            "standby" or "complete" => "Operational",
            "printing" => "Printing",
            "paused" => "Paused",
            _ => "Error",
        },
        _ => "Error",
    };

    private static JsonObject Heater(double actual, double target) => new() { ["actual"] = System.Math.Round(actual, 2), ["offset"] = 0, ["target"] = target };
}
