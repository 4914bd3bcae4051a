using System.Linq;
using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>Job events reach a cloud that announces them: in order, each until it is acknowledged.</summary>
[TestClass]
public sealed class JobEventTunnelTests : TunnelTestBase
{
    [TestMethod]
    public void Events_OfAJob_AreSentInOrderAndUntilTheyAreAcknowledged()
    {
        Cloud.Capabilities = ["job_event"];
        AddPrinter("octo-1");
        Start();
        Print("a.gcode");
        Until(2);
        Assert.AreEqual("started", Kind(0));
        Assert.AreEqual("finished", Kind(1));
        JsonElement started = Cloud.Of("job_event")[0];
        Assert.AreEqual("octo-1", FakeCloud.Text(started, "printer_id"));
        Assert.AreEqual("a.gcode", FakeCloud.Text(started, "job"));
        Assert.IsGreaterThan(0, started.GetProperty("time").GetInt64());

        Cloud.Send("{\"type\":\"event_ack\",\"up_to\":1}");
        Patience.Until(() => Hub.Jobs.Counts().AckedId == 1, "the acknowledgement");
        Cloud.Drop();
        Reconnected(2);
        Until(3);
        Assert.AreEqual(2, Id(2), "only what is not acknowledged comes again");
    }

    [TestMethod]
    public void Events_WhileTheCloudIsAway_AreKeptAndReplayedOverARestart()
    {
        Cloud.Capabilities = ["job_event"];
        Cloud.RefuseWith = 503;
        AddPrinter("octo-1");
        Hub.Start(new Core.FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        for (int i = 0; i < 50; i++)
        {
            Print("job-" + i + ".gcode");
        }

        Assert.AreEqual(100, Hub.Jobs.Counts().LastId);
        Cloud.RefuseWith = 0;
        Restart();
        Until(64);
        Cloud.Send("{\"type\":\"event_ack\",\"up_to\":64}");
        Until(100);
        CollectionAssert.AreEqual(Enumerable.Range(1, 100).ToArray(), Cloud.Of("job_event").Select(e => e.GetProperty("event_id").GetInt32()).ToArray());
    }

    [TestMethod]
    public void Ack_OfEventsThatWereNeverSent_AcknowledgesNothingElse()
    {
        Cloud.Capabilities = ["job_event"];
        AddPrinter("octo-1");
        Start();
        Print("a.gcode");
        Until(2);
        Cloud.Send("{\"type\":\"event_ack\",\"up_to\":1000000}");
        Patience.Until(() => Hub.Jobs.Counts().AckedId == 2, "the acknowledgement");
        Print("b.gcode");
        Until(4);
    }

    [TestMethod]
    public void Ack_OfTheLogBeforeAReset_AcknowledgesNothingOfTheNewOne()
    {
        Cloud.Capabilities = ["job_event"];
        AddPrinter("octo-1");
        Start();
        Print("a.gcode");
        Until(2);
        string former = LogId(0)!;
        new FactoryReset(Hub.Hal.Nvs, Hub.Config).Run();
        AddPrinter("octo-1");
        Print("b.gcode");
        PassSlowly(() => Cloud.Of("job_event").Length >= 4, "the events after the reset");
        string current = LogId(2)!;
        Assert.AreNotEqual(former, current);
        CollectionAssert.AreEqual(new[] { 1, 2, 1, 2 }, new[] { Id(0), Id(1), Id(2), Id(3) });

        Cloud.Send("{\"type\":\"event_ack\",\"log_id\":\"" + former + "\",\"up_to\":2}");
        Cloud.Send("{\"type\":\"event_ack\",\"up_to\":2}");
        Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\"}");
        Assert.AreEqual(0, Hub.Jobs.Counts().AckedId, "it may be about the former log");
        Cloud.Send("{\"type\":\"event_ack\",\"log_id\":\"" + current + "\",\"up_to\":1}");
        Patience.Until(() => Hub.Jobs.Counts().AckedId == 1, "the acknowledgement");

        Cloud.Drop();
        Reconnected(2);
        Until(5);
        Cloud.Send("{\"type\":\"event_ack\",\"up_to\":2}");
        Patience.Until(() => Hub.Jobs.Counts().AckedId == 2, "on a new connection there is nothing else that it could be about");
    }

    [TestMethod]
    public void Events_BeforeTheClockIsSet_AreSentWithTheirTimeOnceItIs()
    {
        PrintWithoutCloudOrClock();
        long endedMs = UnixTime.NowMs(Synced());
        Clock.PassThrough(5000);
        Cloud.RefuseWith = 0;
        PassSlowly(() => Cloud.Of("job_event").Length >= 2, "the events");
        Assert.AreEqual(endedMs, Time(1));
        Assert.AreEqual(Cloud.Of("job_event")[1].GetProperty("duration_ms").GetInt64(), endedMs - Time(0));
        Assert.IsFalse(Cloud.Of("job_event")[0].TryGetProperty("age_ms", out _));
    }

    [TestMethod]
    public void Events_SentBeforeTheClockIsSet_ComeAgainWithTheirTime()
    {
        Cloud.Capabilities = ["job_event"];
        Clock.IsUtcSynced = false;
        AddPrinter("octo-1");
        Start();
        Print("a.gcode");
        Until(2);
        JsonElement ended = Cloud.Of("job_event")[1];
        Assert.IsNull(Time(1));
        Assert.AreEqual(0, ended.GetProperty("age_ms").GetInt64());
        Assert.AreEqual(Clock.NowMs, ended.GetProperty("uptime_ms").GetInt64());
        long endedMs = UnixTime.NowMs(Synced());
        Cloud.Drop();
        Reconnected(2);
        Until(4);
        CollectionAssert.AreEqual(new[] { 1, 2, 1, 2 }, new[] { Id(0), Id(1), Id(2), Id(3) });
        Assert.AreEqual(endedMs, Time(3));
        Assert.AreEqual(ended.GetProperty("boot").GetInt64(), Cloud.Of("job_event")[3].GetProperty("boot").GetInt64());
    }

    [TestMethod]
    public void Events_OfABootThatNeverHadATime_AreSentWithTheirUptime()
    {
        PrintWithoutCloudOrClock();
        RestartHub();
        Clock.IsUtcSynced = true;
        Cloud.RefuseWith = 0;
        Start();
        Print("b.gcode");
        PassSlowly(() => Cloud.Of("job_event").Length >= 4, "the events of both boots");
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, new[] { Id(0), Id(1), Id(2), Id(3) });
        for (int i = 0; i < 2; i++)
        {
            JsonElement item = Cloud.Of("job_event")[i];
            Assert.IsNull(Time(i));
            Assert.IsGreaterThan(0, item.GetProperty("uptime_ms").GetInt64());
            Assert.AreEqual(Cloud.Of("job_event")[0].GetProperty("boot").GetInt64(), item.GetProperty("boot").GetInt64());
            Assert.IsFalse(item.TryGetProperty("age_ms", out _), "the uptime of another boot says nothing of now");
            Assert.IsNotNull(Time(i + 2));
        }
    }

    [TestMethod]
    public void Events_OfABaseCloud_AreNotSent()
    {
        AddPrinter("octo-1");
        Start();
        Print("a.gcode");
        Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\"}");
        Assert.IsEmpty(Cloud.Of("job_event"));
        Assert.AreEqual(0, Hub.Jobs.Counts().AckedId);
    }

    /// <summary>A print while the cloud refuses the hub, and the clock is not set.</summary>
    private void PrintWithoutCloudOrClock()
    {
        Cloud.Capabilities = ["job_event"];
        Cloud.RefuseWith = 503;
        Clock.IsUtcSynced = false;
        AddPrinter("octo-1");
        Hub.Start(new Core.FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Print("a.gcode");
    }

    private string? Kind(int index) => FakeCloud.Text(Cloud.Of("job_event")[index], "kind");

    private int Id(int index) => Cloud.Of("job_event")[index].GetProperty("event_id").GetInt32();

    private long? Time(int index) => Cloud.Of("job_event")[index].TryGetProperty("time", out JsonElement time) ? time.GetInt64() : null;

    /// <summary>The clock is set now.</summary>
    private DrivenClock Synced()
    {
        Clock.IsUtcSynced = true;
        return Clock;
    }

    private string? LogId(int index) => FakeCloud.Text(Cloud.Of("job_event")[index], "log_id");

    private void Until(int events) => Patience.Until(() => Cloud.Of("job_event").Length >= events, events + " events", Lines.ToString);

    private void Print(string name)
    {
        Patience.Until(() => Hub.Snapshot("octo-1") is { HasFirstAnswer: true }, "the printer");
        long before = Hub.Jobs.Counts().LastId;
        Client("octo-1").Status.Job = name;
        Client("octo-1").State = PrinterState.Printing;
        Clock.PassUntil(() => Hub.Jobs.Counts().LastId == before + 1, "the start");
        Client("octo-1").State = PrinterState.Finished;
        Clock.PassUntil(() => Hub.Jobs.Counts().LastId == before + 2, "the end");
    }
}
