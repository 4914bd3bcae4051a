using System;
using System.Linq;
using System.Text.Json.Nodes;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Provisioning;

/// <summary>The login with the pairing code and the requests after it, as docs/provisioning.md says.</summary>
[TestClass]
public sealed class RequestChannelTests : ProvisionerTestBase
{
    private const string Printer = """{"type":"octoprint","url":"http://127.0.0.1:1","api_key":"FAKE-KEY-0123456789"}""";

    [TestMethod]
    [DataRow(23)]
    [DataRow(185)]
    [DataRow(515)]
    public void Login_RightCode_EverythingIsSealedAndAnswered(int mtu)
    {
        Central.Connect(mtu);
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"]);
        Assert.AreEqual("octo-1", (string?)Central.Ask("r1", "printers.add", Printer)["printer"]);
        JsonNode printer = Central.Ask("r2", "printers.list", """{"status":true}""")["printers"]![0]!;
        Assert.AreEqual("***", (string?)printer["api_key"], "secrets are not read");
        Assert.IsNotNull(printer["status"]);
        Assert.AreEqual("joined", (string?)Central.Ask("r3", "wifi.join", """{"ssid":"farm","password":"FAKE-PASSWORD"}""")["result"]);
        Assert.AreEqual("farm", Hub.Config.Wifi!.Ssid);
        Assert.AreEqual("connected", (string?)Central.Next(m => (string?)m["type"] == "wifi" && (string?)m["state"] == "connected")["state"]);
        Assert.AreEqual(5, (int?)Central.Ask("r4", "pairing.get")["tries_left"]);
        Assert.AreEqual("auth_rejected", Central.Fails("r5", "wifi.join", """{"ssid":"farm","password":"wrong-password"}"""));
        Patience.Until(() => Wifi.State == WifiState.Connected, "the old network");
    }

    [TestMethod]
    public void Code_IsMadeOnceAndShownInGroups()
    {
        string code = Code;
        Assert.MatchesRegex("^[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}$", code);
        Restart();
        Assert.AreEqual(code, Code);
        Assert.DoesNotContain(code, Lines.ToString(), "the cloud can read the log");
        Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), Lines.ToString());
    }

    [TestMethod]
    public void WrongCodes_LockUntilTheButton()
    {
        for (int left = 4; left >= 0; left--)
        {
            Central.Connect();
            JsonNode answer = Central.LogIn("AAAA-BBBB-CCCC")["error"]!;
            Assert.AreEqual("wrong_code " + left, (string?)answer["code"] + " " + (int?)answer["tries_left"]);
            Central.Disconnect();
        }

        Central.Connect();
        Assert.AreEqual("pairing_locked", (string?)Central.LogIn(Code)["error"]!["code"]);
        Press();
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"]);
    }

    [TestMethod]
    public void Locked_RestartUnlocks()
    {
        Central.Connect();
        for (int i = 0; i < 5; i++)
        {
            Central.LogIn("AAAA-BBBB-CCCC");
        }

        Restart();
        Central.Connect();
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"]);
    }

    [TestMethod]
    public void BeforeALogin_NothingIsAnswered()
    {
        Central.Connect();
        Central.SendPlain(new JsonObject { ["type"] = "request", ["request_id"] = "r1", ["method"] = "factory_reset", ["params"] = new JsonObject { ["confirm"] = true } });
        Assert.AreEqual("login_needed", ErrorCode());
        Central.SendBytes(new byte[84], 1);
        Assert.AreEqual("login_needed", ErrorCode());
        Central.SendPlain(new JsonObject { ["type"] = "login", ["proof"] = Convert.ToBase64String(new byte[32]) });
        Assert.AreEqual("bad_message", ErrorCode(), "a login without a hello");
        Central.SendPlain(new JsonObject { ["type"] = "hello", ["version"] = 1, ["nonce"] = "!" });
        Assert.AreEqual("bad_message", ErrorCode());
        Central.SendPlain(JsonValue.Create("text"));
        Assert.AreEqual("bad_message", ErrorCode());
        Central.SendPlain(new JsonObject { ["type"] = "hello", ["version"] = 2, ["nonce"] = Convert.ToBase64String(new byte[16]) });
        Assert.AreEqual("bad_message", ErrorCode());
    }

    [TestMethod]
    public void SealedMessage_ChangedOrRepeated_EndsTheLogin()
    {
        Central.Connect();
        Central.LogIn(Code);
        byte[] message = Central.Sealed(Request("r1", "health"));
        message[^1] ^= 1;
        Central.SendBytes(message, 1);
        Assert.AreEqual("login_needed", ErrorCode());
        Central.Send("r2", "health");
        Assert.AreEqual("login_needed", ErrorCode(), "the login is over");

        Central.LogIn(Code);
        byte[] good = Central.Sealed(Request("r3", "health"));
        Central.SendBytes(good, 1);
        Central.Response("r3");
        Central.SendBytes(good, 1);
        Assert.AreEqual("login_needed", ErrorCode(), "replayed");
    }

    [TestMethod]
    public void NextConnection_HasNoLogin()
    {
        Central.Connect();
        Central.LogIn(Code);
        byte[] sealedRequest = Central.Sealed(Request("r1", "health"));
        Central.Disconnect();
        Central.Connect();
        Central.SendBytes(sealedRequest, 1);
        Assert.AreEqual("login_needed", ErrorCode());
    }

    [TestMethod]
    public void RepeatedRequest_IsCarriedOutOnce()
    {
        Central.Connect();
        Central.LogIn(Code);
        Central.Ask("r1", "printers.add", Printer);
        Central.Disconnect();
        Central.Connect();
        Central.LogIn(Code);
        Assert.AreEqual("octo-1", (string?)Central.Ask("r1", "printers.add", Printer)["printer"]);
        Assert.HasCount(1, Hub.Config.Printers);
    }

    [TestMethod]
    public void RequestThatRuns_IsRepeatedAfterALoss_AnswerComesOnce()
    {
        Wifi.Gate.Reset();
        Central.Connect();
        Central.LogIn(Code);
        Central.Send("r1", "wifi.join", """{"ssid":"farm","password":"FAKE-PASSWORD"}""");
        Patience.Until(() => Wifi.State == WifiState.Connecting, "the join");
        Central.Disconnect();
        Central.Connect();
        Central.LogIn(Code);
        Central.Send("r1", "wifi.join", """{"ssid":"farm","password":"FAKE-PASSWORD"}""");
        Wifi.Gate.Set();
        Assert.AreEqual("joined", (string?)Central.Response("r1")["result"]!["result"]);
        Assert.HasCount(1, Wifi.Joins);
    }

    [TestMethod]
    public void TooManyAtOnce_AreRefusedWithAReason()
    {
        Wifi.Gate.Reset();
        Central.Connect();
        Central.LogIn(Code);
        for (int i = 0; i < 4; i++)
        {
            Central.Send("s" + i, "wifi.scan");
        }

        Assert.AreEqual("queue_full", Central.Fails("s4", "wifi.scan"));
        Wifi.Gate.Set();
        Central.Next(m => (string?)m["type"] == "response");
        Assert.IsNotNull(Central.Ask("s5", "wifi.scan")["networks"], "there is room again");
    }

    [TestMethod]
    public void LongMessage_IsRefusedAndTheNextIsTaken()
    {
        Central.Connect();
        Central.LogIn(Code);
        byte[][] chunks = Central.Chunks(Central.Sealed(Request("r1", "printers.add", """{"name":" """ + new string('x', 9000) + "\"}")), 1);
        Assert.IsFalse(Central.Write(TestCentral.Requests, chunks[0]));
        Assert.AreEqual("too_large", ErrorCode());
        Assert.IsNotNull(Central.Ask("r2", "health"));
    }

    [TestMethod]
    public void ChunksInAnyOrder_WithDisconnectsBetween()
    {
        Central.Connect(23);
        Central.LogIn(Code);
        byte[][] chunks = Central.Chunks(Central.Sealed(Request("r1", "health")), 1);
        foreach (byte[] chunk in chunks.Reverse())
        {
            Assert.IsTrue(Central.Write(TestCentral.Requests, chunk));
        }

        Assert.IsNotNull(Central.Response("r1")["result"]);

        byte[][] cut = Central.Chunks(Central.Sealed(Request("r2", "health")), 1);
        Central.Write(TestCentral.Requests, cut[0]);
        Central.Disconnect();
        Central.Connect(23);
        Assert.AreEqual("login", (string?)Central.LogIn(Code)["type"], "what was left of the message is in nobody's way");
    }

    [TestMethod]
    public void RadioWithoutRoom_AnswerComesWhole()
    {
        Central.Connect(23);
        Central.LogIn(Code);
        Ble.Full = 30;
        Assert.IsNotNull(Central.Ask("r1", "health")["memory"]);
    }

    [TestMethod]
    public void Test_StepsComeBeforeTheAnswer()
    {
        Central.Connect();
        Central.LogIn(Code);
        Central.Send("r1", "printers.test", """{"type":"octoprint","url":"http://127.0.0.1:1","api_key":"FAKE-KEY-0123456789","timeout_seconds":5}""");
        JsonNode step = Central.Next(m => (string?)m["type"] == "step");
        Assert.AreEqual("r1", (string?)step["request_id"]);
        JsonNode result = Central.Response("r1")["result"]!;
        Assert.IsFalse((bool?)result["ok"]);
        Assert.AreEqual((string?)result["steps"]![0]!["message"], (string?)step["message"]);
    }

    [TestMethod]
    public void Login_OutlivesTheWindowWhileItIsUsed()
    {
        Provisioned();
        Central.Connect();
        Central.LogIn(Code);
        Pass(TimeSpan.FromMinutes(9));
        Central.Ask("r1", "health");
        Pass(TimeSpan.FromMinutes(9));
        Central.Ask("r2", "health");
        Assert.AreEqual(0, Ble.Disconnects);
        Pass(TimeSpan.FromMinutes(10));
        Patience.Until(() => Ble.Disconnects == 1, "the end of a login that nobody used");
    }

    private static JsonObject Request(string id, string method, string values = "{}") =>
        new() { ["type"] = "request", ["request_id"] = id, ["method"] = method, ["params"] = JsonNode.Parse(values) };

    private string? ErrorCode() => (string?)Central.Next(m => (string?)m["type"] == "error")["error"]!["code"];
}
