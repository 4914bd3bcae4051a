using System.Collections.Generic;
using System.Linq;
using Hub.Core.Json;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Manager;

/// <summary>The workers of a machine that is a hundred times slower, in driven time.</summary>
[TestClass]
public sealed class SlowMachineTests : ManagerTestBase
{
    private readonly Dictionary<string, ScriptedClient> _clients = [];

    public SlowMachineTests()
        : base(cpuCostFactor: 100)
    {
        Factory.Setup(f => f.Create(It.IsAny<PrinterConfig>())).Returns((PrinterConfig c) => _clients[c.Id] = new PolledClient { State = PrinterState.Printing });
    }

    [TestMethod]
    public void Poll_TwelvePrinters_AreAskedAsOftenAsTheCpuAllows()
    {
        Register(12);
        AssertPolls(60_000, 11, 12);
        Assert.IsTrue(Manager.Snapshot().All(s => s.PollIntervalMs == 5300 && s.IsPolledSlowly));

        Manager.Register(Config("octo-13"));
        Online(13);
        AssertPolls(58_000, 9, 11);

        // One is switched off, the others may be asked sooner.
        PrinterConfig off = Config("octo-13");
        off.Enabled = false;
        Manager.Register(off);
        PassUntil(() => Manager.Snapshot("octo-1")!.PollIntervalMs == 5300, "the former interval");
        for (int i = 3; i <= 12; i++)
        {
            Manager.Deregister("octo-" + i);
        }

        PassUntil(() => Manager.Snapshot("octo-1")!.PollIntervalMs == 900, "the interval of two");
        AssertPolls(9_000, 9, 11);
    }

    [TestMethod]
    public void Commands_SlowPolls_AreProvenAndStoppedAtOnce()
    {
        Register(12);
        Clock.PassThrough(1000);
        long startMs = Clock.NowMs;
        _clients["octo-1"].AfterCommand = [PrinterState.Printing, PrinterState.Pausing, PrinterState.Paused];
        PrinterCommand pause = Ask(PrinterVerb.Pause, 10_000);
        Assert.IsNull(pause.Error, pause.Error?.Message);
        Assert.IsTrue(Clock.NowMs - startMs is > 0 and <= 1000, "a poll each 250 ms proves it, not one each 5.3 s: " + (Clock.NowMs - startMs));

        startMs = Clock.NowMs;
        PrinterCommand stop = Ask(PrinterVerb.EmergencyStop);
        Assert.IsNull(stop.Error, stop.Error?.Message);
        Assert.AreEqual(startMs, Clock.NowMs);
    }

    [TestMethod]
    public void Json_PrinterThatIsPolledSlowly_ShowsTheIntervalInForce()
    {
        Register(1);
        Assert.AreEqual(-1, Json("octo-1").IndexOf("poll_interval_ms"));
        Register(12);
        StringAssert.Contains(Json("octo-1"), "\"poll_interval_ms\":5300");
    }

    [TestMethod]
    public void Poll_LargestFarm_NoPrinterGrowsStale()
    {
        Register(40);
        Assert.AreEqual(17_600, Manager.Polls.ShortestMs);
        Clock.PassThrough(200_000);
        Assert.IsTrue(Manager.Snapshot().All(s => s.Link == LinkState.Online && s.Status.IsConnected));
    }

    private void Register(int count)
    {
        for (int i = 1; i <= count; i++)
        {
            if (!_clients.ContainsKey("octo-" + i))
            {
                Manager.Register(Config("octo-" + i));
            }
        }

        Online(count);
    }

    private void Online(int count) => PassUntil(() => Manager.Snapshot().Count(s => s.Status.IsConnected) == count, "all online");

    private void AssertPolls(int ms, int least, int most)
    {
        Clock.Settle();
        Dictionary<string, int> before = Manager.Ids().ToDictionary(id => id, id => _clients[id].Polls);
        Clock.PassThrough(ms);
        foreach (string id in before.Keys)
        {
            int polls = _clients[id].Polls - before[id];
            Assert.IsTrue((polls >= least && polls <= most) || !Manager.Snapshot(id)!.Config.Enabled, id + ": " + polls + " polls");
        }
    }

    private string Json(string id)
    {
        JsonWriter writer = new(1024, 64 * 1024);
        PrinterSnapshotJson.Write(writer, Manager.Snapshot(id)!);
        return writer.ToString();
    }

    /// <summary>One that gives its socket to others between two polls: there are 12 for more printers.</summary>
    private sealed class PolledClient : ScriptedClient, IPolledClient
    {
        public int PollIntervalMs { get; set; }

        public void ReleaseIdleConnection()
        {
        }
    }
}
