using System;
using System.Diagnostics;
using Hub.Simulator.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

[TestClass]
public sealed class ForeignTextTests
{
    [TestMethod]
    [DataRow("Mk3 left", "Mk3 left")]
    [DataRow("Drucker Böse 🖨", "Drucker Böse 🖨")]
    [DataRow("a\u001b[31mb\nc\u0007", "a?[31mb?c?")]
    [DataRow("a\u202Egpj.b\u200B\uE000", "a?gpj.b??")]
    [DataRow("  ", null)]
    [DataRow(null, null)]
    public void Shown_Foreign_OneHarmlessLine(string? text, string? expected) => Assert.AreEqual(expected, ForeignText.Shown(text));

    [TestMethod]
    public void Shown_Long_IsCut()
    {
        Assert.AreEqual(63, ForeignText.Shown(new string('x', 5000))!.Length);
    }

    [TestMethod]
    [DataRow("voron", "voron")]
    [DataRow("Mk3 left", "\"Mk3 left\"")]
    [DataRow("Bob's", "\"Bob's\"")]
    [DataRow("Böse", "\"Böse\"")]
    [DataRow("$(reboot)`id`", "\"(reboot)id\"")]
    [DataRow("a\"; rm -rf ~ #", "\"a rm -rf  #\"")]
    [DataRow("%PATH%!x!\\", "PATHx")]
    [DataRow("--insecure", "insecure")]
    [DataRow("@file", "file")]
    [DataRow("“x”‘y’", "xy")]
    [DataRow("$;|&<>*?~^{}[]\\\"`!%=", null)]
    [DataRow("\u001b]0;title\u0007", "0title")]
    public void Pasted_Foreign_OnlyWhatEveryShellLeavesAlone(string text, string? expected) => Assert.AreEqual(expected, ForeignText.Pasted(text));

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Pasted_EveryAsciiCharacter_ShellTakesItAsOneWord()
    {
        string all = "";
        for (char c = ' '; c < 0x7F; c++)
        {
            all += c;
        }

        for (int start = 0; start < all.Length; start += 20)
        {
            string word = ForeignText.Pasted(string.Concat("x", all.AsSpan(start, Math.Min(20, all.Length - start))))!;
            ProcessStartInfo shell = new("/bin/sh", ["-c", "printf '%s|' " + word]) { RedirectStandardOutput = true };
            using Process process = Process.Start(shell)!;
            string seen = process.StandardOutput.ReadToEnd();
            process.WaitForExit();

            Assert.AreEqual(word.Trim('"') + "|", seen);
        }
    }
}
