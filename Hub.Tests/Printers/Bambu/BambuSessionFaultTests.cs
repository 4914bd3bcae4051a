using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>What the user sees of sessions that go wrong, and that no command is sent twice.</summary>
[TestClass]
public sealed class BambuSessionFaultTests : BambuVirtualBase
{
    // Of a session's requests the first two are the hub's own: pushall and get_version.
    private const int OwnRequests = 2;

    [TestMethod]
    public async Task Command_SessionWedges_IsNotSentAgainAndTheNextOneWorks()
    {
        await StartAsync(change: _ => Printer.Faults = new VirtualBambuFaults { WedgeAfterCommands = OwnRequests + 2 }, clockSpeed: 4);
        WaitFor(PrinterState.Idle);
        Done(PrinterVerb.Gcode, c => c.Lines = ["M106 S1"]);
        Done(PrinterVerb.Gcode, c => c.Lines = ["M106 S2"]);
        HubException lost = Ask(PrinterVerb.Gcode, c => c.Lines = ["M106 S3"]).Error!;
        Assert.AreEqual(ErrorCode.Timeout, lost.Code);
        Assert.IsTrue(lost.MayHaveActed);

        WaitFor(_ => Log.Has("connected", 2), "fresh session");
        Done(PrinterVerb.Gcode, c => c.Lines = ["M106 S4"]);
        Assert.AreSequenceEqual(new[] { "M106 S1", "M106 S2", "M106 S4" }, Printer.Machine.ReadGcodeLog());
    }

    [TestMethod]
    public async Task Start_SessionWedges_IsNotSentAgainButOnlyLookedFor()
    {
        await StartAsync("X1C", _ => Printer.Faults = new VirtualBambuFaults { WedgeAfterCommands = OwnRequests }, clockSpeed: 4);
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        HubException lost = Ask(
            PrinterVerb.Start,
            c =>
            {
                c.StoredPath = stored;
                c.Options = new StartOptions { Plate = 2 };
            },
            timeoutMs: 20_000).Error!;
        Assert.AreEqual(ErrorCode.StartNotShown, lost.Code);
        WaitFor(PrinterState.Idle);
        Printer.Faults = VirtualBambuFaults.None;
        HubException second = Ask(PrinterVerb.Start, c => c.StoredPath = stored).Error!;
        Assert.Contains("has not shown it yet", second.Message);
        Assert.AreEqual(0, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task Session_ConnectedButSilent_IsOpenedAnewWithAReason()
    {
        await StartAsync("X1C", clockSpeed: 25);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { Silent = true };
        PrinterStatus status = WaitFor(s => !s.IsConnected, "lost link");
        Assert.AreEqual("timeout", status.ErrorCode);
        Assert.Contains("connected, but sent no report", status.ErrorMessage!);

        WaitFor(s => s.ErrorMessage != null && s.ErrorMessage.Contains("accepted the login, but sends no report", StringComparison.Ordinal), "still silent");
        WaitFor(s => s.State == PrinterState.Offline, "state that grew old");
        Printer.Faults = VirtualBambuFaults.None;
        Assert.IsNull(WaitFor(PrinterState.Idle).ErrorCode);
    }

    [TestMethod]
    public async Task Print_PrinterReboots_TheLinkIsLostAndThenNothingIsPrinted()
    {
        await StartAsync("X1C", printSpeed: 100);
        WaitFor(PrinterState.Idle);
        Print(Upload("a.gcode.3mf"));
        WaitFor(PrinterState.Printing);
        Task rebooting = Printer.RebootAsync(TimeSpan.FromMilliseconds(1500));
        PrinterStatus lost = WaitFor(s => !s.IsConnected, "lost link");
        Assert.AreEqual(PrinterState.Printing, lost.State, "the last state stands for a while");
        Assert.IsNotNull(lost.ErrorMessage);
        await rebooting;

        PrinterStatus idle = WaitFor(PrinterState.Idle);
        Assert.IsNull(idle.Job);
        Assert.IsTrue(double.IsNaN(idle.ProgressPercentage));
        Assert.IsNull(idle.ErrorCode);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task Session_TwinWithTheSameId_LosesTheLinkWithoutAStormAndComesBack()
    {
        await StartAsync();
        WaitFor(PrinterState.Idle);
        using (PrinterManager twin = NewManager())
        {
            twin.Register(Config);
            Assert.AreEqual("connection_lost", WaitFor(s => !s.IsConnected, "lost link").ErrorCode);
            Thread.Sleep(3000);
        }

        // Two links, each pushed out by the other: the growing pauses between the tries keep it to a few.
        int connects = Log.ToString().Split('\n').Count(line => line.EndsWith(": connected", StringComparison.Ordinal));
        Assert.IsLessThan(30, connects, Log.ToString());

        // A wish does not wait for the pause to pass.
        Done(PrinterVerb.Light, c => c.Level = 1);
        WaitFor(PrinterState.Idle);
        Assert.AreEqual(1, Printer.ClientCount);
    }

    [TestMethod]
    [DataRow("cut")]
    [DataRow("binary")]
    [DataRow("types")]
    [DataRow("huge")]
    [DataRow("html")]
    public async Task Report_Garbage_TheStatusStaysAndTheLinkToo(string garbage)
    {
        await StartAsync("X1C");
        WaitFor(PrinterState.Idle);
        using BambuPeer witness = await BambuPeer.ConnectAsync(Printer, "witness", StopToken);
        Printer.Faults = new VirtualBambuFaults { Garbage = garbage };
        witness.Drain();

        // What goes to one client goes to all: the second of these was made after the fault began.
        await witness.NextBytesAsync();
        await witness.NextBytesAsync();
        PrinterStatus status = Status();
        Assert.AreEqual(PrinterState.Idle, status.State, status.ErrorMessage);
        Assert.IsTrue(status.IsConnected);
        Printer.Faults = VirtualBambuFaults.None;
        long healedMs = Hal.Clock.NowMs;

        // It comes after the garbage, on the same connection.
        Assert.AreEqual(PrinterState.Idle, WaitFor(s => s.LastReportMs > healedMs, "a good report").State);
        Assert.IsFalse(Log.Has("online: connected", 2), Log.ToString());
    }
}
