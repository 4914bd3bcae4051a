using System;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>
/// /api/printer and /api/job, modelled on OctoPrint's: the whole API of firmware before v1, and still served by later firmware
/// (Buddy lib/WUI/link_content/basic_gets.cpp; prusa/link/web/main.py). Their completion goes from 0 to 1.
/// </summary>
internal static class PrusaLinkLegacy
{
    public static JsonObject Printer(MachineSnapshot machine, bool isPython) => isPython ? PythonPrinter(machine) : BuddyPrinter(machine);

    public static JsonObject Job(MachineSnapshot machine, bool isPython) => isPython ? PythonJob(machine) : BuddyJob(machine);

    private static JsonObject BuddyPrinter(MachineSnapshot machine)
    {
        bool isBroken = machine.Link != MachineLink.Online;
        bool isPausing = machine.State == MachineState.Pausing;
        bool isResuming = machine.State == MachineState.Resuming;
        bool isPaused = isPausing || machine.State == MachineState.Paused;
        bool isEnding = machine.State is MachineState.Cancelling or MachineState.Finishing;
        bool isPrinting = isPaused || isResuming || machine.State is MachineState.Heating or MachineState.Printing;

        // Before heating begins the old API shows no job (PrintInit).
        bool isReady = !isBroken && !isPrinting && !isEnding;
        JsonObject flags = [];
        if (!isReady)
        {
            flags["link_state"] = isBroken ? "ERROR" : isPaused ? "PAUSED" : isEnding ? "BUSY" : "PRINTING";
        }

        flags["operational"] = isReady;
        flags["paused"] = isPaused;
        flags["printing"] = isPrinting;
        flags["cancelling"] = machine.State == MachineState.Cancelling;
        flags["pausing"] = isPausing;
        flags["error"] = isBroken;
        flags["sdReady"] = false;
        flags["closedOnError"] = false;
        flags["ready"] = isReady;
        flags["busy"] = isPausing || isResuming || isEnding;
        return new JsonObject
        {
            ["telemetry"] = new JsonObject
            {
                ["temp-bed"] = PrusaLinkState.Degrees(machine.Bed),
                ["temp-nozzle"] = PrusaLinkState.Degrees(machine.Nozzle),
                ["print-speed"] = 100,
                ["z-height"] = 5.0,
                ["material"] = "PLA",
            },
            ["temperature"] = new JsonObject
            {
                ["tool0"] = new JsonObject
                {
                    ["actual"] = PrusaLinkState.Degrees(machine.Nozzle),
                    ["target"] = PrusaLinkState.Degrees(machine.NozzleTarget),
                    ["display"] = PrusaLinkState.Degrees(machine.NozzleTarget),
                    ["offset"] = 0,
                },
                ["bed"] = new JsonObject { ["actual"] = PrusaLinkState.Degrees(machine.Bed), ["target"] = PrusaLinkState.Degrees(machine.BedTarget), ["offset"] = 0 },
            },
            ["state"] = new JsonObject { ["text"] = isPrinting ? "Printing" : "Operational", ["flags"] = flags },
        };
    }

    private static JsonObject BuddyJob(MachineSnapshot machine)
    {
        JsonObject answer = new()
        {
            ["state"] = machine.State switch
            {
                MachineState.Idle or MachineState.Starting => "Operational",
                MachineState.Pausing => "Pausing",
                MachineState.Paused => "Paused",
                MachineState.Resuming => "Resuming",
                MachineState.Cancelling => "Cancelling",
                _ => "Printing",
            },
            ["job"] = null,
            ["progress"] = null,
        };
        if (machine.State is not (MachineState.Idle or MachineState.Starting))
        {
            MachineJob job = machine.Job!;
            answer["job"] = new JsonObject
            {
                ["estimatedPrintTime"] = (int)(machine.PrintTimeSeconds + machine.TimeLeftSeconds),
                ["file"] = new JsonObject { ["name"] = job.Name, ["path"] = PrusaLinkListing.BuddyPath(job.Path), ["display"] = job.Name },
            };
            answer["progress"] = new JsonObject
            {
                ["printTimeLeft"] = (int)machine.TimeLeftSeconds,
                ["completion"] = Math.Floor(machine.Completion ?? 0) / 100,
                ["printTime"] = (int)machine.PrintTimeSeconds,
            };
        }

        return answer;
    }

    private static JsonObject PythonPrinter(MachineSnapshot machine)
    {
        string word = PrusaLinkState.Word(machine, isPython: true);
        bool isKnown = machine.OnlineSeconds >= 1;
        JsonNode? nozzle = isKnown ? PrusaLinkState.Degrees(machine.Nozzle) : null;
        JsonNode? bed = isKnown ? PrusaLinkState.Degrees(machine.Bed) : null;
        return new JsonObject
        {
            ["temperature"] = new JsonObject
            {
                ["tool0"] = new JsonObject { ["actual"] = nozzle, ["target"] = isKnown ? PrusaLinkState.Degrees(machine.NozzleTarget) : null },
                ["bed"] = new JsonObject { ["actual"] = bed, ["target"] = isKnown ? PrusaLinkState.Degrees(machine.BedTarget) : null },
            },
            ["sd"] = new JsonObject { ["ready"] = false },
            ["state"] = new JsonObject
            {
                ["text"] = PythonText(word),
                ["flags"] = new JsonObject
                {
                    ["operational"] = word is "IDLE" or "FINISHED" or "STOPPED",
                    ["paused"] = word == "PAUSED",
                    ["printing"] = word == "PRINTING",
                    // It stands for a stopped job and for a paused one.
                    ["cancelling"] = word == "STOPPED",
                    ["pausing"] = word == "PAUSED",
                    ["sdReady"] = false,
                    ["error"] = word == "ERROR",
                    ["ready"] = word == "IDLE",
                    ["closedOrError"] = false,
                    ["finished"] = word == "FINISHED",
                    ["prepared"] = false,
                    ["link_state"] = word,
                },
            },
            ["telemetry"] = new JsonObject { ["temp-bed"] = bed?.DeepClone(), ["temp-nozzle"] = nozzle?.DeepClone(), ["material"] = " - ", ["z-height"] = 5.0, ["print-speed"] = 100, ["axis_x"] = null, ["axis_y"] = null, ["axis_z"] = 5.0 },
            ["storage"] = new JsonObject { ["local"] = new JsonObject { ["free_space"] = 12_000_000_000L, ["total_space"] = 30_000_000_000L }, ["sd_card"] = null },
        };
    }

    private static JsonObject PythonJob(MachineSnapshot machine)
    {
        bool isActive = machine.IsActive;
        MachineJob? job = machine.Job;
        return new JsonObject
        {
            ["job"] = new JsonObject
            {
                ["estimatedPrintTime"] = job?.EstimateSeconds is { } estimate ? (int)estimate : 0,
                ["averagePrintTime"] = null,
                ["lastPrintTime"] = null,
                ["filament"] = null,
                ["file"] = new JsonObject
                {
                    ["name"] = job?.Name,
                    ["path"] = job == null ? null : PrusaLinkListing.PythonPath(job.Path),
                    ["date"] = job?.Date.ToUnixTimeSeconds(),
                    ["size"] = job?.SizeBytes,
                    ["origin"] = job == null ? null : "local",
                    ["display"] = job?.Name,
                },
                ["user"] = "_api",
            },
            ["progress"] = new JsonObject
            {
                ["completion"] = isActive ? Math.Floor(machine.Completion ?? 0) / 100 : null,
                ["filepos"] = 0,
                ["printTime"] = isActive ? (int)machine.PrintTimeSeconds : null,
                ["printTimeLeft"] = isActive ? (int)machine.TimeLeftSeconds : null,
                ["printTimeLeftOrigin"] = "estimate",
                ["pos_z_mm"] = 0.2,
                ["printSpeed"] = 100,
                ["flow_factor"] = 100,
            },
            ["state"] = PythonText(PrusaLinkState.Word(machine, isPython: true)),
        };
    }

    /// <summary>PRINTER_STATES of prusa/link/web/lib/view.py; a stopped job stays "Cancelling" (prusa/link/web/lib/view.py maps STOPPED to it).</summary>
    private static string PythonText(string word) => word switch
    {
        "PRINTING" => "Printing",
        "PAUSED" => "Paused",
        "STOPPED" => "Cancelling",
        "ERROR" => "Error",
        "BUSY" => "Busy",
        _ => "Operational",
    };
}
