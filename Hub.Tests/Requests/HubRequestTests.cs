using System;
using System.Collections;
using System.Linq;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Network;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Requests;

/// <summary>The requests about the hub itself: history, health, log, cloud, Wi-Fi, restart, reset, and the test of a printer.</summary>
[TestClass]
public sealed class HubRequestTests : RequestTestBase
{
    [TestMethod]
    public void History_ComesInPages_NewestFirst()
    {
        AddPrinter("octo-1");
        PrinterPlace place = Hub.Jobs.PlaceOf(Hub.Config.Find("octo-1")!);
        for (int i = 1; i <= 5; i++)
        {
            string name = "job-" + i;
            Hub.Jobs.Change(place, (record, events) =>
            {
                JobEvent started = events.Add(record, JobEventKind.Started);
                started.JobId = started.Id;
                started.Job = name;
                JobEvent ended = events.Add(record, JobEventKind.Finished);
                ended.JobId = started.Id;
                ended.Job = name;
                ended.DurationMs = 90_500;
                return true;
            });
        }

        JsonElement first = Ask("history", """{"limit":2}""");
        Assert.AreEqual("job-5 job-4", Jobs(first));
        JsonElement newest = first.GetProperty("jobs")[0];
        Assert.AreEqual("octo-1 finished", Text(newest, "printer") + " " + Text(newest, "outcome"));
        Assert.AreEqual(90.5, newest.GetProperty("duration_seconds").GetDouble());
        StringAssert.Matches(Text(newest, "started"), new(@"^2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z$"));
        JsonElement second = Ask("history", $$"""{"printer":"octo-1","limit":2,"before":{{first.GetProperty("next")}}}""");
        Assert.AreEqual("job-3 job-2", Jobs(second));
        JsonElement last = Ask("history", $$"""{"before":{{second.GetProperty("next")}}}""");
        Assert.AreEqual("job-1", Jobs(last));
        Assert.IsFalse(last.TryGetProperty("next", out _));
        Assert.AreEqual("", Jobs(Ask("history", """{"printer":"other"}""")));
        Fails(ErrorCode.BadRequest, "history", """{"limit":201}""");
        Fails(ErrorCode.BadRequest, "history", """{"before":"x"}""");
    }

    [TestMethod]
    public void Health_HasTheFiguresOfTheHub()
    {
        AddPrinter("octo-1");
        AddPrinter("octo-2");
        Hub.Config.Update("octo-2", new Hashtable { ["enabled"] = false });
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Patience.Until(() => Hub.Snapshot("octo-1") is { HasFirstAnswer: true }, "the printer");
        Clock.PassThrough(65_000);
        JsonElement health = Ask("health");
        Assert.IsGreaterThanOrEqualTo(65, health.GetProperty("uptime_seconds").GetInt64());
        Assert.AreEqual("start", Text(health, "reset_reason"));
        Assert.IsGreaterThan(0, health.GetProperty("memory").GetProperty("used_bytes").GetInt64());
        Assert.AreEqual(0, health.GetProperty("memory").GetProperty("buffers").GetInt32());
        Assert.IsGreaterThan(0, health.GetProperty("sockets").GetProperty("limit").GetInt32());
        JsonElement printers = health.GetProperty("printers");
        Assert.AreEqual(2, printers.GetProperty("total").GetInt32());
        Assert.AreEqual(1, printers.GetProperty("disabled").GetInt32());
        Assert.AreEqual("""{"idle":1}""", printers.GetProperty("states").GetRawText());
        Assert.IsGreaterThanOrEqualTo(0, health.GetProperty("threads").GetProperty("beating").GetInt32());
        Assert.AreEqual(0, health.GetProperty("log").GetProperty("faults").GetInt32());
        Assert.AreEqual(0, health.GetProperty("job_log").GetProperty("last_id").GetInt32());
        Assert.IsFalse(health.TryGetProperty("cloud", out _), "this hub runs without a cloud");
    }

    [TestMethod]
    public void LogTail_ComesInPages_WithoutSecrets()
    {
        Hub.Log.Mask(new Secret("obviously-fake"));
        for (int i = 1; i <= 300; i++)
        {
            Hub.Log.Warning("test", "line " + i + " obviously-fake");
        }

        JsonElement tail = Ask("log.tail", """{"limit":2}""");
        Assert.AreEqual("line 299 ***|line 300 ***", Messages(tail));
        Assert.AreEqual("warning test", Text(tail.GetProperty("lines")[0], "level") + " " + Text(tail.GetProperty("lines")[0], "area"));
        JsonElement before = Ask("log.tail", $$"""{"limit":2,"before":{{tail.GetProperty("next")}}}""");
        Assert.AreEqual("line 297 ***|line 298 ***", Messages(before));
        JsonElement all = Ask("log.tail", """{"limit":200}""");
        Assert.AreEqual(200, all.GetProperty("lines").GetArrayLength(), "as many as are kept");
        Assert.IsFalse(all.TryGetProperty("next", out _));
        Assert.AreEqual("", Messages(Ask("log.tail", """{"before":1}""")));
        Fails(ErrorCode.BadRequest, "log.tail", """{"limit":1000}""");
    }

    [TestMethod]
    public void LogTail_LongLines_AreCutBetweenTwo()
    {
        for (int i = 1; i <= 200; i++)
        {
            Hub.Log.Warning("test", i + " " + new string('\"', 390));
        }

        JsonElement page = Ask("log.tail", """{"limit":200}""");
        Assert.IsLessThan(60 * 1024, page.GetRawText().Length);
        int lines = page.GetProperty("lines").GetArrayLength();
        while (page.TryGetProperty("next", out JsonElement next))
        {
            page = Ask("log.tail", $$"""{"limit":200,"before":{{next}}}""");
            lines += page.GetProperty("lines").GetArrayLength();
        }

        Assert.AreEqual(200, lines);
    }

    [TestMethod]
    public void Cloud_GetAndSet_ShowNoSecret()
    {
        Ask("cloud.set", """{"url":"wss://cloud.invalid","hub_id":"hub-7","secret":"obviously-fake"}""");
        JsonElement cloud = Ask("cloud.get");
        Assert.AreEqual("wss://cloud.invalid hub-7 ***", string.Join(" ", new[] { "url", "hub_id", "secret" }.Select(k => Text(cloud.GetProperty("cloud"), k))));
        Assert.AreEqual(Hub.Hal.System.DeviceId, Text(cloud, "device_id"));
        Assert.AreEqual("obviously-fake", Hub.Config.Cloud!.Secret!.Reveal());
        Fails(ErrorCode.ConfigInvalid, "cloud.set", """{"url":"ftp://cloud.invalid"}""");
        Fails(ErrorCode.BadRequest, "cloud.set");
        Fails(ErrorCode.ConfigInvalid, "cloud.claim");
    }

    [TestMethod]
    public void CloudClaim_ShowsACode()
    {
        Hub.StartCloud(Cloud.Url);
        Online();
        JsonElement claim = Ask("cloud.claim");
        Assert.AreEqual(12, Text(claim, "code")!.Length);
        Assert.AreEqual(900, claim.GetProperty("expires_in_seconds").GetInt32());
        JsonElement cloud = Ask("cloud.get");
        Assert.IsTrue(cloud.TryGetProperty("claim_expires_in_seconds", out _));
        Assert.AreEqual(Cloud.Url, Text(cloud.GetProperty("connection"), "url"));
        Assert.DoesNotContain(Text(claim, "code")!, cloud.GetRawText());
    }

    [TestMethod]
    public void Wifi_ScanJoinAndGet()
    {
        Wifi.Setup(w => w.Scan(It.IsAny<int>())).Returns([new WifiNetwork("Shop", -50, WifiSecurity.Password), new WifiNetwork("Free\n", -80, WifiSecurity.Open)]);
        Assert.AreEqual(
            """[{"ssid":"Shop","signal_dbm":-50,"security":"password"},{"ssid":"Free?","signal_dbm":-80,"security":"open"}]""",
            Ask("wifi.scan").GetProperty("networks").GetRawText());
        Fails(ErrorCode.NotSupported, "wifi.join", """{"ssid":"Shop","password":"obviously-fake"}""");
        using WifiKeeper keeper = new(Hub.Hal, Hub.Log, Hub.Config);
        Hub.Requests.Network = keeper;
        Ask("wifi.join", """{"ssid":"Shop","password":"obviously-fake"}""");
        Wifi.Verify(w => w.Join("Shop", It.Is<Secret>(s => s.Reveal() == "obviously-fake"), It.IsAny<int>()), Times.Once);
        Assert.AreEqual("Shop", Hub.Config.Wifi!.Ssid);
        JsonElement wifi = Ask("wifi.get");
        Assert.AreEqual("Shop *** connected", Text(wifi.GetProperty("wifi"), "ssid") + " " + Text(wifi.GetProperty("wifi"), "password") + " " + Text(wifi, "state"));

        Wifi.Setup(w => w.Join("Other", It.IsAny<Secret>(), It.IsAny<int>())).Throws(new HubException(ErrorCode.AuthRejected, "wrong password obviously-fake2"));
        Fails(ErrorCode.AuthRejected, "wifi.join", """{"ssid":"Other","password":"obviously-fake2"}""");
        Assert.AreEqual("Shop", Hub.Config.Wifi!.Ssid, "a network that could not be joined is not stored");
        Fails(ErrorCode.BadRequest, "wifi.join", """{"password":"x"}""");
        Fails(ErrorCode.ConfigInvalid, "wifi.join", """{"ssid":"Other","password":"short"}""");
        Assert.AreEqual("forgotten", Text(Ask("wifi.forget"), "result"));
        Assert.IsNull(Hub.Config.Wifi);
    }

    [TestMethod]
    public void Restart_IsAnsweredBeforeItHappens()
    {
        Assert.AreEqual("restarting", Text(Ask("restart"), "result"));
        Assert.IsEmpty(Reboots);
        Patience.Until(() => Clock.Waiting > 0, "the pause before it");
        Clock.PassThrough(1000);
        Patience.Until(() => !Reboots.IsEmpty, "the restart");
    }

    [TestMethod]
    public void FactoryReset_NeedsAConfirmation()
    {
        AddPrinter("octo-1");
        Fails(ErrorCode.BadRequest, "factory_reset");
        Fails(ErrorCode.BadRequest, "factory_reset", """{"confirm":false}""");
        Assert.IsNotEmpty(Hub.Config.Printers);
        Assert.AreEqual("reset", Text(Ask("factory_reset", """{"confirm":true}"""), "result"));
        Assert.IsEmpty(Hub.Config.Printers);
    }

    [TestMethod]
    public void Test_OfAConfiguredPrinter_IsAnsweredStepByStep()
    {
        AddPrinter("octo-1");
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Asked asked = Begin("printers.test", """{"id":"octo-1","timeout_seconds":5}""");
        PassSlowly(() => asked.IsAnswered, "the answer");
        JsonElement result = asked.Result();
        Assert.AreEqual("octo-1", Text(result, "printer"));
        JsonElement last = result.GetProperty("steps").EnumerateArray().Last();
        Assert.IsFalse(result.GetProperty("ok").GetBoolean(), "nothing listens there");
        Assert.AreEqual("connect_failed", Text(last, "error_code"), result.GetRawText());
    }

    [TestMethod]
    public void Test_OfADescribedPrinter_AddsNothing()
    {
        Asked asked = Begin("printers.test", """{"type":"octoprint","url":"http://127.0.0.1:1","api_key":"obviously-fake","timeout_seconds":5}""");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.IsFalse(asked.Result().GetProperty("ok").GetBoolean());
        Assert.DoesNotContain("obviously-fake", asked.Result().GetRawText());
        Assert.IsEmpty(Hub.Config.Printers);
        Fails(ErrorCode.UnknownPrinter, "printers.test", """{"id":"gone"}""");
        Fails(ErrorCode.ConfigInvalid, "printers.test", """{"type":"octoprint"}""");
        Fails(ErrorCode.BadRequest, "printers.test", """{"id":"gone","timeout_seconds":121}""");
    }

    [TestMethod]
    public void Submit_AfterTheHubStopped_IsRefused()
    {
        Hub.Requests.Dispose();
        Fails(ErrorCode.HubStopped, "health");
    }

    private static string Jobs(JsonElement page) => string.Join(" ", page.GetProperty("jobs").EnumerateArray().Select(j => Text(j, "job")));

    private static string Messages(JsonElement page) => string.Join("|", page.GetProperty("lines").EnumerateArray().Select(l => Text(l, "message")));
}
