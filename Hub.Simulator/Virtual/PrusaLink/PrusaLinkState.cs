using System;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>The machine in PrusaLink's words and JSON (Buddy lib/WUI/link_content; prusa/link/web/main.py).</summary>
internal static class PrusaLinkState
{
    /// <summary>The state's word. Buddy shows PAUSED from the beginning of a pause to the end of a resume.</summary>
    public static string Word(MachineSnapshot machine, bool isPython)
    {
        if (machine.Link != MachineLink.Online)
        {
            return machine.Link == MachineLink.Connecting ? "BUSY" : "ERROR";
        }

        return machine.State switch
        {
            MachineState.Idle => machine.Result switch
            {
                JobResult.Finished => "FINISHED",
                JobResult.Cancelled => "STOPPED",
                _ => "IDLE",
            },
            MachineState.Starting => "BUSY",
            MachineState.Pausing => isPython ? "PRINTING" : "PAUSED",
            MachineState.Paused or MachineState.Resuming => "PAUSED",
            _ => "PRINTING",
        };
    }

    public static JsonObject Status(MachineSnapshot machine, bool isPython, int jobId, PrusaLinkTransfer? transfer)
    {
        JsonObject status = [];
        if (machine.IsActive)
        {
            status["job"] = JobNumbers(machine, jobId);
        }

        status["storage"] = isPython
            ? new JsonArray(
                new JsonObject { ["path"] = "/local", ["read_only"] = false, ["free_space"] = 12_000_000_000L, ["name"] = "PrusaLink gcodes" },
                new JsonObject { ["path"] = "/sdcard", ["read_only"] = true, ["name"] = "SD Card" })
            : new JsonObject { ["path"] = "/usb/", ["name"] = "usb", ["read_only"] = false };
        if (transfer != null)
        {
            status["transfer"] = new JsonObject
            {
                ["id"] = transfer.Id,
                ["time_transferring"] = (int)transfer.Seconds,
                ["progress"] = Math.Round(transfer.Progress, 2),
                [isPython ? "data_transferred" : "transferred"] = transfer.Received,
            };
        }

        status["printer"] = Printer(machine, isPython);
        return status;
    }

    public static JsonObject Job(MachineSnapshot machine, bool isPython, int jobId)
    {
        JsonObject job = JobNumbers(machine, jobId);
        MachineJob file = machine.Job!;
        job["state"] = Word(machine, isPython);
        job["file"] = new JsonObject
        {
            // Buddy's is the 8.3 name of its FAT drive.
            ["name"] = isPython ? file.Name : "VIRTUA~1.GCO",
            ["display_name"] = file.Name,
            ["path"] = isPython ? "/PrusaLink gcodes/" + file.Path : "/usb",
            ["size"] = file.SizeBytes,
            ["m_timestamp"] = file.Date.ToUnixTimeSeconds(),
        };
        return job;
    }

    /// <summary>/api/printer, as firmware before the v1 API has it too.</summary>
    public static JsonObject LegacyPrinter(MachineSnapshot machine, bool isPython)
    {
        string word = Word(machine, isPython);
        bool isPaused = word == "PAUSED";
        return new JsonObject
        {
            ["telemetry"] = new JsonObject { ["temp-bed"] = Degrees(machine.Bed), ["temp-nozzle"] = Degrees(machine.Nozzle), ["material"] = " - " },
            ["temperature"] = new JsonObject
            {
                ["tool0"] = new JsonObject { ["actual"] = Degrees(machine.Nozzle), ["target"] = Degrees(machine.NozzleTarget) },
                ["bed"] = new JsonObject { ["actual"] = Degrees(machine.Bed), ["target"] = Degrees(machine.BedTarget) },
            },
            ["state"] = new JsonObject
            {
                ["text"] = word == "PRINTING" ? "Printing" : isPaused ? "Paused" : "Operational",
                ["flags"] = new JsonObject
                {
                    ["link_state"] = word,
                    ["operational"] = machine.Link == MachineLink.Online,
                    ["paused"] = isPaused,
                    ["printing"] = word is "PRINTING" or "BUSY" && machine.IsActive,
                    ["cancelling"] = false,
                    ["pausing"] = false,
                    ["error"] = word == "ERROR",
                    ["sdReady"] = false,
                    ["closedOrError"] = false,
                    ["ready"] = word is "IDLE" or "FINISHED" or "STOPPED",
                    ["busy"] = word == "BUSY",
                },
            },
        };
    }

    /// <summary>/api/job; its completion goes from 0 to 1.</summary>
    public static JsonObject LegacyJob(MachineSnapshot machine, bool isPython) => new()
    {
        ["state"] = Word(machine, isPython) == "PRINTING" ? "Printing" : "Operational",
        ["job"] = new JsonObject
        {
            ["estimatedPrintTime"] = machine.IsActive ? (int)machine.TimeLeftSeconds : null,
            ["file"] = machine.IsActive ? new JsonObject { ["name"] = machine.Job!.Name, ["path"] = "/usb", ["display"] = machine.Job.Name } : null,
        },
        ["progress"] = machine.IsActive
            ? new JsonObject { ["completion"] = Math.Round((machine.Completion ?? 0) / 100, 2), ["printTime"] = (int)machine.PrintTimeSeconds, ["printTimeLeft"] = (int)machine.TimeLeftSeconds }
            : null,
    };

    private static JsonObject JobNumbers(MachineSnapshot machine, int jobId) => new()
    {
        ["id"] = jobId,
        ["progress"] = Math.Round(machine.Completion ?? 0, 2),
        ["time_remaining"] = (int)machine.TimeLeftSeconds,
        ["time_printing"] = (int)machine.PrintTimeSeconds,
    };

    private static JsonObject Printer(MachineSnapshot machine, bool isPython)
    {
        JsonObject printer = new() { ["state"] = Word(machine, isPython) };

        // The Python one knows no temperatures before the board's first report (facts F).
        if (!isPython || machine.OnlineSeconds >= 1)
        {
            printer["temp_bed"] = Degrees(machine.Bed);
            printer["target_bed"] = Degrees(machine.BedTarget);
            printer["temp_nozzle"] = Degrees(machine.Nozzle);
            printer["target_nozzle"] = Degrees(machine.NozzleTarget);
        }

        printer["axis_z"] = 5.0;
        printer["flow"] = 100;
        printer["speed"] = 100;
        printer["fan_hotend"] = 0;
        printer["fan_print"] = (int)machine.FanPercent;
        if (isPython)
        {
            bool isOk = machine.Link == MachineLink.Online;
            printer["status_connect"] = new JsonObject { ["ok"] = true, ["message"] = "OK" };
            printer["status_printer"] = new JsonObject { ["ok"] = isOk, ["message"] = isOk ? "OK" : machine.Error ?? "Serial device does not exist" };
        }

        return printer;
    }

    private static double Degrees(double celsius) => Math.Round(celsius, 1);
}
