using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Requests;

/// <summary>printer.command: answered when the outcome is known.</summary>
[TestClass]
public sealed class CommandRequestTests : RequestTestBase
{
    [TestMethod]
    [DataRow("pause", PrinterState.Printing, PrinterState.Paused, "paused")]
    [DataRow("resume", PrinterState.Paused, PrinterState.Printing, "printing")]
    [DataRow("cancel", PrinterState.Printing, PrinterState.Cancelled, "cancelled")]
    public void Command_ProvenByTheState_IsAnswered(string action, PrinterState before, PrinterState after, string shown)
    {
        StartWith(before);
        Client("octo-1").AfterCommand = [before, after];
        Asked asked = Begin("printer.command", $$"""{"printer":"octo-1","action":"{{action}}"}""");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.AreEqual("octo-1 " + action + " " + shown, Text(asked.Result(), "printer") + " " + Text(asked.Result(), "action") + " " + Text(asked.Result(), "state"));
        Assert.AreEqual(1, Client("octo-1").Count(action));
    }

    [TestMethod]
    [DataRow(""" "action":"light","on":true """)]
    [DataRow(""" "action":"light","on":false """)]
    [DataRow(""" "action":"speed","level":2 """)]
    [DataRow(""" "action":"estop" """)]
    [DataRow(""" "action":"gcode","lines":["M105","M114"] """)]
    [DataRow(""" "action":"clear_bed" """)]
    public void Command_ThatThePrinterAccepts_IsAnswered(string values)
    {
        StartWith(PrinterState.Idle);
        Asked asked = Begin("printer.command", "{\"printer\":\"octo-1\"," + values + "}");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.AreEqual("octo-1", Text(asked.Result(), "printer"));
    }

    [TestMethod]
    public void ClearError_OfAFaultyPrinter_IsAnswered()
    {
        StartWith(PrinterState.Error);
        Asked asked = Begin("printer.command", """{"printer":"octo-1","action":"clear_error"}""");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.AreEqual("clear_error", Text(asked.Result(), "action"));
    }

    [TestMethod]
    public void Command_Wrong_IsRefusedWithItsCode()
    {
        StartWith(PrinterState.Idle);
        Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1"}""");
        Fails(ErrorCode.BadRequest, "printer.command", """{"action":"pause"}""");
        StringAssert.Contains(Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1","action":"fly"}""").Message, "pause");
        Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1","action":"light"}""");
        Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1","action":"speed","level":9}""");
        Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1","action":"gcode","lines":"M105"}""");
        Fails(ErrorCode.Refused, "printer.command", """{"printer":"octo-1","action":"gcode","lines":[]}""");
        Fails(ErrorCode.BadRequest, "printer.command", """{"printer":"octo-1","action":"pause","timeout_seconds":0}""");
        Fails(ErrorCode.UnknownPrinter, "printer.command", """{"printer":"gone","action":"pause"}""");
        Fails(ErrorCode.UnknownPrinter, "printer.command", """{"printer":"gone","action":"clear_bed"}""");
        Asked asked = Begin("printer.command", """{"printer":"octo-1","action":"pause"}""");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.AreEqual(ErrorCode.WrongState, asked.Error().Code);
    }

    [TestMethod]
    public void Command_NeverProven_FailsWhenItsTimeIsOver()
    {
        StartWith(PrinterState.Printing);
        Asked asked = Begin("printer.command", """{"printer":"octo-1","action":"pause","timeout_seconds":3}""");
        Patience.Until(() => Client("octo-1").Count("pause") == 1, "the command");
        PassSlowly(() => asked.IsAnswered, "the answer");
        Assert.AreEqual(ErrorCode.Timeout, asked.Error().Code);
    }

    private void StartWith(PrinterState state)
    {
        AddPrinter("octo-1");
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Patience.Until(() => Hub.Snapshot("octo-1") is { HasFirstAnswer: true }, "the printer");
        Client("octo-1").State = state;
        Client("octo-1").Status.Job = state == PrinterState.Idle ? null : "a.gcode";
        PassSlowly(() => Hub.Snapshot("octo-1")!.Status.State == state, "the state");
    }
}
