using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Configuration;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

/// <summary>The hub's searches and the virtual fleet's announcements, over loopback, on ports of their own.</summary>
[TestClass]
public sealed class AnnouncementTests
{
    private const string Loopback = "127.0.0.1";

    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly DiscoveryTable _table = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestCleanup]
    public void Cleanup() => _hal.Dispose();

    [TestMethod]
    public async Task SsdpSearch_VirtualBambus_AreFoundWithTheirPorts()
    {
        int port = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 3, SsdpPort = port });
        await SearchUntilAsync(cancel => Assert.IsNull(SsdpSearch.Run(_hal, Loopback, port, Patience.LimitMs, _table, cancel)), () => _table.Count >= 3);
        DiscoveredPrinter[] found = _table.ToArray();
        Assert.HasCount(3, found);
        foreach (VirtualBambu printer in fleet.Printers.Cast<VirtualBambu>())
        {
            DiscoveredPrinter seen = found.Single(f => f.Serial == printer.Serial);
            Assert.AreEqual(
                $"bambu 127.0.0.1 {printer.MqttPort} {printer.FtpsPort} P1S {printer.Name}",
                $"{seen.Type} {seen.Address} {seen.MqttPort} {seen.FtpsPort} {seen.Model} {seen.Name}");
        }

        Assert.AreEqual(0, _hal.Sockets.OpenSockets);
        Assert.AreEqual(0, _hal.Buffers.Rented);
    }

    [TestMethod]
    public async Task SsdpSearch_OctoPrintAnswersTheSearch_IsToBeProbed()
    {
        using Socket octo = Listener(out int port);
        Task responder = Task.Run(() => AnswerSearch(octo, "http://127.0.0.1:5000/octo/plugin/discovery/discovery.xml"), Stop);
        await SearchUntilAsync(cancel => SsdpSearch.Run(_hal, Loopback, port, Patience.LimitMs, _table, cancel), () => _table.Count >= 1);
        HttpCandidate? candidate = _table.TakeCandidate();
        Assert.AreEqual("127.0.0.1 5000 /octo", $"{candidate?.Address} {candidate?.Port} {candidate?.Path}");
        Assert.AreEqual("u-1", _table.ToArray().Single().Identity);
        await responder;
    }

    [TestMethod]
    public void SsdpSearch_PortIsHeldAlone_StillAsksAndSaysWhy()
    {
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Any, 0));
        string? problem = SsdpSearch.Run(_hal, Loopback, ((IPEndPoint)holder.LocalEndPoint!).Port, 100, _table, Stop);
        Assert.IsNotNull(problem);
    }

    [TestMethod]
    public void SsdpSearch_Cancelled_EndsAtOnce()
    {
        using CancellationTokenSource cancel = new(100);
        FairWatch watch = FairWatch.StartNew();
        SsdpSearch.Run(_hal, Loopback, UdpPorts.Next(), 60_000, _table, cancel.Token);
        Assert.IsLessThan(5000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task MdnsSearch_VirtualFleet_IsFoundWithWhatRealServersAnnounce()
    {
        int port = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 4, PrusaLink = 4, Moonraker = 6, MdnsPort = port });
        Assert.IsNull(fleet.AnnouncementProblem);
        await SearchUntilAsync(
            cancel => MdnsSearch.Run(_hal, Loopback, port, Patience.LimitMs, _table, cancel),
            () => _table.Count >= fleet.Printers.Count && _table.ToArray().All(f => f.Type == "prusalink" || (f.Version != null && f.Identity != null)));
        DiscoveredPrinter[] found = _table.ToArray();
        CollectionAssert.AreEquivalent(
            fleet.Printers.Select(p => p.Type + " " + p.Port).ToArray(),
            found.Select(f => f.Type + " " + f.Port).ToArray(),
            string.Join(", ", found.Select(f => $"{f.Type} {f.Address} {f.Port} {f.Name}")));
        Assert.IsTrue(found.All(f => f.Address == Loopback));
        Assert.IsTrue(found.Where(f => f.Type == "octoprint").All(f => f.Version == "1.10.3" && f.Identity != null));
        Assert.IsTrue(found.Where(f => f.Type == "moonraker").All(f => f.Version == "v0.10.0-1-g1234567" && f.Identity != null));
    }

    [TestMethod]
    public async Task Responder_QuestionFromTheSharedPort_IsAnsweredToTheGroupAndTakenBackAtTheEnd()
    {
        using Socket browser = Listener(out int port, MdnsTypes.Group);
        Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, MdnsPort = port });
        byte[] query = new byte[512];
        MdnsWriter writer = new(query);
        writer.BeginQuery(7);
        writer.AddQuestion("_OCTOPRINT._tcp.local", MdnsTypes.Ptr, true);
        browser.SendTo(query, writer.Count, SocketFlags.None, new IPEndPoint(IPAddress.Parse(MdnsTypes.Group), port));
        List<(string Name, long Ttl, int Id)> answers = [];
        Receive(browser, answers);
        await fleet.DisposeAsync();
        Assert.IsNotEmpty(answers);
        Assert.IsTrue(answers.All(a => a.Ttl == 4500 && a.Id == 0 && a.Name.StartsWith($"OctoPrint instance \"Virtual OctoPrint 1 on {fleet.Printers[0].Port}\"", StringComparison.Ordinal)));
        answers.Clear();
        Receive(browser, answers);
        Assert.IsTrue(answers.Count > 0 && answers.All(a => a.Ttl == 0), "goodbye");
    }

    [TestMethod]
    public async Task Responder_LegacyQuestion_IsAnsweredToItsPortWithIdQuestionAndShortTtl()
    {
        int port = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, MdnsPort = port });
        using Socket asker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        asker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        asker.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        asker.ReceiveTimeout = Patience.LimitMs;
        byte[] buffer = new byte[2048];
        MdnsWriter writer = new(buffer);
        writer.BeginQuery(4711);
        writer.AddQuestion("_moonraker._tcp.local", MdnsTypes.Ptr, false);
        asker.SendTo(buffer, writer.Count, SocketFlags.None, new IPEndPoint(IPAddress.Parse(MdnsTypes.Group), port));
        int count = asker.Receive(buffer);
        MdnsReader reader = new();
        Assert.IsTrue(reader.Begin(buffer, 0, count));
        Assert.AreEqual(4711, reader.Id);
        Assert.AreEqual(MdnsItem.Question, reader.Next());
        int records = 0;
        while (reader.Next() == MdnsItem.Record)
        {
            records++;
            Assert.IsLessThanOrEqualTo(10, reader.TtlSeconds);
            Assert.IsFalse(reader.IsTopBitSet, "no cache flush in a legacy answer");
        }

        Assert.AreEqual(4, records, "PTR, SRV, TXT and A");
    }

    [TestMethod]
    public async Task Follower_MovedVirtualBambu_IsFollowedByTheRunningThread()
    {
        int port = UdpPorts.Next();
        ConfigTestBed bed = ConfigTestBed.Loaded(ConfigTestBed.Bambu);
        TrustStore trust = new(_hal.Nvs, _hal.Hash);
        trust.Remember("01P00A000000001", new string('a', 64));
        using AddressFollower follower = new(_hal, bed.Log, bed.Config, trust, _ => LinkState.Waiting, Loopback, port);
        follower.Start();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, SsdpPort = port });
        await Patience.UntilAsync(() => bed.Config.Find("bambu-1")!.Host == Loopback, "the new address");
        follower.Dispose();
        Assert.AreEqual(0, _hal.Sockets.OpenSockets);
        Assert.AreEqual(0, _hal.Buffers.Rented);
    }

    [TestMethod]
    public async Task Follower_PortIsHeldAlone_WarnsOnceAndGoesOn()
    {
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Any, 0));
        ConfigTestBed bed = ConfigTestBed.Loaded(ConfigTestBed.Bambu);
        QuickHal hal = new(_hal, 1000);
        using AddressFollower follower = new(hal, bed.Log, bed.Config, new TrustStore(_hal.Nvs, _hal.Hash), _ => LinkState.Waiting, Loopback, ((IPEndPoint)holder.LocalEndPoint!).Port);
        follower.Start();

        // It tries again every five minutes; who sleeps twice after a quarter of an hour has tried at least twice.
        long sinceMs = hal.NowMs;
        await Patience.UntilAsync(() => hal.NowMs - sinceMs > 15 * 60 * 1000, "a quarter of an hour");
        int sleeps = hal.Sleeps;
        await Patience.UntilAsync(() => hal.Sleeps > sleeps + 2, "more tries");
        follower.Dispose();
        Assert.ContainsSingle(l => l.Contains("not followed", StringComparison.Ordinal), bed.Lines);
    }

    private static Socket Listener(out int port, string group = SsdpMessage.Group)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, UdpPorts.Next()));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse(group), IPAddress.Loopback));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        socket.ReceiveTimeout = Patience.LimitMs;
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static void AnswerSearch(Socket socket, string location)
    {
        byte[] buffer = new byte[2048];
        while (true)
        {
            EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
            int count = socket.ReceiveFrom(buffer, ref sender);
            SsdpMessage? message = SsdpMessage.Parse(buffer, count);
            if (message is { IsDiscover: true, Target: SsdpMessage.RootDevice })
            {
                socket.SendTo(Encoding.ASCII.GetBytes("garbage"), sender);
                socket.SendTo(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:u-1::upnp:rootdevice\r\nLocation: {location}\r\n\r\n"), sender);
                return;
            }
        }
    }

    /// <summary>Searches until there is enough in the table.</summary>
    private async Task SearchUntilAsync(Action<CancellationToken> search, Func<bool> isEnough)
    {
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task run = Task.Factory.StartNew(() => search(cancel.Token), TaskCreationOptions.LongRunning);
        await Patience.UntilAsync(() => run.IsCompleted || isEnough(), "what is announced", () => string.Join(", ", _table.ToArray().Select(f => $"{f.Type} {f.Address} {f.Port} {f.Name}")));
        await cancel.CancelAsync();
        await run;
    }

    /// <summary>The PTR records of the responses: those of the first, and of what comes right after it.</summary>
    private static void Receive(Socket socket, List<(string Name, long Ttl, int Id)> answers)
    {
        MdnsReader reader = new();
        byte[] buffer = new byte[9000];
        while (socket.Poll(TimeSpan.FromMilliseconds(answers.Count == 0 ? Patience.LimitMs : 200), SelectMode.SelectRead))
        {
            int count = socket.Receive(buffer);
            if (!reader.Begin(buffer, 0, count) || !reader.IsResponse)
            {
                continue;
            }

            int id = reader.Id;
            while (reader.Next() == MdnsItem.Record)
            {
                if (reader.Type == MdnsTypes.Ptr)
                {
                    answers.Add((reader.Target, reader.TtlSeconds, id));
                }
            }
        }
    }
}
