using System.Linq;
using System.Text.Json;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Hub.Tests.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Requests;

/// <summary>Requests over the tunnel: each request_id is executed and answered once.</summary>
[TestClass]
public sealed class TunnelRequestTests : TunnelTestBase
{
    [TestMethod]
    public void Request_IsAnsweredWithItsResult()
    {
        Begin("requests");
        AddPrinter("octo-1");
        JsonElement answer = Ask("r1", "printers.list", "{}");
        Assert.AreEqual("octo-1", FakeCloud.Text(answer.GetProperty("result").GetProperty("printers")[0], "id"));
        Assert.IsFalse(answer.TryGetProperty("error", out _));
    }

    [TestMethod]
    public void Request_ThatFails_HasACodeAndAMessage()
    {
        Begin("requests");
        JsonElement error = Ask("r1", "printers.remove", """{"id":"gone"}""").GetProperty("error");
        Assert.AreEqual("unknown_printer", FakeCloud.Text(error, "code"));
        Assert.Contains("gone", FakeCloud.Text(error, "message")!);
        Assert.AreEqual("bad_request", FakeCloud.Text(Ask("r2", "fly", "{}").GetProperty("error"), "code"));
        Assert.AreEqual("bad_request", FakeCloud.Text(Ask("r3", "history", "[]").GetProperty("error"), "code"));
        Cloud.Send("""{"type":"request","request_id":"r4"}""");
        Assert.AreEqual("bad_request", FakeCloud.Text(Answer("r4").GetProperty("error"), "code"));
    }

    [TestMethod]
    public void RepeatedId_GetsTheSameAnswerAndIsNotExecutedAgain()
    {
        Begin("requests");
        string first = Ask("r1", "printers.add", """{"type":"octoprint","url":"http://127.0.0.1:1"}""").GetRawText();
        Send("r1", "printers.add", """{"type":"octoprint","url":"http://127.0.0.1:1"}""");
        Patience.Until(() => Answers("r1").Length == 2, "the second answer");
        Assert.AreEqual(first, Answers("r1")[1].GetRawText());
        Assert.HasCount(1, Hub.Config.Printers);
    }

    [TestMethod]
    public void RepeatedId_WhoseAnswerIsForgotten_IsADuplicate()
    {
        Begin("requests");
        Ask("r1", "printers.add", """{"type":"octoprint","url":"http://127.0.0.1:1"}""");
        for (int i = 0; i < 16; i++)
        {
            Ask("other-" + i, "health", "{}");
        }

        Send("r1", "printers.add", """{"type":"octoprint","url":"http://127.0.0.1:1"}""");
        Patience.Until(() => Answers("r1").Length == 2, "the second answer");
        Assert.AreEqual("duplicate", FakeCloud.Text(Answers("r1")[1].GetProperty("error"), "code"));
        Assert.HasCount(1, Hub.Config.Printers);
    }

    [TestMethod]
    public void RepeatedId_WhileTheFirstRuns_IsAnsweredOnce()
    {
        Begin("requests");
        AddPrinter("octo-1");
        Status("octo-1", "idle");
        Client("octo-1").Status.Job = "a.gcode";
        Client("octo-1").State = PrinterState.Printing;
        PassSlowly(() => Cloud.StatusOf("octo-1") is { } status && FakeCloud.Text(status, "status") == "printing", "the state");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        const string Pause = """{"printer":"octo-1","action":"pause"}""";
        Send("r1", "printer.command", Pause);
        Patience.Until(() => Client("octo-1").Count("pause") == 1, "the command");
        Send("r1", "printer.command", Pause);
        Ask("r2", "health", "{}");
        Assert.IsEmpty(Answers("r1"));
        Client("octo-1").State = PrinterState.Paused;
        PassSlowly(() => Answers("r1").Length > 0, "the answer");
        Assert.AreEqual("paused", FakeCloud.Text(Answers("r1")[0].GetProperty("result"), "state"));
        Ask("r3", "health", "{}");
        Assert.HasCount(1, Answers("r1"));
        Assert.AreEqual(1, Client("octo-1").Count("pause"));
    }

    [TestMethod]
    public void Answer_ThatCouldNotBeSent_ComesAfterTheReconnect()
    {
        Begin("requests");
        AddPrinter("octo-1");
        Status("octo-1", "idle");
        Client("octo-1").Status.Job = "a.gcode";
        Client("octo-1").State = PrinterState.Printing;
        PassSlowly(() => Cloud.StatusOf("octo-1") is { } status && FakeCloud.Text(status, "status") == "printing", "the state");
        Client("octo-1").AfterCommand = [PrinterState.Printing];
        Send("r1", "printer.command", """{"printer":"octo-1","action":"pause"}""");
        Patience.Until(() => Client("octo-1").Count("pause") == 1, "the command");
        Cloud.RefuseWith = 503;
        Cloud.Drop();
        Client("octo-1").State = PrinterState.Paused;
        PassSlowly(() => Hub.Snapshot("octo-1")!.Status.State == PrinterState.Paused, "the pause");
        Cloud.RefuseWith = 0;
        Reconnected(2);
        Assert.AreEqual("paused", FakeCloud.Text(Answer("r1").GetProperty("result"), "state"));
    }

    [TestMethod]
    public void Request_OfACloudThatDoesNotNameThem_IsNotAnswered()
    {
        Begin("job_event");
        Send("r1", "factory_reset", """{"confirm":true}""");
        Cloud.Ask("c1", "{\"type\":\"hub_config\",\"command_id\":\"c1\"}");
        Assert.IsEmpty(Answers("r1"));
        Assert.IsTrue(Lines.Has("does not name requests"), Lines.ToString());
    }

    [TestMethod]
    public void Health_IsSentAfterTheWelcomeAndEveryMinute()
    {
        Begin("hub_health");
        Patience.Until(() => Cloud.Of("hub_health").Length == 1, "the first report");
        JsonElement health = Cloud.Of("hub_health")[0];
        Assert.AreEqual("online", FakeCloud.Text(health.GetProperty("cloud"), "phase"));
        Assert.IsTrue(health.TryGetProperty("memory", out _));
        long sinceMs = Clock.NowMs;
        PassSlowly(() => Cloud.Of("hub_health").Length == 3, "two more");
        Assert.IsGreaterThanOrEqualTo(120_000, Clock.NowMs - sinceMs);
        Assert.IsLessThan(130_000, Clock.NowMs - sinceMs);
    }

    private void Begin(params string[] capabilities)
    {
        Cloud.Capabilities = capabilities;
        Start();
    }

    private void Send(string id, string method, string values) =>
        Cloud.Send($"{{\"type\":\"request\",\"request_id\":\"{id}\",\"method\":\"{method}\",\"params\":{values}}}");

    private JsonElement Ask(string id, string method, string values)
    {
        Send(id, method, values);
        return Answer(id);
    }

    private JsonElement Answer(string id)
    {
        Patience.Until(() => Answers(id).Length > 0, "the answer of " + id, Lines.ToString);
        return Answers(id)[0];
    }

    private JsonElement[] Answers(string id) => [.. Cloud.Of("response").Where(m => FakeCloud.Text(m, "request_id") == id)];
}
