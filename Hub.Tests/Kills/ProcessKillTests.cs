using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Cli;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>
/// 300 real processes killed around starts, on one data folder: `print` alone, two at once, and beside a `run` that is killed too. The virtual printers
/// count the starts. Takes minutes: not part of the suite, but of .ci/run (category Kills). HUB_KILLS changes the number, HUB_KILL_SEED the moments.
/// </summary>
[TestClass]
public sealed partial class ProcessKillTests : IDisposable
{
    private const int Lanes = 4;
    private const int OfEachSystem = 6;
    private const int LimitMs = 900000;
    private const int FirstGuessMs = 1500;
    private const int SettleMs = 40000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-kills-");
    private readonly ConcurrentDictionary<string, int> _starts = new();
    private readonly ConcurrentBag<Print> _prints = [];
    private readonly Random _random;
    private readonly int _seed;
    private readonly int _target;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _kills;
    private int _files;
    private volatile int _usualMs = FirstGuessMs;

    public ProcessKillTests()
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_KILL_SEED"), out int seed) ? seed : 20261130;
        _target = int.TryParse(Environment.GetEnvironmentVariable("HUB_KILLS"), out int kills) ? kills : 300;
        _random = new Random(_seed);
    }

    public TestContext TestContext { get; set; } = null!;

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    [TestCategory("Kills")]
    [Timeout(LimitMs + 120000, CooperativeCancellation = true)]
    public async Task Processes_KilledAroundStarts_NothingStartsTwiceAndNothingIsLost()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            OctoPrint = OfEachSystem, PrusaLink = OfEachSystem, Moonraker = OfEachSystem, Bambu = OfEachSystem, BambuFirstNumber = ClassSerials.Of(this), Speed = 100,
        });
        foreach (VirtualPrinter printer in fleet.Printers)
        {
            printer.Machine.Happened += (what, machine) => Count(what, machine);
        }

        string printers = Path.Combine(_folder.FullName, "printers.json");
        await File.WriteAllBytesAsync(printers, fleet.PrintersJson());
        Assert.AreEqual(0, HubProgram.Run("printers", "import", printers, "--data", Data).ExitCode);

        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => Lane([.. fleet.Printers.Where((_, i) => i % Lanes == lane)]))).Append(Task.Run(KillHubs)));
        Settle();
        TestContext.WriteLine($"{_kills} processes killed among {_prints.Count} prints in {_watch.Elapsed.TotalSeconds:0} s, {_starts.Values.Sum()} starts arrived");
        Check(fleet);
        Assert.IsGreaterThanOrEqualTo(_target, _kills, "too slow a machine");
    }

    /// <summary>Prints on these printers in turn, and kills most of it.</summary>
    private void Lane(VirtualPrinter[] printers)
    {
        for (int i = 0; !IsOver(); i++)
        {
            VirtualPrinter printer = printers[i % printers.Length];
            if (printer.Machine.Read().IsActive)
            {
                Thread.Sleep(20);
                continue;
            }

            Print first = Begin(printer);
            Print? second = Draw(6) == 0 ? Begin(printer) : null;
            End(first);
            if (second != null)
            {
                End(second);
            }
        }
    }

    private Print Begin(VirtualPrinter printer)
    {
        string name = "k" + Interlocked.Increment(ref _files) + "x";
        string file = Path.Combine(_folder.FullName, name + (printer.Type == PrinterTypes.Bambu ? ".gcode.3mf" : ".gcode"));
        if (printer.Type == PrinterTypes.Bambu)
        {
            using ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create);
            using StreamWriter writer = new(zip.CreateEntry("Metadata/plate_1.gcode").Open());
            writer.Write(";TIME:60\nM104 S220\nG28\n");
        }
        else
        {
            File.WriteAllText(file, ";TIME:60\nM104 S220\nG28\n" + string.Concat(Enumerable.Repeat("G1 X10 Y10\n", 2000)));
        }

        return new Print(name, printer.Id, HubProgram.Start("print", printer.Id, file, "--timeout", "20", "--data", Data));
    }

    /// <summary>Kills it at any moment of its life, half of the time around its start; one that is quicker ends as it wants.</summary>
    private void End(Print print)
    {
        Stopwatch life = Stopwatch.StartNew();
        bool isNearStart = Draw(2) == 0;
        int atMs = isNearStart ? Draw(400) : Draw(_usualMs * 5 / 4);
        while (!print.Program.HasExited && (isNearStart ? !print.Program.Out.Contains("starting", StringComparison.Ordinal) : life.ElapsedMilliseconds < atMs))
        {
            Thread.Sleep(2);
        }

        if (isNearStart && !print.Program.HasExited)
        {
            Thread.Sleep(atMs);
        }

        if (print.Program.HasExited)
        {
            print.ExitCode = print.Program.WaitForEnd();
            _usualMs = print.ExitCode == 0 && !isNearStart ? (int)((_usualMs * 7 + life.ElapsedMilliseconds) / 8) : _usualMs;
        }
        else
        {
            print.Program.Kill();
            Interlocked.Increment(ref _kills);
        }

        print.Out = print.Program.Out + print.Program.Error;
        print.Program.Dispose();
        _prints.Add(print);
    }

    /// <summary>In the second half, a hub runs beside the prints, most of which then run inside it, and is killed again and again.</summary>
    private void KillHubs()
    {
        while (!IsOver())
        {
            if (_kills < _target / 2)
            {
                Thread.Sleep(20);
                continue;
            }

            using HubProgram run = HubProgram.Start("run", "--no-discovery", "--data", Data);
            int lifeMs = 1000 + Draw(5000);
            Stopwatch life = Stopwatch.StartNew();
            while (life.ElapsedMilliseconds < lifeMs && !run.HasExited)
            {
                Thread.Sleep(5);
            }

            if (!run.HasExited)
            {
                run.Kill();
                Interlocked.Increment(ref _kills);
            }
        }
    }

    private bool IsOver() => _kills >= _target || _watch.ElapsedMilliseconds > LimitMs;

    /// <summary>A hub that is not killed finds what the others left.</summary>
    private void Settle()
    {
        using HubProgram run = HubProgram.Start("run", "--no-discovery", "--data", Data);
        Thread.Sleep(SettleMs);
        run.Interrupt();
        Assert.AreEqual(0, run.WaitForEnd(), run.Error);
    }

    private void Check(Fleet fleet)
    {
        using DesktopHal hal = new(Data);
        JobStore store = new(hal, new TestLog().Log, JobLogSize.Laptop);
        JobEvent[] events = store.ReadEvents(0, int.MaxValue);
        for (int i = 0; i < events.Length; i++)
        {
            Assert.AreEqual(i + 1, events[i].Id, "events in order, each once");
        }

        HashSet<string> pending = [.. fleet.Printers.Select(p => store.Read(store.PlaceOf(p.ToConfig())).PendingStart?.File).OfType<string>().Select(NameOf)];
        TestContext.WriteLine($"{events.Length} events; pending: {string.Join(", ", pending.Select(name => $"{name} ({_starts.GetValueOrDefault(name)} starts, {_prints.First(p => p.Name == name).Printer})"))}; outcomes: {string.Join(", ", events.Where(IsOutcome).GroupBy(e => e.Code ?? JobEventKinds.Name(e.Kind)).Select(g => g.Key + " " + g.Count()))}");
        string wrong = string.Join("\n", _prints.Select(print => Wrong(print, [.. events.Where(e => IsOutcome(e) && NameOf(e.Job ?? "") == print.Name)], pending.Contains(print.Name))).OfType<string>());
        Assert.AreEqual("", wrong, "seed " + _seed);
    }

    /// <summary>What is wrong with a print, or null.</summary>
    private string? Wrong(Print print, JobEvent[] outcomes, bool isPending)
    {
        int starts = _starts.GetValueOrDefault(print.Name);
        string? outcome = outcomes.Length == 0 ? null : outcomes[0].Code ?? JobEventKinds.Name(outcomes[0].Kind);
        bool isUnknown = outcome == ErrorCodes.Name(ErrorCode.StartNotShown) || outcome == ErrorCodes.Name(ErrorCode.Refused);
        string? wrong = starts > 1 ? "started twice"
            : outcomes.Length + (isPending ? 1 : 0) > 1 ? "has two outcomes"
            : outcomes.Length == 0 && !isPending && (starts == 1 || print.Out.Contains("uploading", StringComparison.Ordinal)) ? "is lost"
            : outcome == "started" && starts == 0 ? "is recorded as started and was not"
            : outcome != null && outcome != "started" && !isUnknown && starts == 1 ? "is recorded as not started and was"
            : print.ExitCode == 0 && outcome != "started" ? "was shown as started"
            : null;
        return wrong == null ? null : $"{print.Name} on {print.Printer} {wrong}: {starts} starts, '{outcome}', exit {print.ExitCode}: {print.Out}";
    }

    private static bool IsOutcome(JobEvent item) =>
        (item.Kind == JobEventKind.Started && item.JobId == item.Id) || (item.Kind == JobEventKind.Failed && item.JobId == 0);

    private void Count(MachineEvent what, MachineSnapshot machine)
    {
        if (what == MachineEvent.PrintStarted)
        {
            _starts.AddOrUpdate(NameOf(machine.Job!.Name), 1, (_, count) => count + 1);
        }
    }

    private static string NameOf(string file) => Name().Match(file).Value;

    /// <summary>Printers change case and endings.</summary>
    [GeneratedRegex("k[0-9]+x")]
    private static partial Regex Name();

    private int Draw(int end)
    {
        lock (_random)
        {
            return _random.Next(Math.Max(end, 1));
        }
    }

    /// <summary>One process that prints one file.</summary>
    private sealed class Print(string name, string printer, HubProgram program)
    {
        public string Name { get; } = name;

        public string Printer { get; } = printer;

        public HubProgram Program { get; } = program;

        /// <summary>-1 when it was killed.</summary>
        public int ExitCode { get; set; } = -1;

        public string Out { get; set; } = "";
    }
}
