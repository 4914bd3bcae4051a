using System.Linq;
using System.Text.Json;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Tunnel;

/// <summary>The cloud's commands: one ack each, when the outcome is known, and the same one for a repeated id.</summary>
[TestClass]
public sealed class CloudCommandTests : TunnelTestBase
{
    [TestMethod]
    [DataRow("pause", PrinterState.Printing, PrinterState.Paused, "pause")]
    [DataRow("resume", PrinterState.Paused, PrinterState.Printing, "resume")]
    [DataRow("stop", PrinterState.Printing, PrinterState.Cancelled, "cancel")]
    public void PrinterCommand_ProvenByTheState_IsAcknowledged(string action, PrinterState before, PrinterState after, string call)
    {
        StartWith(before);
        Client("octo-1").AfterCommand = [before, after];
        Cloud.Send(Command("c1", action));
        Acked("c1");
        Assert.IsTrue(IsSuccess(Cloud.Acks("c1")[0]), Cloud.Acks("c1")[0].ToString());
        Assert.AreEqual(1, Client("octo-1").Count(call));
    }

    [TestMethod]
    public void PrinterCommand_NoJobToPause_FailsWithTheReason()
    {
        StartWith(PrinterState.Idle);
        JsonElement ack = Cloud.Ask("c1", Command("c1", "pause"));
        Assert.IsFalse(IsSuccess(ack));
        Assert.Contains("nothing to pause", FakeCloud.Text(ack, "error")!);
    }

    [TestMethod]
    public void PrinterCommand_NeverProven_FailsWithin25Seconds()
    {
        StartWith(PrinterState.Printing);
        Cloud.Send(Command("c1", "pause"));
        Patience.Until(() => Client("octo-1").Count("pause") == 1, "the command");
        Clock.PassThrough(20_000);
        Assert.IsEmpty(Cloud.Acks("c1"));
        Clock.PassThrough(5_000);
        Patience.Until(() => Cloud.Acks("c1").Length > 0, "the ack");
        Assert.IsFalse(IsSuccess(Cloud.Acks("c1")[0]));
    }

    [TestMethod]
    public void Light_OnAndOff_IsAcknowledgedWhenAccepted()
    {
        StartWith(PrinterState.Idle);
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Command("c1", "light_on"))));
        Assert.IsTrue(IsSuccess(Cloud.Ask("c2", Command("c2", "light_off"))));
    }

    [TestMethod]
    public void ClearBed_IsDoneAtOnce_AndRefusedWhileAJobRuns()
    {
        StartWith(PrinterState.Idle);
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Command("c1", "clear_bed"))));
    }

    [TestMethod]
    public void RepeatedId_GetsTheSameAnswerAndIsNotExecutedAgain()
    {
        StartWith(PrinterState.Printing);
        Client("octo-1").AfterCommand = [PrinterState.Paused];
        Cloud.Send(Command("c1", "pause"));
        Acked("c1");

        JsonElement again = Cloud.Ask("c1", Command("c1", "pause"));
        Assert.IsTrue(IsSuccess(again));
        JsonElement refused = Cloud.Ask("c2", "{\"type\":\"make_coffee\",\"command_id\":\"c2\"}");
        JsonElement refusedAgain = Cloud.Ask("c2", "{\"type\":\"hub_config\",\"command_id\":\"c2\"}");
        Assert.AreEqual(refused.ToString(), refusedAgain.ToString());
        Assert.AreEqual(1, Client("octo-1").Count("pause"));
    }

    [TestMethod]
    public void RepeatedId_WhileItRuns_IsAcknowledgedOnce()
    {
        StartWith(PrinterState.Printing);
        Cloud.Send(Command("c1", "pause"));
        Cloud.Send(Command("c1", "pause"));
        Acked("c1");
        Cloud.Ask("c2", "{\"type\":\"hub_config\",\"command_id\":\"c2\"}");
        Assert.HasCount(1, Cloud.Acks("c1"));
        Assert.AreEqual(1, Client("octo-1").Count("pause"));
    }

    [TestMethod]
    public void RepeatedId_AfterARestart_GetsTheSameAnswer()
    {
        StartWith(PrinterState.Printing);
        Client("octo-1").AfterCommand = [PrinterState.Paused];
        Cloud.Send(Command("c1", "pause"));
        Acked("c1");

        Restart();
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", Command("c1", "pause"))));
        Assert.AreEqual(0, Client("octo-1").Count("pause"));
    }

    [TestMethod]
    public void Running_WhenTheHubIsKilled_IsAnsweredByTheNextHub()
    {
        Cloud.Capabilities = ["job_event"];
        new CommandBook(Hal.Nvs, new TestLog().Log, 16).Begin("c1", out bool isNew);
        Assert.IsTrue(isNew);
        StartWith(PrinterState.Idle);
        Acked("c1");
        Assert.AreEqual(CommandBook.RestartedError, FakeCloud.Text(Cloud.Acks("c1")[0], "error"));
        Restart();
        Assert.IsTrue(IsSuccess(Cloud.Ask("c2", Command("c2", "clear_bed"))));
        Assert.HasCount(1, Cloud.Acks("c1"));
    }

    [TestMethod]
    public void Ack_ConnectionLostBeforeIt_IsSentAfterTheReconnect()
    {
        StartWith(PrinterState.Printing);
        Client("octo-1").AfterCommand = [PrinterState.Printing, PrinterState.Paused];
        Cloud.Send(Command("c1", "pause"));
        Patience.Until(() => Client("octo-1").Count("pause") == 1, "the command");
        Cloud.Drop();
        Reconnected(2);
        Acked("c1");
        Assert.IsTrue(IsSuccess(Cloud.Acks("c1")[0]));
    }

    [TestMethod]
    public void UnknownPrinter_AndWrongValues_FailWithTheKey()
    {
        StartWith(PrinterState.Idle);
        AssertError("c1", "{\"type\":\"printer_command\",\"command_id\":\"c1\",\"printer_id\":\"nobody\",\"action\":\"pause\"}", "nobody");
        AssertError("c2", "{\"type\":\"printer_command\",\"command_id\":\"c2\",\"action\":\"pause\"}", "printer_id");
        AssertError("c3", "{\"type\":\"printer_command\",\"command_id\":\"c3\",\"printer_id\":7,\"action\":\"pause\"}", "printer_id must be text");
        AssertError("c4", Command("c4", "explode"), "action must be");
        AssertError("c5", "{\"type\":\"hub_command\",\"command_id\":\"c5\",\"action\":\"explode\"}", "action must be");
    }

    [TestMethod]
    public void Gpio_OnlyAllowedPins()
    {
        StartWith(PrinterState.Idle);
        Gpio.Setup(g => g.IsAllowed(4)).Returns(true);
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", "{\"type\":\"hub_command\",\"command_id\":\"c1\",\"action\":\"gpio_set\",\"gpio_pin\":4,\"gpio_state\":true}")));
        AssertError("c2", "{\"type\":\"hub_command\",\"command_id\":\"c2\",\"action\":\"gpio_set\",\"gpio_pin\":5,\"gpio_state\":true}", "not a free output");
        AssertError("c3", "{\"type\":\"hub_command\",\"command_id\":\"c3\",\"action\":\"gpio_set\",\"gpio_pin\":4294967300,\"gpio_state\":true}", "not a free output");
        AssertError("c4", "{\"type\":\"hub_command\",\"command_id\":\"c4\",\"action\":\"gpio_set\",\"gpio_pin\":4}", "gpio_state");
        Gpio.Verify(g => g.Write(4, true), Times.Once);
        Gpio.Verify(g => g.Write(It.IsAny<int>(), It.IsAny<bool>()), Times.Once);
    }

    [TestMethod]
    public void Disconnect_IsAcknowledged_AndLastsUntilARestart()
    {
        StartWith(PrinterState.Idle);
        Assert.IsTrue(IsSuccess(Cloud.Ask("c1", "{\"type\":\"hub_command\",\"command_id\":\"c1\",\"action\":\"disconnect\"}")));
        Patience.Until(() => Hub.Cloud!.State.Phase == TunnelPhase.Resting, "the end");
        Clock.PassThrough(5 * 60 * 1000);
        Assert.AreEqual(1, Cloud.Connections);
        Restart();
        Assert.AreEqual(2, Cloud.Connections);
    }

    private void StartWith(PrinterState state)
    {
        AddPrinter("octo-1");
        Start();
        Status("octo-1", "idle");
        Client("octo-1").State = state;
        Client("octo-1").Status.Job = PrinterStates.HasJob(state) ? "a.gcode" : null;
        string word = CloudStatus.Word(new PrinterStatus { State = state });
        PassSlowly(() => FakeCloud.Text(Cloud.StatusOf("octo-1")!.Value, "status") == word, word);
        Clock.Settle();
    }

    private void AssertError(string id, string json, string expected)
    {
        JsonElement ack = Cloud.Ask(id, json);
        Assert.IsFalse(IsSuccess(ack));
        Assert.Contains(expected, FakeCloud.Text(ack, "error")!);
    }

    private static bool IsSuccess(JsonElement ack) => ack.GetProperty("success").GetBoolean();

    private static string Command(string id, string action) =>
        $"{{\"type\":\"printer_command\",\"command_id\":\"{id}\",\"printer_id\":\"octo-1\",\"action\":\"{action}\"}}";
}
