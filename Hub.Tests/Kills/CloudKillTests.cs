using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Cli;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>
/// A hub and a cloud, both real processes, killed 100 times while people print on eight virtual printers through the cloud and by hand: afterwards
/// the cloud has every event once and in order, nothing was started twice or late, and its picture is the printers' (docs/testing.md). HUB_KILLS changes
/// the number, HUB_KILL_SEED the moments.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class CloudKillTests : IDisposable
{
    private const int OfEachSystem = 2;
    private const double Speed = 60;
    private const int LongPrintSeconds = 100 * 3600;
    private const int SettleMs = 100000;
    private const int LimitMs = 1200000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-cloud-kills-");
    private readonly ReservedPort _port = new();
    private readonly KillMoments _moments = new();
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_KILL_SEED"), out int seed) ? seed : 20261130;
    private readonly int _kills = int.TryParse(Environment.GetEnvironmentVariable("HUB_KILLS"), out int kills) ? kills : 100;
    private KillableProcess _hub = null!;
    private KillableProcess _cloud = null!;
    private KeyedCloud _rest = null!;
    private CloudPerson[] _people = null!;

    public TestContext TestContext { get; set; } = null!;

    private string HubFolder => Path.Combine(_folder.FullName, "hub");

    private string CloudFolder => Path.Combine(_folder.FullName, "cloud");

    private string Storage => Path.Combine(_folder.FullName, "printers");

    public void Dispose()
    {
        _hub?.Dispose();
        _cloud?.Dispose();
        _rest?.Dispose();
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    [TestMethod]
    [TestCategory("Kills")]
    [Timeout(LimitMs, CooperativeCancellation = true)]
    public async Task HubAndCloud_KilledAtAnyMoment_NothingIsLostOrDoneTwice()
    {
        TestContext.WriteLine("seed " + _seed);
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            OctoPrint = OfEachSystem, PrusaLink = OfEachSystem, Moonraker = OfEachSystem, Bambu = OfEachSystem,
            BambuFirstNumber = ClassSerials.Of(this), Speed = Speed, StorageFolder = Storage,
        });
        Configure(fleet);
        Stopwatch watch = Stopwatch.StartNew();
        CloudKiller killer = new(_hub, _cloud, _rest, _moments, new Random(_seed));
        using CancellationTokenSource stop = new();
        Task work = Task.WhenAll(_people.Select(person => person.WorkAsync(stop.Token)));
        Task kill = killer.RunAsync(_kills);
        await await Task.WhenAny(kill, work);
        TestContext.WriteLine($"{killer.Kills} kills ({killer.HubKills} of the hub, {killer.CloudKills} of the cloud) in {watch.Elapsed.TotalSeconds:0} s");
        await stop.CancelAsync();
        await work;

        Assert.IsTrue(await killer.ReadyAsync(), "the hub is connected in the end: " + _hub.Out + _cloud.Out);
        await SettleAsync();
        Assert.AreEqual(0, _hub.Stop(), _hub.Faults);
        Assert.AreEqual(0, _cloud.Stop(), _cloud.Faults);
        TestContext.WriteLine($"settled after {watch.Elapsed.TotalSeconds:0} s; {_rest.Figures}");
        Check();
    }

    private void Configure(Fleet fleet)
    {
        string printers = Path.Combine(_folder.FullName, "printers.json");
        File.WriteAllBytes(printers, fleet.PrintersJson());
        Uri address = new($"http://127.0.0.1:{_port.Port}");
        Assert.AreEqual(0, HubProgram.Run("printers", "import", printers, "--data", HubFolder).ExitCode);
        Assert.AreEqual(0, HubProgram.Run("cloud", "set", "--url", "ws://" + address.Authority, "--data", HubFolder).ExitCode);
        _cloud = new KillableProcess("cloud", "serve", "--port", _port.Port.ToString(), "--data", CloudFolder);
        _hub = new KillableProcess("run", "--no-discovery", "--data", HubFolder);
        _cloud.Start();
        _hub.Start();
        _rest = new KeyedCloud(address);
        _people = [.. fleet.Printers.Select((printer, i) => new CloudPerson(new PrinterTruth(printer), _rest, _moments, new Random(_seed + i + 1)))];
        foreach (CloudPerson person in _people)
        {
            person.Truth.Moved += begins => _moments.Happen(begins ? KillMoment.AfterStart : KillMoment.AtEnd);
        }
    }

    /// <summary>Lets all prints end, then prints at some printers, and waits until the cloud has all of it.</summary>
    private async Task SettleAsync()
    {
        await Patience.UntilAsync(() => _people.All(p => p.Truth.Printer.Machine.Read().State is var state && (state == MachineState.Paused || (state == MachineState.Idle && p.IsBedFree))), "the prints end");
        for (int i = 0; i < _people.Length; i += 2)
        {
            _people[i].StartByHand(LongPrintSeconds);
        }

        await Patience.UntilAsync(() => _people.All(p => p.Truth.Printer.Machine.Read().State is MachineState.Idle or MachineState.Paused or MachineState.Printing), "the last prints print");
        _people[0].Truth.Printer.Machine.Pause();
        CloudPicture picture = new(_rest, _people, _hub);
        Stopwatch watch = Stopwatch.StartNew();
        string differences;
        while ((differences = await picture.DifferencesAsync() + await WaitingAsync()).Length > 0)
        {
            Assert.IsLessThan(SettleMs, watch.ElapsedMilliseconds, "seed " + _seed + ", the cloud's picture: " + differences);
            await Task.Delay(200);
        }
    }

    /// <summary>What the hub has not reported yet, but for starts whose outcome takes 5 minutes.</summary>
    private async Task<string> WaitingAsync()
    {
        if (await _rest.TryAskHubAsync("health") is not { } health)
        {
            return "no health";
        }

        JsonElement log = health.GetProperty("job_log");
        return log.GetProperty("last_id").GetInt64() == log.GetProperty("acknowledged_id").GetInt64() ? "" : " events: " + log;
    }

    private void Check()
    {
        using CloudKillChecks checks = new(_people, _hub, HubFolder, CloudFolder);
        TestContext.WriteLine(checks.Figures);
        Assert.AreEqual("", string.Join("\n", checks.Events().Concat(checks.Runs()).Concat(checks.Starts()).Concat(CloudKillChecks.Parts(Storage))) + _hub.Faults + _cloud.Faults, "seed " + _seed);
    }
}
