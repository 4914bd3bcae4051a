using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;
using Spectre.Console;

namespace Hub.Tests.Cli;

/// <summary>The table of a farm: 20 and 200 printers in the terminals that people have.</summary>
[TestClass]
public sealed class FleetTableTests
{
    [TestMethod]
    [DataRow(20, 24, 80)]
    [DataRow(20, 24, 120)]
    [DataRow(20, 50, 80)]
    [DataRow(200, 24, 80)]
    [DataRow(200, 24, 120)]
    [DataRow(200, 50, 80)]
    [DataRow(200, 50, 120)]
    public void Render_Fleet_FitsAndHidesNoProblemBehindOthers(int printers, int lines, int columns)
    {
        PrinterSnapshot[] fleet = Farm(printers, problems: 5);
        StatusTable table = StatusTable.Of(fleet, [new TransferRow("p-3", new string('n', 200) + ".gcode", 45, "10.0 MiB", "1.0 MiB/s", "5s")]).Fit(columns, true, lines);

        string[] text = Text(table, columns);

        Assert.IsLessThanOrEqualTo(lines, text.Length, string.Join('\n', text));
        Assert.IsLessThanOrEqualTo(columns, text.Max(line => line.Length));
        StringAssert.StartsWith(text[0], $"{printers} printers: 5 offline, ");
        StringAssert.Contains(string.Join('\n', text), "p-3 ⇡ ███░░░░░  45% of 10.0 MiB, 1.0 MiB/s, 5s left: nnn");
        Assert.AreEqual(5, table.Rows.Take(5).Count(row => row.State == PrinterState.Offline));
        int shown = table.Rows.Count;
        Assert.AreEqual(shown == printers ? "" : $"… and {printers - shown} more", table.More);
    }

    [TestMethod]
    public void Render_MoreProblemsThanLines_AreCounted()
    {
        StatusTable table = StatusTable.Of(Farm(200, problems: 60), []).Fit(120, true, 24);

        string[] text = Text(table, 120);

        Assert.HasCount(24, text);
        Assert.IsTrue(table.Rows.All(row => row.NeedsPerson));
        Assert.AreEqual("… and 179 more (39 offline)", table.More);
    }

    [TestMethod]
    public void Render_ManyUploads_SomeStayAndTheRestIsCounted()
    {
        TransferRow[] uploads = [.. Enumerable.Range(1, 30).Select(i => new TransferRow($"p-{i}", "box.gcode", 1, "1.0 MiB", "", ""))];
        StatusTable table = StatusTable.Of(Farm(20, problems: 1), uploads).Fit(120, true, 24);

        Assert.HasCount(4, table.Transfers);
        Assert.AreEqual("… and 3 more, and 26 more uploads", table.More);
        Assert.HasCount(24, Text(table, 120));
    }

    [TestMethod]
    [DataRow(76, "p-1 and 18 more")]
    [DataRow(80, "p-1, p-2 and 17 more")]
    [DataRow(110, "p-1, p-2, p-3 and 16 more")]
    public void Render_FarmOfflineInANarrowTerminal_SharesOneLineAndShowsEveryPrinter(int columns, string names)
    {
        PrinterSnapshot[] farm = Unreachable(20, PrinterState.Idle);
        farm[19].Status.ErrorMessage = "the nozzle is too hot";

        StatusTable table = StatusTable.Of(farm, []).Fit(columns - 3, true, 24);
        string[] text = Text(table, columns - 3);

        Assert.HasCount(20, table.Rows);
        Assert.HasCount(24, text, string.Join('\n', text));
        Assert.AreEqual("20 printers: 20 not answering", text[0]);
        StringAssert.StartsWith(text[2], "p-1     idle?");
        Assert.AreEqual(names + ": nobody listens (connection refused); is it switched on?", text[22]);
        Assert.AreEqual("p-20: the nozzle is too hot", text[23]);
    }

    [TestMethod]
    public void Render_ThreeWithTheSameMessage_EachKeepsItsOwn()
    {
        string[] text = Text(StatusTable.Of(Unreachable(3, PrinterState.Offline), []), 80);

        Assert.AreEqual("p-2: nobody listens at 10.0.0.2:80 (connection refused); is it switched on?", text[6]);
    }

    [TestMethod]
    [DataRow("nobody listens at 10.0.0.9:80 (refused)", "nobody listens (refused)")]
    [DataRow("10.0.0.9 broke the connection", "its server broke the connection")]
    [DataRow("wrong key: 'printers edit p-1 --api-key KEY'", "wrong key: 'printers edit PRINTER --api-key KEY'")]
    [DataRow("no answer from 10.0.0.90; p-11 has it", "no answer from 10.0.0.90; p-11 has it")]
    public void Common_Message_IsWithoutIdAndAddress(string message, string expected)
    {
        PrinterConfig printer = new() { Id = "p-1", Name = "p-1", Url = "http://10.0.0.9/octo" };

        Assert.AreEqual(expected, StatusRow.Of(printer, new PrinterStatus { ErrorMessage = message }, false).Common);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Render_HardlyAnyLines_DoesNotFail(int lines)
    {
        StatusTable table = StatusTable.Of(Farm(20, problems: 3), []).Fit(80, true, lines);

        Assert.IsLessThanOrEqualTo(Math.Max(lines, 2), Text(table, 80).Length);
    }

    [TestMethod]
    public void Render_Summary_SaysWhatEndsNext()
    {
        PrinterSnapshot[] fleet = Farm(3, problems: 0);
        fleet[1].Status.RemainingTimeSeconds = 725;
        fleet[1].Status.Job = "box.gcode";

        Assert.AreEqual("3 printers: 3 printing · next: p-2 in 12 min (box.gcode)", Text(StatusTable.Of(fleet, []), 80)[0]);
    }

    [TestMethod]
    public void Fit_HiddenPrinterChanges_IsTheSame()
    {
        PrinterSnapshot[] fleet = Farm(200, problems: 0);
        StatusTable before = StatusTable.Of(fleet, []).Fit(80, true, 24);
        fleet[199].Status.Nozzle = 99;
        Assert.IsTrue(StatusTable.Of(fleet, []).Fit(80, true, 24).IsSameAs(before));
        fleet[0].Status.Nozzle = 99;
        Assert.IsFalse(StatusTable.Of(fleet, []).Fit(80, true, 24).IsSameAs(before));
    }

    [TestMethod]
    public void Look_UploadGoesOn_ShowsRateAndTimeLeft()
    {
        Transfer transfer = NewTransfer(10 * 1024 * 1024);
        PrinterSnapshot[] fleet = [new(new PrinterConfig { Id = "a" }, LinkState.Online) { HasFirstAnswer = true, LastTransfer = transfer }];
        TransferRates rates = new();

        Assert.AreEqual(new TransferRow("a", "box.gcode", 0, "10.0 MiB", "", ""), rates.Sample(fleet, 0).Single());
        ((IUploadProgress)transfer).Report(2 * 1024 * 1024, 10 * 1024 * 1024);
        Assert.AreEqual(new TransferRow("a", "box.gcode", 20, "10.0 MiB", "1.0 MiB/s", "8s"), rates.Sample(fleet, 2000).Single());

        // Stalled: the rate falls to nothing within the window, and no time is promised.
        rates.Sample(fleet, 4000);
        Assert.AreEqual(new TransferRow("a", "box.gcode", 20, "10.0 MiB", "0.0 KiB/s", ""), rates.Sample(fleet, 8000).Single());
        transfer.Cancel();
        Assert.IsEmpty(rates.Sample(fleet, 9000));
    }

    [TestMethod]
    public void StateLines_Upload_BeginAndEndAreTold()
    {
        using StringWriter output = new();
        StateLines lines = new(output);
        Transfer transfer = NewTransfer(2048);
        PrinterSnapshot[] fleet = [new(new PrinterConfig { Id = "a" }, LinkState.Online) { HasFirstAnswer = true, LastTransfer = transfer }];

        lines.Show(fleet);
        lines.Show(fleet);
        transfer.Cancel();
        lines.Show(fleet);
        lines.Show(fleet);

        // One that began and ended between two looks is told as well.
        Transfer quick = NewTransfer(1024);
        quick.Cancel();
        lines.Show([new(new PrinterConfig { Id = "a" }, LinkState.Online) { HasFirstAnswer = true, LastTransfer = quick }]);

        string[] written = [.. output.ToString().TrimEnd().Split('\n').Select(line => line.Trim()[9..])];
        CollectionAssert.AreEqual(
            new[]
            {
                "a uploading box.gcode (2.0 KiB)",
                "a upload of box.gcode failed: the upload was cancelled before it began",
                "a uploading box.gcode (1.0 KiB)",
                "a upload of box.gcode failed: the upload was cancelled before it began",
            },
            written);
    }

    [TestMethod]
    public void StatusJson_Summary_StandsBesideThePrinters()
    {
        using StringWriter output = new();
        PrinterSnapshot[] fleet = Farm(4, problems: 1);
        fleet[2].Status.RemainingTimeSeconds = 90;
        StatusDocument.Write(output, fleet);

        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.AreEqual(4, document.RootElement.GetProperty("printers").GetArrayLength());
        Assert.AreEqual("p-1", document.RootElement.GetProperty("printers")[0].GetProperty("id").GetString());
        Assert.AreEqual(
            """{"total":4,"disabled":0,"not_answering":0,"beds_to_clear":0,"states":{"offline":1,"printing":3},"need_person":["p-4"],"next":{"id":"p-3","remaining_time_seconds":90}}""",
            document.RootElement.GetProperty("summary").GetRawText());
    }

    [TestMethod]
    [DataRow("short", 24)]
    [DataRow("16:50:29 error octo: refused: OctoPrint refuses the API key (403): it is wrong, revoked or lacks the right", 40)]
    [DataRow("a-word-that-is-longer-than-the-terminal-is-wide", 20)]
    [DataRow("印刷は終わりました 印刷は終わりました", 11)]
    public void Padded_LogLine_CoversWholeRowsAndLosesNothing(string line, int width)
    {
        string[] rows = HubView.Padded(line, width).Split('\n');

        foreach (string row in rows)
        {
            Assert.AreEqual(width, row.GetCellWidth(), row);
        }

        Assert.AreEqual(line.Replace(" ", ""), string.Concat(rows).Replace(" ", ""));
    }

    /// <summary>All print; the last ones in the configuration are offline.</summary>
    private static PrinterSnapshot[] Farm(int count, int problems)
    {
        List<PrinterSnapshot> farm = [];
        for (int i = 1; i <= count; i++)
        {
            PrinterSnapshot printer = new(new PrinterConfig { Id = $"p-{i}", Name = $"p-{i}" }, LinkState.Online);
            printer.Status.State = i > count - problems ? PrinterState.Offline : PrinterState.Printing;
            printer.Status.ErrorMessage = i > count - problems ? "no answer from 192.168.1.20: is it switched on?" : null;
            printer.Status.Nozzle = 215;
            farm.Add(printer);
        }

        return [.. farm];
    }

    private static PrinterSnapshot[] Unreachable(int count, PrinterState state) =>
    [
        .. Enumerable.Range(1, count).Select(i =>
        {
            PrinterSnapshot printer = new(new PrinterConfig { Id = $"p-{i}", Name = $"p-{i}", Url = $"http://10.0.0.{i}" }, LinkState.Degraded);
            printer.Status.State = state;
            printer.Status.ErrorMessage = $"nobody listens at 10.0.0.{i}:80 (connection refused); is it switched on?";
            return printer;
        }),
    ];

    private static Transfer NewTransfer(long size) => new("box.gcode", Mock.Of<IUploadSource>(source => source.Length == size));

    private static string[] Text(StatusTable table, int width)
    {
        using StringWriter output = new();
        VerbConsole console = new(output, TextWriter.Null, TextReader.Null);
        console.Ansi.Profile.Width = 500;
        console.Ansi.Write(table.Render(width, true));
        return [.. output.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }
}
