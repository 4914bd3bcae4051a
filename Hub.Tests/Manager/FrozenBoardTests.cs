using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Drivers;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>
/// One printer of a farm, or the name server, stops every thread of the hub again and again, as on the board. The other printers stay known,
/// and what is asked of them happens once.
/// </summary>
[TestClass]
public sealed class FrozenBoardTests
{
    private const int FreshMs = 10_000;

    /// <summary>How long the bad peer is silent each time.</summary>
    private const int SilentMs = 3000;

    private const int WatchedMs = 5000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Kills")]
    public Task Farm_ServerSilentInTheHandshake_OthersStayFreshAndNothingRunsTwice() => RunAsync("handshake", 0);

    [TestMethod]
    [TestCategory("Kills")]
    public Task Farm_ServerSilentInMidRecord_OthersStayFreshAndNothingRunsTwice() => RunAsync("record", 2);

    [TestMethod]
    [TestCategory("Kills")]
    public Task Farm_NameServerSilent_OthersStayFreshAndNothingRunsTwice() => RunAsync("name", 4);

    private async Task RunAsync(string moment, int number)
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions
        {
            Moonraker = 3, OctoPrint = 2, PrusaLink = 1, Bambu = 2, BambuModel = "A1", BambuFirstNumber = ClassSerials.Of(this) + number,
        });
        using LoopbackServer bad = BadServer(moment, fleet.Printers.OfType<VirtualBambu>().First());
        using BoardHub hub = new(board => board.Resolve = _ =>
        {
            Thread.Sleep(SilentMs);
            throw new RawSocketException(RawSocketException.NameServerSilent);
        });
        for (int i = 0; i < fleet.Printers.Count; i++)
        {
            // A Moonraker at rest reports nothing by itself.
            if (fleet.Printers[i] is VirtualMoonraker)
            {
                fleet.StartDemoJob(i);
            }
        }

        hub.Register(fleet);
        hub.WaitFor(() => hub.Online() == fleet.Printers.Count, "all online");
        hub.Manager.Register(BadPrinter(moment, fleet, bad.Port));
        hub.WaitFor(() => hub.LongestFreezeMs >= SilentMs / 2, "the first freeze");

        hub.Forget();
        List<PrinterCommand> starts = [.. fleet.Printers.Where(p => p is not VirtualBambu and not VirtualMoonraker).Select(p => Start(hub, p.Id))];
        hub.WatchUntil(() => false, WatchedMs);
        foreach (PrinterCommand start in starts)
        {
            hub.WaitFor(() => start.IsFinished, "the end of a start");
        }

        hub.OldestMs.Remove("bad");
        TestContext.WriteLine($"oldest report {hub.OldestMs.Values.Max()} ms, longest freeze {hub.LongestFreezeMs} ms; " + string.Join(' ', hub.OldestMs.Select(p => p.Key + "=" + p.Value)));
        Assert.IsLessThan(FreshMs, hub.OldestMs.Values.Max(), hub.Describe());
        Assert.AreEqual(fleet.Printers.Count, hub.Online(), hub.Describe());
        for (int i = 0; i < starts.Count; i++)
        {
            int runs = fleet.Printers.First(p => p.Id == starts[i].PrinterId).Machine.JobsStarted;
            Assert.IsLessThanOrEqualTo(1, runs, starts[i].PrinterId + " started twice");
            Assert.IsTrue(starts[i].Error != null || runs == 1, starts[i].PrinterId + " did not start");
        }

        Assert.IsTrue(starts.Any(s => s.Error == null), "nothing could be started: " + starts[0].Error?.Message);
        hub.AssertWithinLimits(4);
    }

    /// <summary>Uploads a file and asks for its start.</summary>
    private static PrinterCommand Start(BoardHub hub, string id)
    {
        Transfer upload = new("part.gcode", new PatternSource(20_000));
        hub.Manager.Submit(id, upload);
        hub.WaitFor(() => upload.IsFinished, "the upload to " + id);
        Assert.IsNull(upload.Error, upload.Error?.Message);
        PrinterCommand start = new(PrinterVerb.Start, Patience.LimitMs) { StoredPath = upload.StoredPath };
        hub.Manager.Submit(id, start);
        return start;
    }

    private static PrinterConfig BadPrinter(string moment, Fleet fleet, int port)
    {
        VirtualPrinter model = fleet.Printers.First(p => moment == "name" ? p.Id == "octo-1" : p is VirtualBambu);
        PrinterConfig config = model.ToBoardConfig();
        config.Id = "bad";
        config.MqttPort = port;
        config.Url = moment == "name" ? "http://printer.lan" : config.Url;
        return config;
    }

    private static LoopbackServer BadServer(string moment, VirtualBambu printer) => new(async socket =>
    {
        if (moment == "record")
        {
            using SslStream tls = new(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(printer.Certificate, null, offline: true),
            });
            await socket.SendAsync(new byte[] { 23, 3, 3, 1, 0, 1, 2, 3 });
        }

        await Task.Delay(SilentMs);
    });
}
