using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Tests.Printers.Bambu;

namespace Hub.Tests.Kills;

/// <summary>A print that was asked for through the cloud.</summary>
/// <param name="Name">Of its file, without ending.</param>
/// <param name="Printer">Its printer's id.</param>
/// <param name="Answer">The cloud's answer.</param>
/// <param name="Expires">When it must not be started any more, or null.</param>
internal sealed record AskedPrint(string Name, string Printer, KeyedAnswer Answer, DateTimeOffset? Expires);

/// <summary>Somebody at work with one printer, through the cloud and at the printer itself. What they do follows a seed. Thread: one task.</summary>
internal sealed class CloudPerson(PrinterTruth truth, KeyedCloud rest, KillMoments moments, Random random)
{
    private const int MaxPauseMs = 600;
    private const int MinFileBytes = 2000;
    private const int MaxFileBytes = 300000;
    private const int MinPrintSeconds = 300;
    private const int MaxPrintSeconds = 700;

    /// <summary>Somebody takes the print off the bed first. A printer that reports once a second has shown its end by then, as a real one always has.</summary>
    private static readonly TimeSpan s_handTime = TimeSpan.FromSeconds(3);

    private static int s_files;

    private readonly VirtualPrinter _printer = truth.Printer;

    public PrinterTruth Truth => truth;

    public List<AskedPrint> Prints { get; } = [];

    public int Commands { get; private set; }

    public int HandStarts { get; private set; }

    /// <summary>True when somebody at the printer could start the next print.</summary>
    public bool IsBedFree => truth.Runs is not [.., { } last] || DateTimeOffset.UtcNow - last.Ended > s_handTime;

    /// <summary>When the bed was reported clear last.</summary>
    public DateTimeOffset Cleared { get; private set; }

    /// <summary>When it was perhaps: the answer left it open, or a print ended at the same time.</summary>
    public DateTimeOffset PerhapsCleared { get; private set; }

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await ActAsync(_printer.Machine.Read(), random.Next(100));
            await Task.Delay(random.Next(MaxPauseMs), CancellationToken.None);
        }
    }

    /// <summary>Prints a file at the printer itself; it takes this long at speed 1.</summary>
    public bool StartByHand(int seconds)
    {
        bool isStarted = IsBedFree && _printer.StartJob(NewName(), Head(seconds));
        HandStarts += isStarted ? 1 : 0;
        return isStarted;
    }

    public async Task CommandAsync(string action)
    {
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        bool repeats = random.Next(3) == 0;
        moments.Happen(KillMoment.InCommand);
        KeyedAnswer answer = await rest.PostAsync(
            "/api/printers/" + _printer.Id + "/commands", () => new StringContent("{\"action\":\"" + action + "\"}", Encoding.UTF8, "application/json"), repeats);
        Commands++;
        if (action == "clear_bed" && answer.IsDone && !Array.Exists(truth.Runs, run => run.Ended > begun && run.Ended < DateTimeOffset.MaxValue))
        {
            Cleared = begun;
        }
        else if (action == "clear_bed")
        {
            PerhapsCleared = DateTimeOffset.UtcNow;
        }
    }

    private async Task ActAsync(MachineSnapshot machine, int chance)
    {
        if (!machine.IsActive)
        {
            await BeginAsync(chance);
        }
        else if (chance < 45)
        {
            await CommandAsync(machine.State == MachineState.Paused ? "resume" : chance < 15 ? "cancel" : chance < 40 ? "pause" : "resume");
        }
        else if (chance < 48)
        {
            _printer.Machine.Cancel();
        }
    }

    private async Task BeginAsync(int chance)
    {
        if (chance < 15)
        {
            StartByHand(random.Next(MinPrintSeconds, MaxPrintSeconds));
            return;
        }

        if (chance < 90)
        {
            await CommandAsync("clear_bed");
        }

        await PrintAsync();
    }

    private async Task PrintAsync()
    {
        string name = NewName();
        bool isBambu = _printer.Type == PrinterTypes.Bambu;
        string head = Head(random.Next(MinPrintSeconds, MaxPrintSeconds));
        int length = random.Next(MinFileBytes, MaxFileBytes);
        byte[] data = isBambu ? BambuProject.Make(1, length, head) : Encoding.ASCII.GetBytes(head + new string(';', length));
        int holdMs = random.Next(2) == 0 ? 0 : random.Next(1000);
        DateTimeOffset? expires = random.Next(3) == 0 ? DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + random.Next(2500)) : null;
        string path = "/api/printers/" + _printer.Id + "/files?start=true&name=" + name + (isBambu ? ".gcode.3mf" : ".gcode")
            + (expires == null ? "" : "&expires_at=" + expires.Value.ToUnixTimeMilliseconds());
        KeyedAnswer answer = await rest.PostAsync(path, () => new HeldContent(data, holdMs, () => moments.Happen(KillMoment.InTransfer)), random.Next(3) == 0);
        if (answer.IsDone)
        {
            moments.Happen(KillMoment.BeforeStart);
        }

        Prints.Add(new AskedPrint(name, _printer.Id, answer, expires));
    }

    private static string NewName() => "k" + Interlocked.Increment(ref s_files) + "x";

    private static string Head(int seconds) => ";TIME:" + seconds + "\n";
}
