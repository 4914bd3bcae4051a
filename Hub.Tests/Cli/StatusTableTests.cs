using System;
using System.IO;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class StatusTableTests
{
    private static readonly PrinterStatus s_printing = new()
    {
        IsConnected = true, State = PrinterState.Printing, Job = "a-rather-long-name-of-a-part-for-the-left-door_0.2mm_PETG.gcode",
        ProgressPercentage = 45.6, RemainingTimeSeconds = 5025, Nozzle = 214.8, NozzleTarget = 215, Bed = 60.1, BedTarget = 60,
    };

    private static readonly PrinterStatus s_offline = new()
    {
        State = PrinterState.Offline, ErrorCode = "auth_rejected", ErrorMessage = "wrong API key (403): set it with 'printers edit octo-2 --api-key KEY'",
    };

    [TestMethod]
    [DataRow(60)]
    [DataRow(80)]
    [DataRow(100)]
    [DataRow(120)]
    [DataRow(200)]
    public void Render_AnyWidth_NoRowIsTooLong(int width)
    {
        string text = Render(width, true, Row("octo-1", "Left by the window", s_printing), Row("octo-2", "octo-2", s_offline));

        string[] rows = [.. text.Split('\n').Where(l => !l.StartsWith("octo-2: ", StringComparison.Ordinal))];
        Assert.IsLessThanOrEqualTo(width, rows.Max(l => l.Length), text);
        StringAssert.Contains(text, "45%");
        StringAssert.Contains(text, "215/215");
        StringAssert.Contains(text, "1h23m");
    }

    [TestMethod]
    public void Render_EightyColumns_LooksAsItShould()
    {
        string text = Render(80, true, Row("octo-1", "Left", s_printing), Row("octo-2", "octo-2", s_offline), Row("octo-3", "octo-3", new PrinterStatus { State = PrinterState.Idle, Nozzle = 21.4, Bed = 20.6, NozzleTarget = 0 }));

        string[] expected =
        [
            "PRINTER NAME STATE    JOB                      PROGRESS      LEFT  NOZZLE  BED",
            "octo-1  Left printing a-rather-long-name-of-a… ███░░░░░  45% 1h23m 215/215 60/60",
            "octo-2       offline",
            "octo-3       idle                                                  21      21",
            "octo-2: wrong API key (403): set it with 'printers edit octo-2 --api-key KEY'",
        ];
        string[] lines = [.. text.TrimEnd().Split('\n').Select(l => l.TrimEnd())];
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', lines));
    }

    [TestMethod]
    public void Render_WideTerminal_MessageHasAColumn()
    {
        string text = Render(160, true, Row("octo-2", "octo-2", s_offline));

        StringAssert.Contains(text, "MESSAGE");
        Assert.HasCount(2, text.TrimEnd().Split('\n'));
    }

    [TestMethod]
    public void Render_MoreRowsThanLines_TroubleComesFirstAndTheRestIsCounted()
    {
        StatusRow[] rows = [.. Enumerable.Range(1, 41).Select(i => Row($"octo-{i}", $"octo-{i}", i > 30 && i % 2 == 0 ? s_offline : s_printing))];

        string[] lines = Render(new StatusTable(rows).Render(80, true, 7)).TrimEnd().Split('\n');

        Assert.HasCount(6, lines);
        StringAssert.StartsWith(lines[1], "octo-32 ");
        StringAssert.StartsWith(lines[2], "octo-34 ");
        StringAssert.StartsWith(lines[3], "octo-32: wrong API key");
        Assert.AreEqual("… and 39 more (3 offline)", lines[5]);
    }

    [TestMethod]
    public void Render_EnoughLines_IsTheWholeTable()
    {
        StatusTable table = new([Row("octo-1", "octo-1", s_printing), Row("octo-2", "octo-2", s_offline)]);

        Assert.AreEqual(Render(table.Render(80, true)), Render(table.Render(80, true, 4)));
        Assert.AreNotEqual(Render(table.Render(80, true)), Render(table.Render(80, true, 3)));
    }

    [TestMethod]
    public void Render_LongIdInANarrowTerminal_StaysWhole()
    {
        string text = Render(60, true, Row("workshop-by-the-window", "A name", s_printing));

        StringAssert.Contains(text, "workshop-by-the-window ");
        Assert.IsFalse(text.Contains("NAME", StringComparison.Ordinal), text);
        Assert.IsLessThanOrEqualTo(60, text.Split('\n').Max(l => l.Length), text);
    }

    [TestMethod]
    public void Render_NoUnicode_UsesAscii()
    {
        string text = Render(80, false, Row("octo-1", "Left", s_printing));

        Assert.IsTrue(text.All(char.IsAscii), text);
        StringAssert.Contains(text, "###.....  45%");
    }

    [TestMethod]
    public void Row_ForeignText_CannotSteerTheTerminal()
    {
        StatusRow row = Row("octo-1", "octo-1", new PrinterStatus { Job = "a\u001b[2Jb\n", ErrorMessage = "x\u0007y" });

        Assert.AreEqual("a [2Jb ", row.Job);
        Assert.AreEqual("x y", row.Message);
    }

    [TestMethod]
    public void Render_Filament_HasAColumnWhereThereIsWidth()
    {
        PrinterStatus status = new();
        status.Filaments.Add(0)!.Type = "PLA";
        Filament used = status.Filaments.Add(1)!;
        used.Type = "PETG\u001b";
        StringAssert.Contains(Render(120, true, Row("a", "a", status)), "PLA, PETG ");
        Assert.DoesNotContain("FILAMENT", Render(119, true, Row("a", "a", status)));

        used.IsActive = TriState.Yes;
        Assert.DoesNotContain("PLA", Render(120, true, Row("a", "a", status)), "those in use alone");
    }

    [TestMethod]
    public void Row_NothingKnown_IsEmptyAndNotZero()
    {
        StatusRow row = Row("octo-1", "octo-1", new PrinterStatus());

        Assert.AreEqual(new StatusRow("octo-1", "", PrinterState.Unknown, "", -1, "", "", "", ""), row);
    }

    [TestMethod]
    public void IsSameAs_ChangeBelowWhatIsShown_IsTheSame()
    {
        StatusTable before = new([Row("a", "a", new PrinterStatus { Nozzle = 20.1, RemainingTimeSeconds = 150 })]);

        Assert.IsTrue(new StatusTable([Row("a", "a", new PrinterStatus { Nozzle = 20.3, RemainingTimeSeconds = 121 })]).IsSameAs(before));
        Assert.IsFalse(new StatusTable([Row("a", "a", new PrinterStatus { Nozzle = 21.3, RemainingTimeSeconds = 121 })]).IsSameAs(before));
    }

    [TestMethod]
    public void StateLines_OnlyTemperatureChanges_SayNothing()
    {
        using StringWriter output = new();
        StateLines lines = new(output);
        PrinterConfig a = new() { Id = "a", Name = "a" };

        lines.Show([Snapshot(a, new PrinterStatus { State = PrinterState.Idle, Nozzle = 20 })]);
        lines.Show([Snapshot(a, new PrinterStatus { State = PrinterState.Idle, Nozzle = 90 })]);
        lines.Show([Snapshot(a, new PrinterStatus { State = PrinterState.Printing, Job = "x.gcode" })]);

        string[] written = output.ToString().TrimEnd().Split('\n');
        Assert.HasCount(2, written);
        StringAssert.EndsWith(written[0].TrimEnd(), " a idle");
        StringAssert.EndsWith(written[1].TrimEnd(), " a printing x.gcode");
    }

    [TestMethod]
    public void StateLines_UnknownForAMomentAfterAnEdit_IsSkipped()
    {
        using StringWriter output = new();
        StateLines lines = new(output);
        PrinterConfig a = new() { Id = "a", Name = "a" };

        lines.Show([Snapshot(a, new PrinterStatus { State = PrinterState.Idle })]);
        lines.Show([Snapshot(a, new PrinterStatus())]);
        lines.Show([Snapshot(a, new PrinterStatus { State = PrinterState.Idle })]);
        lines.Show([Snapshot(a, new PrinterStatus { ErrorMessage = "no answer" })]);

        string[] written = output.ToString().TrimEnd().Split('\n');
        Assert.HasCount(2, written);
        StringAssert.EndsWith(written[0].TrimEnd(), " a idle");
        StringAssert.EndsWith(written[1].TrimEnd(), " a unknown: no answer");
    }

    [TestMethod]
    [DataRow(null, null, "certificate not checked (--insecure)")]
    [DataRow(null, "too hot", "too hot; certificate not checked (--insecure)")]
    [DataRow("https://h", null, "certificate not checked (--insecure)")]
    [DataRow("http://h", null, "")]
    public void Of_InsecureByChoice_SaysSo(string? url, string? error, string expected)
    {
        PrinterConfig printer = new() { Id = "a", Name = "a", Url = url, Tls = new TlsOptions { Insecure = true } };
        Assert.AreEqual(expected, StatusRow.Of(Snapshot(printer, new PrinterStatus { ErrorMessage = error })).Message);
    }

    private static StatusRow Row(string id, string name, PrinterStatus status) =>
        StatusRow.Of(Snapshot(new PrinterConfig { Id = id, Name = name }, status));

    private static PrinterSnapshot Snapshot(PrinterConfig config, PrinterStatus status, Transfer? transfer = null)
    {
        PrinterSnapshot snapshot = new(config, LinkState.Online) { HasFirstAnswer = true, LastTransfer = transfer };
        snapshot.Status.CopyFrom(status);
        return snapshot;
    }

    private static string Render(int width, bool unicode, params StatusRow[] rows) => Render(new StatusTable(rows).Render(width, unicode));

    private static string Render(Spectre.Console.Paragraph table)
    {
        using StringWriter output = new();
        VerbConsole console = new(output, TextWriter.Null, TextReader.Null);
        console.Ansi.Write(table);
        return output.ToString();
    }
}
