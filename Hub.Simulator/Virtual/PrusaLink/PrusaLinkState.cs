using System;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>The machine in PrusaLink's words and JSON (Buddy lib/WUI/link_content; prusa/link/web/main.py).</summary>
internal static class PrusaLinkState
{
    /// <summary>
    /// How long the Python one stays in FINISHED or STOPPED and refuses starts (prusa/link/const.py PRINT_END_TIMEOUT).
    /// Buddy stays there until a user dismisses the screen, and accepts starts meanwhile.
    /// </summary>
    public const double PythonEndSeconds = 11;

    /// <summary>True while the Python one shows the end of a job.</summary>
    public static bool IsEnding(MachineSnapshot machine) =>
        machine.Result is JobResult.Finished or JobResult.Cancelled && machine.EndedSeconds < PythonEndSeconds;

    /// <summary>The state's word. Buddy shows PAUSED from the beginning of a pause to the end of a resume.</summary>
    public static string Word(MachineSnapshot machine, bool isPython)
    {
        if (machine.Link != MachineLink.Online)
        {
            return machine.Link == MachineLink.Connecting ? "BUSY" : "ERROR";
        }

        return machine.State switch
        {
            // Buddy shows a print only once its preview is over (printer_state.cpp: PrintPreviewInit, PrintInit).
            MachineState.Starting => isPython ? "PRINTING" : "IDLE",
            MachineState.Idle when isPython && !IsEnding(machine) => "IDLE",
            MachineState.Idle => machine.Result switch
            {
                JobResult.Finished => "FINISHED",
                JobResult.Cancelled => "STOPPED",
                _ => "IDLE",
            },
            MachineState.Pausing => isPython ? "PRINTING" : "PAUSED",
            MachineState.Paused or MachineState.Resuming => "PAUSED",
            _ => "PRINTING",
        };
    }

    /// <summary>True while the API shows a job.</summary>
    public static bool HasJob(MachineSnapshot machine, bool isPython) => machine.IsActive && (isPython || machine.State != MachineState.Starting);

    public static JsonObject Status(MachineSnapshot machine, bool isPython, int jobId, PrusaLinkTransfer? transfer)
    {
        JsonObject status = [];
        if (HasJob(machine, isPython))
        {
            status["job"] = JobNumbers(machine, jobId);
        }

        status["storage"] = isPython
            ? new JsonArray(
                new JsonObject { ["path"] = "/local", ["read_only"] = false, ["free_space"] = 12_000_000_000L, ["name"] = "PrusaLink gcodes" },
                new JsonObject { ["path"] = "/sdcard", ["read_only"] = true })
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
        job["state"] = Word(machine, isPython);
        job["file"] = isPython ? PrusaLinkListing.PythonJobFile(machine.Job!) : PrusaLinkListing.BuddyJobFile(machine.Job!);
        if (isPython)
        {
            job["inaccurate_estimates"] = false;
        }

        return job;
    }

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

        // The Python one has no temperatures before the board's first report.
        if (!isPython || machine.OnlineSeconds >= 1)
        {
            printer["temp_bed"] = Degrees(machine.Bed);
            printer["target_bed"] = Degrees(machine.BedTarget);
            printer["temp_nozzle"] = Degrees(machine.Nozzle);
            printer["target_nozzle"] = Degrees(machine.NozzleTarget);
        }

        printer["axis_z"] = 5.0;
        bool isMoving = isPython ? Word(machine, isPython) is "PRINTING" or "BUSY" || machine.OnlineSeconds < 1 : machine.IsActive;
        if (!isMoving)
        {
            printer["axis_x"] = 10.0;
            printer["axis_y"] = 20.0;
        }

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

    internal static double Degrees(double celsius) => Math.Round(celsius, 1);
}
