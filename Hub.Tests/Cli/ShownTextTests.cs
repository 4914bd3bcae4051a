using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Hub.Tests.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>What printers name, say and measure, as it reaches a terminal, a log and JSON: nothing that steers or hides, no secrets, no nonsense.</summary>
[TestClass]
public sealed class ShownTextTests : ManagerTestBase
{
    private const string Key = "Fake+Key/7788 =";

    /// <summary>Controls, directions, what cannot be seen, tags, and half a character.</summary>
    private static readonly string s_evil = "a\u001b[2Jb\nFAKE\r\u009b31m\u202egpj.exe\u2066x\u200bz\u200fq\u2028\ufeff\u00ad\U000e0041\U000e007f\ud83dend";

    [TestMethod]
    public void OneLineOf_EvilText_HoldsNothingUnfit()
    {
        string shown = OneLine.Of(s_evil);

        Assert.IsFalse(IsUnfit(shown), Escaped(shown));
        StringAssert.Contains(shown, "gpj.exe");
        StringAssert.EndsWith(shown, "end");
    }

    [TestMethod]
    [DataRow("Benchy \u00fc\u4e2d\u0645 \ud83d\ude00.gcode")]
    [DataRow("plain")]
    public void OneLineOf_NamesOfAllLanguages_StayTheSameObject(string text) => Assert.AreSame(text, OneLine.Of(text));

    [TestMethod]
    public void OneLineOf_LongText_IsNotCutWithinACharacter()
    {
        string shown = OneLine.Of(new string('a', 399) + "\ud83d\ude00" + new string('b', 50));
        Assert.AreEqual(new string('a', 399) + "...", shown);
    }

    [TestMethod]
    public void CleanWriter_EvilText_OnlyLineBreaksAndTheTablesEscapesPass()
    {
        using StringWriter plain = new();
        using StringWriter table = new();
        new CleanWriter(plain, false).Write(s_evil.Replace("\ud83d", "", StringComparison.Ordinal));
        new CleanWriter(table, true).Write("\u001b[31mred\u001b[0m\u202e");

        Assert.IsFalse(IsUnfit(plain.ToString().Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal)), Escaped(plain.ToString()));
        Assert.AreEqual("\u001b[31mred\u001b[0m?", table.ToString());
    }

    [TestMethod]
    public void JsonOutput_EvilText_IsEscapedAndMeansTheSame()
    {
        using StringWriter output = new();
        string text = "a\u202eb\u200b\U000e0041\u009b\u2028\ufeff\u00e9";

        JsonOutput.Write(output, writer => writer.WriteStringValue(text));

        string json = output.ToString().TrimEnd();
        Assert.IsFalse(IsUnfit(json), json);
        StringAssert.Contains(json, "\u00e9");
        Assert.AreEqual(text, JsonDocument.Parse(json).RootElement.GetString());
    }

    [TestMethod]
    public void TextCell_EvilText_IsFit() => Assert.IsFalse(IsUnfit(new TextCell(s_evil.Replace("\ud83d", "", StringComparison.Ordinal)).Text));

    [TestMethod]
    public void Status_EvilJobAndMessage_AreFitInJsonTableAndLines()
    {
        Client.Status.Job = s_evil;
        Client.Status.ErrorMessage = s_evil;
        RegisterOnline(PrinterState.Printing);
        using StringWriter json = new();
        using StringWriter lines = new();

        StatusDocument.Write(json, Manager.Snapshot());
        new StateLines(lines).Show(Manager.Snapshot());

        Assert.IsFalse(IsUnfit(json.ToString().TrimEnd()), Escaped(json.ToString()));
        Assert.IsFalse(IsUnfit(lines.ToString().TrimEnd()), Escaped(lines.ToString()));
    }

    [TestMethod]
    [DataRow(Key)]
    [DataRow("Fake%2BKey%2F7788%20%3D")]
    [DataRow("fake%2bkey%2f7788%20%3d")]
    public void Status_ServerEchoesTheKey_IsMaskedInJobMessageAndLog(string echo)
    {
        Log.Mask(new Secret(Key));
        Client.Status.Job = echo + ".gcode";
        Client.Status.ErrorMessage = "bad key " + echo;
        RegisterOnline(PrinterState.Printing);

        Assert.AreEqual("***.gcode", Status().Job);
        Assert.AreEqual("bad key ***", Status().ErrorMessage);
        Log.Info("octo-1", "said " + echo);
        Assert.IsFalse(Lines.Any(l => l.Contains(echo, StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Masked_BasicLogin_IsNotShownEither()
    {
        Log.Mask("maker", new Secret("fake-password"));

        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("maker:fake-password"));

        Assert.AreEqual("you sent Basic *** and ***", Log.Masked("you sent Basic " + basic + " and fake-password"));
    }

    [TestMethod]
    public void Masked_TextWasCutWithinTheSecret_ItsBeginningGoesToo()
    {
        Log.Mask(new Secret("fake-key-12345678"));
        string message = new HubException(ErrorCode.BadResponse, new string('x', 390) + "fake-key-12345678").Message;

        Assert.AreEqual(new string('x', 390) + "***...", Log.Masked(message));
        Assert.AreEqual("the fak...", Log.Masked("the fak..."), "three letters are no secret");
    }

    [TestMethod]
    public void Status_ValuesThatNoPrinterMeans_AreUnknown()
    {
        Client.Status.Nozzle = 9999;
        Client.Status.Bed = -9999;
        Client.Status.RemainingTimeSeconds = int.MaxValue - 1;
        Client.Status.CurrentLayer = 9;
        Client.Status.TotalLayers = 3;
        Client.Status.ProgressPercentage = 5;
        RegisterOnline(PrinterState.Printing);
        using StringWriter json = new();

        StatusDocument.Write(json, Manager.Snapshot());

        StringAssert.Contains(json.ToString(), "\"progress_percentage\":5");
        foreach (string nonsense in (string[])["9999", "2147483646", "layer"])
        {
            Assert.DoesNotContain(nonsense, json.ToString());
        }
    }

    private static bool IsUnfit(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (OneLine.IsUnfit(text[i]) || text[i] == '\uDB40' || (char.IsHighSurrogate(text[i]) && (i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))))
            {
                return true;
            }
        }

        return false;
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
