using System;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>
/// Klipper in front of the virtual machine: its state words, and the single G-code queue in which each command
/// waits for the blocking one before it (recorded in Hub.Tests/Recordings/Moonraker/job.jsonl). Thread: any.
/// </summary>
internal sealed partial class MoonrakerKlippy : IDisposable
{
    private const int CheckMs = 20;
    private const int RestartMs = 500;
    private const double HotEnough = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _queue = new(1, 1);
    private readonly VirtualMachine _machine;
    private MachineSnapshot _last;
    private volatile bool _isHomed;
    private volatile bool _keepsPause;

    public MoonrakerKlippy(VirtualMachine machine)
    {
        _machine = machine;
        _last = machine.Read();
        machine.Happened += OnHappened;
    }

    /// <summary>Raised with each line that Klipper writes to its console.</summary>
    public event Action<string>? ConsoleLine;

    /// <summary>1 or 2.</summary>
    public int Extruders { get; set; } = 1;

    /// <summary>The section that Klipper's configuration lacks, or null.</summary>
    public string? Lacks { get; set; }

    /// <summary>True when the bed's sensor gives no number.</summary>
    public bool IsBedUnreadable { get; set; }

    /// <summary>disconnected, startup, ready or shutdown, as server.info and webhooks name it.</summary>
    public string State => StateOf(_machine.Read());

    public string StateMessage => MessageOf(_machine.Read());

    public static string StateOf(MachineSnapshot machine) => machine.Link switch
    {
        MachineLink.Online => "ready",
        MachineLink.Connecting => "startup",
        MachineLink.Failed => "shutdown",
        _ => "disconnected",
    };

    public static string MessageOf(MachineSnapshot machine) => machine.Link switch
    {
        MachineLink.Online => "Printer is ready",
        MachineLink.Connecting => "Printer is not ready\nThe klippy host software is attempting to connect.  Please\nretry in a few moments.\n",
        MachineLink.Failed => machine.Error + "\nOnce the underlying issue is corrected, use the\n\"FIRMWARE_RESTART\" command to reset the firmware, reload the\nconfig, and restart the host software.\nPrinter is shutdown\n",
        _ => "Klippy Host not connected",
    };

    /// <summary>
    /// The machine for the status objects. After a shutdown print_stats keeps showing the job as it was (observed with Klipper 0.13),
    /// so the last snapshot before it is kept, with the current link.
    /// </summary>
    public MachineSnapshot Read()
    {
        MachineSnapshot now = _machine.Read();
        lock (_gate)
        {
            if (now.Link == MachineLink.Failed)
            {
                return _last with { Link = now.Link, Error = now.Error, Nozzle = now.Nozzle, Bed = now.Bed, NozzleTarget = 0, BedTarget = 0 };
            }

            _last = now;
            return now;
        }
    }

    /// <summary>All status objects as they are now.</summary>
    public JsonObject Objects()
    {
        MachineSnapshot machine = Read();
        return MoonrakerObjects.Configure(MoonrakerObjects.All(machine, IsPaused(machine)), machine.IsActive, Extruders, Lacks, IsBedUnreadable);
    }

    public void EmergencyStop()
    {
        Require(startupIsFine: true);
        _machine.Fail("Shutdown due to webhooks request");
    }

    /// <summary>Goes through disconnected and startup back to ready.</summary>
    public async Task RestartAsync()
    {
        if (_machine.Read().Link == MachineLink.Offline)
        {
            throw MoonrakerError.NoKlippy;
        }

        _machine.Disconnect();
        await Task.Delay(RestartMs).ConfigureAwait(false);
        _machine.Connect();
    }

    /// <summary>
    /// Starts a file; the answer comes at once, the heating goes on. A paused job is silently discarded for it, even
    /// when the file is missing (SDCARD_PRINT_FILE in klippy/extras/virtual_sdcard.py; observed with Klipper 0.13).
    /// </summary>
    public Task StartAsync(MachineJob? job) => QueuedAsync(() =>
    {
        MachineSnapshot now = _machine.Read();
        if (Lacks == "virtual_sdcard")
        {
            throw new MoonrakerError(400, "Unknown command:\"SDCARD_PRINT_FILE\"");
        }

        if (now.IsPrinting)
        {
            ConsoleLine?.Invoke("!! SD busy");
            throw new MoonrakerError(400, "SD busy");
        }

        ResetFile(now);

        if (job == null || !_machine.Select(job) || !_machine.Start())
        {
            throw new MoonrakerError(400, job == null ? "Unable to open file" : "Unknown");
        }

        ConsoleLine?.Invoke($"File opened:{job.Path} Size:{job.SizeBytes}");
        ConsoleLine?.Invoke("File selected");

        return Task.CompletedTask;
    });

    public Task PauseAsync(CancellationToken stop)
    {
        // The machine gets it at once, because it has its own rule for a pause while it heats.
        Require();
        BeginPause();
        return QueuedAsync(() => UntilAsync(m => m.State != MachineState.Pausing, stop));
    }

    public Task ResumeAsync(CancellationToken stop) => QueuedAsync(() => ResumeNowAsync(stop));

    public Task CancelAsync(CancellationToken stop) => QueuedAsync(() => CancelNowAsync(stop));

    /// <summary>Runs a script line by line; M109, M190 and macros block the lines after them.</summary>
    public Task RunScriptAsync(string script, CancellationToken stop) => QueuedAsync(async () =>
    {
        foreach (string line in script.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await RunLineAsync(line, stop).ConfigureAwait(false);
        }
    });

    public void Dispose() => _queue.Dispose();

    private async Task RunLineAsync(string line, CancellationToken stop)
    {
        Match command = CommandPattern().Match(line);
        string word = command.Value.ToUpperInvariant();
        switch (word)
        {
            case "":
                return;
            case "M112":
                EmergencyStop();
                return;
            case "FIRMWARE_RESTART" or "RESTART":
                await RestartAsync().ConfigureAwait(false);
                return;
            case "PAUSE":
                BeginPause();
                await UntilAsync(m => m.State != MachineState.Pausing, stop).ConfigureAwait(false);
                return;
            case "RESUME":
                await ResumeNowAsync(stop).ConfigureAwait(false);
                return;
            case "CANCEL_PRINT":
                await CancelNowAsync(stop).ConfigureAwait(false);
                return;
            case "SDCARD_RESET_FILE":
                ResetFile(_machine.Read());
                return;
            default:
                break;
        }

        Require();
        if (word is "G0" or "G1" && !_isHomed && MovePattern().IsMatch(line))
        {
            throw new MoonrakerError(400, "Must home axis first: 10.000 30.000 0.200 [24.500]");
        }

        // An unknown command only prints a line on the console; the answer is ok (Klipper 0.13).
        _isHomed |= word == "G28";
        _machine.SendGcode(line);
        if (word is "M109" or "M190")
        {
            await UntilAsync(m => word == "M109" ? m.Nozzle >= m.NozzleTarget - HotEnough : m.Bed >= m.BedTarget - HotEnough, stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// pause_resume.is_paused. It outlives a paused job that another job replaced: only RESUME and CANCEL_PRINT clear it
    /// (klippy/extras/pause_resume.py), and until then PAUSE does nothing and RESUME finds the SD card busy.
    /// </summary>
    private bool IsPaused(MachineSnapshot machine) => _keepsPause || machine.State == MachineState.Paused;

    private void BeginPause()
    {
        if (!IsPaused(_machine.Read()))
        {
            _machine.Pause();
        }
    }

    private Task ResumeNowAsync(CancellationToken stop)
    {
        if (_keepsPause && _machine.Read().IsPrinting)
        {
            throw new MoonrakerError(400, "SD busy");
        }

        _keepsPause = false;
        _machine.Resume();
        return UntilAsync(m => m.State != MachineState.Resuming, stop);
    }

    private Task CancelNowAsync(CancellationToken stop)
    {
        _keepsPause = false;
        _machine.Cancel();
        return UntilAsync(m => m.State != MachineState.Cancelling, stop);
    }

    /// <summary>SDCARD_RESET_FILE: print_stats goes to standby in any state; a pause stays.</summary>
    private void ResetFile(MachineSnapshot now)
    {
        _keepsPause |= now.State == MachineState.Paused;
        _machine.Drop();
    }

    /// <summary>Waits for the previous command, and for a job that heats (M109 blocks the queue).</summary>
    private async Task QueuedAsync(Func<Task> run)
    {
        Require();
        await _queue.WaitAsync().ConfigureAwait(false);
        try
        {
            await UntilAsync(m => m.State is not (MachineState.Starting or MachineState.Heating), CancellationToken.None).ConfigureAwait(false);
            await run().ConfigureAwait(false);
        }
        finally
        {
            _queue.Release();
        }
    }

    private async Task UntilAsync(Func<MachineSnapshot, bool> isReached, CancellationToken stop)
    {
        while (true)
        {
            MachineSnapshot now = _machine.Read();
            if (now.Link != MachineLink.Online)
            {
                throw now.Link == MachineLink.Failed ? new MoonrakerError(400, now.Error!) : new MoonrakerError(503, "Klippy Disconnected");
            }

            if (isReached(now))
            {
                return;
            }

            await Task.Delay(CheckMs, stop).ConfigureAwait(false);
        }
    }

    private void Require(bool startupIsFine = false)
    {
        MachineSnapshot now = _machine.Read();
        switch (now.Link)
        {
            case MachineLink.Offline:
                throw MoonrakerError.NoKlippy;
            case MachineLink.Connecting when !startupIsFine:
                throw new MoonrakerError(400, MessageOf(now));
            case MachineLink.Failed when !startupIsFine:
                throw new MoonrakerError(400, "Unknown");
            default:
                return;
        }
    }

    // The machine unloads its job when the link fails, so the last job is kept here. Raised under the machine's lock.
    private void OnHappened(MachineEvent what, MachineSnapshot machine)
    {
        lock (_gate)
        {
            if (machine.Link == MachineLink.Online)
            {
                _last = machine;
            }
        }

        _keepsPause &= machine.Link is MachineLink.Online or MachineLink.Failed;

        // Start G-code homes the axes; a lost link forgets their position.
        _isHomed = machine.Link == MachineLink.Online && (_isHomed || what == MachineEvent.PrintStarted);
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]*")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"\s[XYZ]-?\d", RegexOptions.IgnoreCase)]
    private static partial Regex MovePattern();
}
