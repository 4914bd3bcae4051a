using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>
/// Virtual printers on loopback and a hub with the board's 16 sockets, its driver code and its threads that stop each other: which mixes fit, and what those do
/// that do not.
/// </summary>
[TestClass]
public sealed class BoardLimitsTests : IDisposable
{
    private const int FreshMs = 10_000;

    private readonly BoardHub _hub = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _hub.Dispose();

    [TestMethod]
    [TestCategory("Kills")]
    public async Task Manager_TenPushAndTenPolledAndAnUpload_AllStayFresh()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            Moonraker = 5, Bambu = 5, OctoPrint = 5, PrusaLink = 5, BambuModel = "A1", BambuFirstNumber = ClassSerials.Of(this),
        });
        for (int i = 0; i < fleet.Printers.Count; i++)
        {
            // A job on each but the one that is uploaded to: reports change all the time.
            if (fleet.Printers[i].Id != "bambu-5")
            {
                fleet.StartDemoJob(i);
            }
        }

        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 20, "all 20 online");
        Transfer upload = new("part.gcode", new SlowSource(8 * 1024 * 1024, 40));
        _hub.Manager.Submit("bambu-5", upload);
        _hub.WaitFor(() => upload.SentBytes > 0 || upload.IsFinished, "the upload's first bytes");
        _hub.Forget();
        _hub.WatchUntil(() => upload.IsFinished, 12_000);

        Assert.IsFalse(upload.IsFinished, "the upload lasts as long as the test: " + upload.Error?.Message);
        long oldestMs = _hub.OldestMs.Values.Max();
        TestContext.WriteLine($"oldest report {oldestMs} ms, most sockets {_hub.MostOpen}; " + string.Join(' ', _hub.OldestMs.Select(p => p.Key + "=" + p.Value)));
        Assert.IsLessThan(FreshMs, oldestMs, _hub.Describe());
        Assert.AreEqual(20, _hub.Online(), _hub.Describe());
        _hub.AssertWithinLimits(14);

        upload.Cancel();
        Patience.Ended(upload);
        Assert.AreEqual(0, _hub.Manager.Sockets.Used(SocketUse.Transfer));
    }

    [TestMethod]
    [TestCategory("Kills")]
    public async Task Manager_TwelvePush_AllStayFresh()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            Moonraker = 6, Bambu = 6, BambuModel = "A1", BambuFirstNumber = ClassSerials.Of(this),
        });
        for (int i = 0; i < fleet.Printers.Count; i++)
        {
            fleet.StartDemoJob(i);
        }

        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 12, "all 12 online");
        _hub.Forget();
        _hub.WatchUntil(() => false, 5000);
        TestContext.WriteLine($"oldest report {_hub.OldestMs.Values.Max()} ms, longest freeze {_hub.LongestFreezeMs} ms");
        Assert.IsLessThan(FreshMs, _hub.OldestMs.Values.Max(), _hub.Describe());
        Assert.AreEqual(12, _hub.Online(), _hub.Describe());
        _hub.AssertWithinLimits(12);
    }

    [TestMethod]
    public async Task Manager_TwelvePushAndOnePolled_TheLastPushWaitsWithTheReason()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 12, OctoPrint = 1 });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 12 && _hub.Waiting().Length == 1, "12 online, one waits");
        PrinterStatus octo = new();
        Assert.IsTrue(_hub.Manager.TryGetStatus("octo-1", octo) && octo.IsConnected, "the polled one is never the one that waits");

        string waits = _hub.Waiting()[0];
        _hub.Manager.Deregister(fleet.Printers.First(p => p is VirtualMoonraker && p.Id != waits).Id);
        _hub.WaitFor(() => _hub.Online() == 12, "the one that waited");
        _hub.AssertWithinLimits(12);
    }

    [TestMethod]
    public async Task Manager_TwentyPolled_AllStayFresh()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 10, PrusaLink = 5, Moonraker = 5, RefuseWebSockets = true });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 20, "all 20 online");
        _hub.Forget();
        _hub.WatchUntil(() => false, 5000);
        Assert.IsLessThan(FreshMs, _hub.OldestMs.Values.Max(), _hub.Describe());
        Assert.AreEqual(20, _hub.Online(), _hub.Describe());
        _hub.AssertWithinLimits(8);
    }

    [TestMethod]
    public async Task Manager_FifteenPush_ThreeWaitAndTheNextGetsOnWhenOneGoes()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 15 });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 12 && _hub.Waiting().Length == 3, "12 online, 3 wait");
        string[] waiting = _hub.Waiting();
        PrinterCommand pause = new(PrinterVerb.Pause, Patience.LimitMs);
        _hub.Manager.Submit(waiting[0], pause);
        FairWatch watch = FairWatch.StartNew();
        Patience.Ended(pause);
        Assert.IsLessThan(2000, watch.ElapsedMilliseconds, "a command is not kept waiting");
        StringAssert.StartsWith(pause.Error!.Message, "waits for a free connection");

        _hub.Manager.Deregister(fleet.Printers.First(p => !waiting.Contains(p.Id)).Id);
        _hub.WaitFor(() => _hub.Online() == 12 && _hub.Waiting().Length == 2, "the next one");
        _hub.AssertWithinLimits(12);
    }

    [TestMethod]
    public async Task EmergencyStop_AllSocketsInUse_ReachesThePrinterAndAllComeBack()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 12 });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 12, "12 online");
        SocketBudget budget = _hub.Manager.Sockets;
        using SocketLease tunnel = budget.Lease(SocketUse.Tunnel, null);
        using SocketLease discovery = budget.Lease(SocketUse.Discovery, null);
        using SocketLease upload = budget.Lease(SocketUse.Transfer, 2, null);
        Assert.IsTrue(tunnel.TryTake() && discovery.TryTake() && upload.TryTake());
        Assert.AreEqual(16, budget.InUse);

        PrinterCommand stop = new(PrinterVerb.EmergencyStop, Patience.LimitMs);
        FairWatch watch = FairWatch.StartNew();
        _hub.Manager.Submit("moon-1", stop);
        Patience.Ended(stop);
        Assert.IsLessThan(2500, watch.ElapsedMilliseconds, "it does not wait for long");
        Assert.IsNull(stop.Error, stop.Error?.Message);
        _hub.WaitFor(() => _hub.Online() == 12 && budget.InUse == 16, "all back");
        _hub.AssertWithinLimits(12);
    }

    [TestMethod]
    public async Task Command_PolledPrinterAmongMany_IsSentSoon()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 11, OctoPrint = 6 });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 17, "17 online");
        for (int i = 1; i <= 6; i++)
        {
            FairWatch watch = FairWatch.StartNew();
            PrinterCommand light = new(PrinterVerb.Gcode, Patience.LimitMs) { Lines = ["M117 hello"] };
            _hub.Manager.Submit("octo-" + i, light);
            Patience.Ended(light);
            Assert.IsLessThan(3500, watch.ElapsedMilliseconds, "octo-" + i);
            Assert.IsNull(light.Error, light.Error?.Message);
        }

        _hub.AssertWithinLimits(12);
    }

    [TestMethod]
    public async Task Transfers_TwoOverFtps_TheSecondSaysWhyItWaits()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 2, BambuModel = "A1", BambuFirstNumber = ClassSerials.Of(this) + 5 });
        _hub.Register(fleet);
        _hub.WaitFor(() => _hub.Online() == 2, "both online");
        Transfer first = new("a.gcode", new SlowSource(8 * 1024 * 1024, 40));
        Transfer second = new("b.gcode", new PatternSource(100_000));
        _hub.Manager.Submit("bambu-1", first);
        _hub.WaitFor(() => first.SentBytes > 0, "the first one's bytes");
        Assert.IsNull(first.WaitReason);
        _hub.Manager.Submit("bambu-2", second);
        _hub.WaitFor(() => second.WaitReason == "waits for another upload to end: the 2 connections for uploads are in use", "the reason");
        Assert.AreEqual(0, second.SentBytes);
        first.Cancel();
        Patience.Ended(second);
        Assert.IsNull(second.Error, second.Error?.Message);
        Assert.IsNull(second.WaitReason);
        Assert.AreEqual(0, _hub.Manager.Sockets.Used(SocketUse.Transfer));
    }

    /// <summary>A file that is read slowly: a window each so many ms.</summary>
    private sealed class SlowSource(long length, int windowMs) : IUploadSource
    {
        private readonly PatternSource _bytes = new(length);

        public long Length => _bytes.Length;

        public int Read(byte[] buffer, int offset, int count, int timeoutMs)
        {
            Thread.Sleep(windowMs);
            return _bytes.Read(buffer, offset, count, timeoutMs);
        }
    }
}
