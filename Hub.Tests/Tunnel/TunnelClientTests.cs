using System;
using System.Collections;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>The connection to a strict base cloud, with its quirks.</summary>
[TestClass]
public sealed class TunnelClientTests : TunnelTestBase
{
    [TestMethod]
    public void Start_Welcomed_SendsAllStatuses()
    {
        AddPrinter("octo-1");
        Hub.Config.Add(Bambu("bambu-1", "01P00A000000001"));
        Start();

        Status("octo-1", "idle");
        Status("01P00A000000001", "idle");
        JsonElement hello = Cloud.Of("hub_hello")[0];
        Assert.AreEqual(Hub.Hal.System.DeviceId, FakeCloud.Text(hello, "hub_id"));
        Assert.AreEqual(2, hello.GetProperty("protocol").GetInt32());
        Assert.IsFalse(hello.TryGetProperty("auth", out _), "there is no secret");
    }

    [TestMethod]
    public void Status_Changes_IsSentWithItsProgress()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");

        Client("octo-1").State = PrinterState.Printing;
        Client("octo-1").Status.Job = "a.gcode";
        Client("octo-1").Status.ProgressPercentage = 12;
        PassSlowly(() => Cloud.StatusOf("octo-1") is { } status && FakeCloud.Text(status, "status") == "printing", "the status");
        Assert.AreEqual(12, Cloud.StatusOf("octo-1")!.Value.GetProperty("progress_percentage").GetDouble());
    }

    [TestMethod]
    public void Status_OfANewPrinter_IsSentWithoutTimePassing()
    {
        Start();
        Clock.Settle();
        AddPrinter("octo-2");
        Status("octo-2", "idle");
    }

    [TestMethod]
    public void Outage_OfTwoHours_IsTriedAllTheTimeAndOverWithinAMinute()
    {
        Start();
        Cloud.RefuseWith = 503;
        Cloud.Drop();
        Clock.PassThrough(2 * 60 * 60 * 1000);
        Assert.IsGreaterThan(2 * 60 * 2, Cloud.Refused, "a try every 15 s on average");
        Assert.IsLessThan(2 * 60 * 8, Cloud.Refused);

        Cloud.RefuseWith = 0;
        long backMs = Clock.NowMs;
        Reconnected(2);

        // Driven time runs on while the cloud answers the try and the hello.
        Assert.IsLessThanOrEqualTo(TunnelMachine.LastRetryMs + TunnelMachine.WelcomeMs, Clock.NowMs - backMs);
    }

    [TestMethod]
    public void Connection_LostSoonAfterALongOutage_IsBackWithinSeconds()
    {
        Start();
        Cloud.RefuseWith = 503;
        Cloud.Drop();
        Clock.PassThrough(10 * 60 * 1000);
        Cloud.RefuseWith = 0;
        Reconnected(2);

        long lostMs = Clock.NowMs;
        Cloud.Drop();
        Patience.Until(() => Hub.Cloud!.State.Phase != TunnelPhase.Online, "the loss", Lines.ToString);

        // The beginning of the try counts: driven time runs on while the cloud answers it.
        Clock.PassUntil(() => Hub.Cloud!.State.Phase != TunnelPhase.Offline, "a try");
        Assert.IsLessThanOrEqualTo(TunnelMachine.WelcomedRetryMs, Clock.NowMs - lostMs);
        Reconnected(3);
    }

    [TestMethod]
    public void Hello_WithASecret_IsSigned()
    {
        Hashtable cloud = new() { ["url"] = Cloud.Url, ["hub_id"] = "hub-7", ["secret"] = "s3cret" };
        Hub.Config.SetCloud(cloud);
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(null);
        Online();

        JsonElement auth = Cloud.Of("hub_hello")[0].GetProperty("auth");
        string timestamp = FakeCloud.Text(auth, "timestamp")!;
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), Encoding.UTF8.GetBytes("hub-7:" + timestamp));
        Assert.AreEqual(Convert.ToBase64String(expected), FakeCloud.Text(auth, "signature"));
        Assert.IsFalse(Lines.Has("s3cret"));
    }

    [TestMethod]
    [DataRow(404)]
    [DataRow(403)]
    public void Upgrade_NotClaimedYet_KeepsTryingAndSaysItOnce(int status)
    {
        Cloud.RefuseWith = status;
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Clock.PassUntil(() => Cloud.Refused >= 8, "eight tries");
        Assert.IsFalse(Lines.Has("does not know hub", 2), Lines.ToString());
        Assert.IsTrue(Lines.Has("claim it there"));

        Cloud.RefuseWith = 0;
        Reconnected(1);
    }

    [TestMethod]
    public void Connection_Lost_IsOpenedAgainAndStatusesAreSentAgain()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
        int before = Cloud.Of("printer_status").Length;

        Cloud.Drop();
        Reconnected(2);

        Patience.Until(() => Cloud.Of("printer_status").Length > before, "the status again");
        Assert.AreEqual(2, Hub.Cloud!.State.Connections);
    }

    [TestMethod]
    [DataRow(4001, "AUTH_TIMEOUT")]
    [DataRow(4002, "No heartbeat")]
    [DataRow(1001, "bye")]
    public void Close_ByTheCloud_IsFollowedByAReconnect(int code, string reason)
    {
        Start();
        Cloud.Close(code, reason);

        // No time passes before it has arrived.
        Patience.Until(() => Lines.Has(code + ": " + reason), "the close", Lines.ToString);
        Reconnected(2);
    }

    [TestMethod]
    public void Error_NotAuthenticated_SaysHelloAgainOnTheSameConnection()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");

        Cloud.ForgetSession();
        Client("octo-1").State = PrinterState.Error;
        PassSlowly(() => Cloud.Hellos == 2, "another hello");
        Status("octo-1", "error");
        Assert.AreEqual(1, Cloud.Connections);
        Assert.AreEqual("tenant-1", Hub.Cloud!.State.TenantId, "the second welcome has no tenant_id");
    }

    [TestMethod]
    public void Heartbeat_NoPrinters_RepeatsTheHello()
    {
        Start();
        for (int beat = 2; beat < 5; beat++)
        {
            Clock.Settle();
            Clock.Pass(TunnelMachine.HeartbeatMs);
            Patience.Until(() => Cloud.Hellos == beat, "heartbeat " + beat);
            Online();
        }

        Assert.AreEqual(1, Cloud.Connections);
    }

    [TestMethod]
    public void Heartbeat_QuietPrinter_SendsItsStatusAgain()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
        Clock.Settle();
        int before = Cloud.Of("printer_status").Length;

        Clock.PassThrough(TunnelMachine.HeartbeatMs + 1000);

        Patience.Until(() => Cloud.Of("printer_status").Length > before, "a status as a sign of life");
        Assert.AreEqual(1, Cloud.Hellos);
    }

    [TestMethod]
    [DataRow(null, DisplayName = "the base cloud")]
    [DataRow("job_event", DisplayName = "a cloud with extensions")]
    public void Status_OfQuietPrinters_IsRepeatedOnceAMinuteToABaseCloud(string? capability)
    {
        Cloud.Capabilities = capability == null ? null : [capability];
        string[] ids = ["octo-1", "octo-2", "octo-3", "octo-4"];
        foreach (string id in ids)
        {
            AddPrinter(id);
        }

        Start();
        foreach (string id in ids)
        {
            Status(id, "idle");
        }

        const int Minutes = 5;
        int before = Cloud.Of("printer_status").Length;
        const int AskSeconds = 28;
        for (int second = 1; second <= (Minutes * 60) + 10; second++)
        {
            Clock.PassThrough(250);
            Clock.PassThrough(750);
            if (second % AskSeconds == 0)
            {
                // Driven time must not run away from a cloud that a busy machine slows: the hub would find it dead.
                string id = "ask-" + second;
                Cloud.Ask(id, "{\"type\":\"hub_command\",\"command_id\":\"" + id + "\",\"action\":\"unknown\"}");
            }
        }

        int least = capability == null ? Minutes * ids.Length : Minutes;
        Patience.Until(() => Cloud.Of("printer_status").Length >= before + least, "the statuses again");
        JsonElement[] again = [.. Cloud.Of("printer_status").Skip(before)];
        int each = again.GroupBy(m => FakeCloud.Text(m, "printer_id")).Min(g => g.Count());
        Assert.AreEqual(ids.Length, again.DistinctBy(m => FakeCloud.Text(m, "printer_id")).Count(), "a sign of life is the oldest status");
        Assert.IsGreaterThanOrEqualTo(capability == null ? Minutes - 1 : 2, each);
        Assert.IsLessThanOrEqualTo((capability == null ? Minutes + 1 : Minutes) * ids.Length, again.Length, "no more than that");
        Assert.AreEqual(1, Cloud.Hellos);
    }

    [TestMethod]
    public void Cloud_NeitherAnswersNorCloses_IsDroppedAfter90Seconds()
    {
        Start();
        Cloud.IsDeaf = true;
        long startMs = Clock.NowMs;
        Clock.PassUntil(() => Hub.Cloud!.State.Phase != TunnelPhase.Online, "the drop");
        Assert.IsGreaterThanOrEqualTo(TunnelMachine.SilenceMs, Clock.NowMs - startMs);
        Cloud.IsDeaf = false;
        Reconnected(2);
    }

    [TestMethod]
    public void Cloud_NeverWelcomes_IsTriedAgain()
    {
        Cloud.IsMute = true;
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Clock.PassUntil(() => Cloud.Connections == 2, "another try");
        Cloud.IsMute = false;
        PassSlowly(() => Cloud.Hellos > 0, "a hello that is answered");
        Online();
    }

    [TestMethod]
    public void Garbage_IsReportedOnceAndHurtsNothing()
    {
        Start();
        string[] garbage = ["", "hello", "{", "[]", "null", "{\"type\":7}", "{\"type\":\"event_ack\",\"up_to\":\"x\"}", "{\"type\":\"pause\"}", new string('x', 100_000)];
        foreach (string text in garbage)
        {
            Cloud.Send(text);
        }

        Cloud.SendBinary(new byte[] { 1, 2, 3 });
        JsonElement ack = Cloud.Ask("c1", "{\"type\":\"make_coffee\",\"command_id\":\"c1\"}");
        Assert.IsFalse(ack.GetProperty("success").GetBoolean());
        Assert.Contains("make_coffee", FakeCloud.Text(ack, "error")!);
        Assert.AreEqual(1, Cloud.Connections);
    }

    [TestMethod]
    public void Configuration_AnotherHubId_ConnectsAsThatOne()
    {
        Hub.Config.SetCloud(new Hashtable { ["url"] = Cloud.Url, ["hub_id"] = "one" });
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(null);
        Online();

        Hub.Config.SetCloud(new Hashtable { ["hub_id"] = "two" });
        Patience.Until(() => Cloud.Of("hub_hello").Any(h => FakeCloud.Text(h, "hub_id") == "two"), "the new id", Lines.ToString);
        Online();

        Hub.Config.ClearCloud();
        Patience.Until(() => Hub.Cloud!.State.Phase == TunnelPhase.Resting, "the end");
    }

    [TestMethod]
    public void StatusMessages_OfABaseCloud_AreAllThatIsSent()
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
        Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\"}");
        Assert.IsEmpty(Cloud.Of("printer_list"));
        Assert.IsEmpty(Cloud.Of("job_event"));
    }
}
