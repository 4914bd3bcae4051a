using System;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>The machine in OctoPrint's words and JSON.</summary>
internal static class OctoPrintState
{
    private const double RoomCelsius = 21.3;

    public static string Text(MachineSnapshot machine) => Text(machine, false);

    /// <summary>The state's text; a print from the printer's SD card has one of its own.</summary>
    public static string Text(MachineSnapshot machine, bool isFromSd) => machine.Link switch
    {
        MachineLink.Offline => "Offline",
        MachineLink.Connecting => "Connecting",
        MachineLink.Failed => "Offline after error",
        _ => machine.State switch
        {
            MachineState.Idle => "Operational",
            // OctoPrint has no heating state: the board waits in M109 of a running job.
            MachineState.Heating or MachineState.Printing => isFromSd ? "Printing from SD" : "Printing",
            MachineState.Starting => isFromSd ? "Starting print from SD" : "Starting",
            _ => machine.State.ToString(),
        },
    };

    public static string Id(MachineSnapshot machine) => machine.Link switch
    {
        MachineLink.Offline => "OFFLINE",
        MachineLink.Connecting => "CONNECTING",
        MachineLink.Failed => "CLOSED_WITH_ERROR",
        _ => Text(machine).ToUpperInvariant(),
    };

    public static JsonObject State(MachineSnapshot machine) => State(machine, false);

    public static JsonObject State(MachineSnapshot machine, bool isFromSd)
    {
        bool isOnline = machine.Link == MachineLink.Online;
        return new JsonObject
        {
            ["error"] = machine.Error ?? "",
            ["flags"] = new JsonObject
            {
                ["cancelling"] = machine.State == MachineState.Cancelling,
                ["closedOrError"] = machine.Link is MachineLink.Offline or MachineLink.Failed,
                ["error"] = machine.Link == MachineLink.Failed,
                ["finishing"] = machine.State == MachineState.Finishing,
                ["operational"] = isOnline,
                ["paused"] = machine.State == MachineState.Paused,
                ["pausing"] = machine.State == MachineState.Pausing,
                ["printing"] = machine.IsPrinting,
                ["ready"] = isOnline && !machine.IsActive,
                ["resuming"] = machine.State == MachineState.Resuming,
                ["sdReady"] = isOnline,
            },
            ["text"] = Text(machine, isFromSd),
        };
    }

    public static JsonObject Job(MachineSnapshot machine) => Job(machine, false);

    public static JsonObject Job(MachineSnapshot machine, bool isFromSd)
    {
        MachineJob? job = machine.Job;
        double? lastPrintTime = machine.Result == JobResult.Finished ? machine.PrintTimeSeconds : null;
        return new JsonObject
        {
            ["averagePrintTime"] = lastPrintTime,
            ["estimatedPrintTime"] = job?.EstimateSeconds,
            ["filament"] = null,
            ["file"] = new JsonObject
            {
                ["date"] = job?.Date.ToUnixTimeSeconds(),
                ["display"] = job?.Name,
                ["name"] = job?.Name,
                ["origin"] = job == null ? null : isFromSd ? "sdcard" : "local",
                ["path"] = job?.Path,
                ["size"] = job?.SizeBytes,
            },
            ["lastPrintTime"] = lastPrintTime,
            ["user"] = job == null ? null : OctoPrintTexts.UserName,
        };
    }

    public static JsonObject Progress(MachineSnapshot machine) => Progress(machine, false);

    public static JsonObject Progress(MachineSnapshot machine, bool isUnknown)
    {
        // OctoPrint 1.10.3 reports no progress before the first line was sent.
        if (isUnknown || machine.State == MachineState.Starting || machine.Completion is not { } completion || machine.Job is not { } job)
        {
            return new JsonObject { ["completion"] = null, ["filepos"] = null, ["printTime"] = null, ["printTimeLeft"] = null, ["printTimeLeftOrigin"] = null };
        }

        (int? left, string? origin) = TimeLeft(machine, job, completion);
        return new JsonObject
        {
            ["completion"] = (decimal)completion + 0.0m,
            ["filepos"] = (long)(completion / 100 * job.SizeBytes),
            ["printTime"] = (int)machine.PrintTimeSeconds,
            ["printTimeLeft"] = left,
            ["printTimeLeftOrigin"] = origin,
        };
    }

    /// <summary>The heaters; empty right after connecting, then a report without values, as with real boards.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="tools">Number of tools; the last one prints.</param>
    public static JsonObject Temperatures(MachineSnapshot machine, int tools)
    {
        if (machine.OnlineSeconds < 0.7)
        {
            return [];
        }

        bool isKnown = machine.OnlineSeconds >= 1.5;
        JsonObject temperatures = new() { ["bed"] = Heater(isKnown, machine.Bed, machine.BedTarget) };
        for (int i = 0; i < tools - 1; i++)
        {
            temperatures["tool" + i] = Heater(isKnown, RoomCelsius, 0);
        }

        temperatures["tool" + Math.Max(0, tools - 1)] = Heater(isKnown, machine.Nozzle, machine.NozzleTarget);
        return temperatures;
    }

    /// <summary>An entry of the temperature history, as the push channel sends it.</summary>
    public static JsonObject TemperatureSample(MachineSnapshot machine, DateTimeOffset now) => new()
    {
        ["time"] = now.ToUnixTimeSeconds(),
        ["tool0"] = new JsonObject { ["actual"] = Degrees(machine.Nozzle), ["target"] = Degrees(machine.NozzleTarget) },
        ["bed"] = new JsonObject { ["actual"] = Degrees(machine.Bed), ["target"] = Degrees(machine.BedTarget) },
        ["chamber"] = new JsonObject { ["actual"] = null, ["target"] = null },
    };

    public static decimal Degrees(double celsius) => Math.Round((decimal)celsius, 2) + 0.0m;

    private static JsonObject Heater(bool isKnown, double actual, double target) => new()
    {
        ["actual"] = isKnown ? Degrees(actual) : null,
        ["offset"] = 0,
        ["target"] = isKnown ? Degrees(target) : null,
    };

    // Without an analysis OctoPrint extrapolates from the bytes sent; the initial heating makes the result far too long.
    private static (int? Seconds, string? Origin) TimeLeft(MachineSnapshot machine, MachineJob job, double completion)
    {
        if (completion >= 100)
        {
            return (0, null);
        }

        if (job.EstimateSeconds is { } estimate && machine.PrintTimeSeconds < estimate && machine.PrintTimeSeconds > 2)
        {
            return ((int)(estimate - machine.PrintTimeSeconds), "analysis");
        }

        return completion < 1 ? (null, "linear") : ((int)((machine.PrintTimeSeconds / (completion / 100)) - machine.PrintTimeSeconds), "linear");
    }
}
