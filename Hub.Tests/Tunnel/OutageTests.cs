using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>
/// A farm at work while the cloud is away, in driven time: afterwards the cloud has every job's begin and end once and in order, shows what the
/// printers show, and nothing was started that should not have been. Printers, jobs and restarts of the hub follow a seed.
/// </summary>
[TestClass]
public sealed class OutageTests : TunnelTestBase
{
    private const int MinuteMs = 60 * 1000;
    private const int MinutesPerHour = 60;
    private const int PollMs = 20 * 1000;

    private readonly Dictionary<string, PlayedPrinter> _printers = [];
    private int _acked;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Outage_OfTwoHours_LosesNothing() => Outlast(hours: 2, printers: 5, restarts: 1, seed: 12);

    [TestMethod]
    [TestCategory("Kills")]
    public void Outage_OfADay_LosesNothing() => Outlast(hours: 24, printers: 20, restarts: 5, seed: 24);

    private protected override void Prepare(string id, ScriptedClient client) => _printers[id].Show(client);

    private void Outlast(int hours, int printers, int restarts, int seed)
    {
        Random random = new(seed);
        TestContext.WriteLine("seed " + seed);
        Cloud.Capabilities = ["job_event", "printer_list"];
        for (int i = 0; i < printers; i++)
        {
            string id = "octo-" + i.ToString(CultureInfo.InvariantCulture);
            _printers[id] = new PlayedPrinter();
            PrinterConfig printer = Octo(id);
            printer.Url = "http://127.0.0.1:" + (i + 1).ToString(CultureInfo.InvariantCulture);
            printer.PollMs = PollMs;
            printer.RequireClearBed = false;
            Hub.Config.Add(printer);
        }

        Start();
        Play(random, minutes: 30);
        AckAll();
        Command("before", "octo-0", "pause");
        Acked("before");

        Cloud.RefuseWith = 503;
        Cloud.Drop();
        int minutes = hours * MinutesPerHour;
        HashSet<int> restartsAt = [.. Enumerable.Range(1, restarts).Select(i => i * minutes / (restarts + 1))];
        for (int minute = 0; minute < minutes; minute++)
        {
            Play(random, minutes: 1);
            if (restartsAt.Contains(minute))
            {
                RestartAlone();
            }
        }

        Cloud.RefuseWith = 0;
        PassSlowly(() => Hub.Cloud!.State.Phase == Core.Tunnel.TunnelPhase.Online, "the cloud again");
        AckAll();
        SameEvents();
        SamePicture();
        NothingStartsLate();
    }

    /// <summary>Lets each printer's jobs go on for some minutes.</summary>
    private void Play(Random random, int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            foreach ((string id, PlayedPrinter printer) in _printers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                printer.Play(random);
                printer.Show(Client(id));
            }

            Clock.PassThrough(MinuteMs);
        }
    }

    /// <summary>The hub stops and starts while the cloud is away.</summary>
    private void RestartAlone()
    {
        RestartHub();
        Hub.Start(new Core.FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Clock.PassUntil(() => Hub.Snapshot().All(printer => printer.HasFirstAnswer), "the printers");
    }

    /// <summary>Acknowledges events as a cloud that stores them does, until there are no more.</summary>
    private void AckAll() => PassSlowly(
        () =>
        {
            int last = Cloud.Of("job_event").Select(IdOf).DefaultIfEmpty(0).Max();
            if (last > _acked)
            {
                _acked = last;
                Cloud.Send("{\"type\":\"event_ack\",\"up_to\":" + last.ToString(CultureInfo.InvariantCulture) + "}");
            }

            JobLogCounts counts = Hub.Jobs.Counts();
            return counts.AckedId == counts.LastId;
        },
        "the acknowledgement of all events");

    private void SameEvents()
    {
        // A connection that was lost before an acknowledgement has its events sent again, the same under the same id: a cloud stores each once.
        JsonElement[] events = [.. Cloud.Of("job_event").DistinctBy(IdOf)];
        Assert.AreEqual(events.Length, Cloud.Of("job_event").DistinctBy(e => e.ToString()).Count(), "an event that comes again is the same");
        CollectionAssert.AreEqual(Enumerable.Range(1, events.Length).ToArray(), events.Select(IdOf).ToArray(), "each event, in order");
        Assert.AreEqual(0, Hub.Jobs.Counts().Dropped);
        foreach ((string id, PlayedPrinter printer) in _printers)
        {
            string[] got = [.. events.Where(e => FakeCloud.Text(e, "printer_id") == id).Select(Words).Where(words => PlayedPrinter.IsCounted(words))];
            CollectionAssert.AreEqual(printer.Expected.ToArray(), got, id);
        }

        long[] times = [.. events.Select(e => e.GetProperty("time").GetInt64())];
        CollectionAssert.AreEqual(times.Order().ToArray(), times, "times never go back");
        TestContext.WriteLine(events.Length + " events");
    }

    private void SamePicture()
    {
        foreach ((string id, PlayedPrinter printer) in _printers)
        {
            Status(id, printer.State == PrinterState.Printing ? "printing" : printer.State == PrinterState.Paused ? "paused" : "idle");
        }
    }

    /// <summary>A command from before the outage that comes again, and a print that has expired meanwhile.</summary>
    private void NothingStartsLate()
    {
        int pauses = Client("octo-0").Count("pause");
        Command("before", "octo-0", "pause");
        PassSlowly(() => Cloud.Acks("before").Length == 2, "the same answer again");
        Assert.AreEqual(Cloud.Acks("before")[0].ToString(), Cloud.Acks("before")[1].ToString());
        Assert.AreEqual(pauses, Client("octo-0").Count("pause"));

        string free = "octo-1";
        Client(free).State = PrinterState.Idle;
        Clock.PassThrough(PollMs);
        Status(free, "idle");
        long anHourAgo = UnixTime.NowMs(Clock) - (60 * MinuteMs);
        Cloud.Send("{\"type\":\"print_command\",\"command_id\":\"late\",\"printer_id\":\"" + free + "\",\"job_id\":\"j1\",\"action\":\"start\",\"file_url\":\"http://127.0.0.1:9/a.gcode\",\"file_name\":\"a.gcode\",\"expires_at\":"
            + anHourAgo.ToString(CultureInfo.InvariantCulture) + "}");
        Acked("late");
        Assert.IsFalse(Cloud.Acks("late")[0].GetProperty("success").GetBoolean());
        StringAssert.Contains(FakeCloud.Text(Cloud.Acks("late")[0], "error"), "time limit");
        Assert.AreEqual(0, Client(free).Count("start"));
    }

    private void Command(string commandId, string printerId, string action) =>
        Cloud.Send("{\"type\":\"printer_command\",\"command_id\":\"" + commandId + "\",\"printer_id\":\"" + printerId + "\",\"action\":\"" + action + "\"}");

    private static int IdOf(JsonElement item) => item.GetProperty("event_id").GetInt32();

    private static string Words(JsonElement item) => FakeCloud.Text(item, "kind") + " " + FakeCloud.Text(item, "job");
}
