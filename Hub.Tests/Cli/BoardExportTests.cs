using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Manager;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>printers export --for-board: the CA goes with the printer, or the reason why a board cannot check it.</summary>
[TestClass]
public sealed class BoardExportTests
{
    private CliTestBed _bed = null!;
    private Fleet _fleet = null!;

    private VirtualBambu Printer => (VirtualBambu)_fleet.Printers[0];

    [TestInitialize]
    public async Task Start()
    {
        _bed = new CliTestBed();
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuFirstNumber = ClassSerials.Of(this) });
        Assert.AreEqual(0, await _bed.RunAsync(
            "printers", "add", "--id", "b", "--type", "bambu", "--host", "127.0.0.1", "--mqtt-port", $"{Printer.MqttPort}",
            "--ftps-port", $"{Printer.FtpsPort}", "--serial", Printer.Serial, "--access-code", Printer.AccessCode), _bed.Error);
    }

    [TestCleanup]
    public async Task Stop()
    {
        await _fleet.DisposeAsync();
        _bed.Dispose();
    }

    [TestMethod]
    public async Task Export_TrustedOnFirstUse_BringsTheCaThatWorksOnAnotherHub()
    {
        Assert.AreEqual(0, await _bed.RunAsync("printers", "test", "b"), _bed.Out + _bed.Error);
        Assert.AreEqual(0, await _bed.RunAsync("printers", "export", "--for-board", "--with-secrets"), _bed.Error);
        JsonElement tls = Entry(_bed.Out).GetProperty("tls");
        Assert.AreEqual(Printer.CaPem.Trim(), tls.GetProperty("ca").GetString()!.Trim());
        Assert.IsFalse(tls.TryGetProperty("pin", out _));
        Assert.AreEqual(0, Printer.ClientCount, "nobody logged in");

        using CliTestBed other = new();
        await File.WriteAllTextAsync(other.PathOf("p.json"), _bed.Out);
        Assert.AreEqual(0, await other.RunAsync("printers", "import", other.PathOf("p.json")), other.Error);
        Assert.AreEqual(0, await other.RunAsync("printers", "test", "b"), other.Out + other.Error);
        StringAssert.Contains(other.Out, "checked, and trusted");

        Assert.AreEqual(0, await _bed.RunAsync("printers", "export"), _bed.Error);
        Assert.IsFalse(Entry(_bed.Out).TryGetProperty("tls", out _), "a plain export is the document as it is");
    }

    [TestMethod]
    public async Task Export_Pinned_ThePinIsReplaced()
    {
        Assert.AreEqual(0, await _bed.RunAsync("printers", "edit", "b", "--pin", Printer.ToConfig().Tls!.PinSha256!), _bed.Error);
        Assert.AreEqual(0, await _bed.RunAsync("printers", "export", "--for-board"), _bed.Error);
        Assert.AreEqual("ca", Single(Entry(_bed.Out).GetProperty("tls")));
        StringAssert.Contains(_bed.Out, "\"access_code\": \"***\"");
    }

    [TestMethod]
    public async Task Export_WhatABoardCannotCheck_IsSaidAndTheRestIsWritten()
    {
        await AssertProblem("b: a board cannot check this printer: no certificate of it is trusted yet: let this hub connect to it first ('run'), or give its CA with 'printers edit b --ca FILE'");
        await _bed.RunAsync("printers", "edit", "b", "--pin", Printer.ToConfig().Tls!.PinSha256!);
        Printer.Faults = new VirtualBambuFaults { Certificate = "alone" };
        await AssertProblem("b: a board cannot check this printer: it shows its certificate without the CA: give the CA with 'printers edit b --ca FILE'");
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };
        await AssertProblem("b: a board cannot check this printer: it shows another certificate than the trusted one; if you know why, accept it with 'printers edit b --trust-new'");

        await File.WriteAllTextAsync(_bed.PathOf("ca.pem"), Printer.CaPem);
        await _bed.RunAsync("printers", "edit", "b", "--pin", "", "--ca", _bed.PathOf("ca.pem"));
        Assert.AreEqual(0, await _bed.RunAsync("printers", "export", "--for-board"), _bed.Error);
    }

    [TestMethod]
    public async Task Export_FromAHubWithTheBoardsLimits_SaysWhereToExport()
    {
        await _bed.RunAsync("printers", "edit", "b", "--pin", Printer.ToConfig().Tls!.PinSha256!);
        using HubSession session = new(_bed.Folder, new TestLog(), LogLevel.Info, DesktopHalOptions.OfBoard());
        BoardExport export = new(session, CancellationToken.None);
        Assert.Contains("\"id\":\"b\"", Encoding.UTF8.GetString(export.Write(false)));
        Assert.Contains("export from a hub without --board-limits", export.Problems.Single());
    }

    [TestMethod]
    public async Task Export_AnotherSerial_TheCaDoesNotCheckIt()
    {
        Printer.Faults = new VirtualBambuFaults { Certificate = "otherName" };
        string pin = BambuCertificates.PinOf(Printer.Certificate);
        await _bed.RunAsync("printers", "edit", "b", "--pin", pin);
        await AssertProblem("the CA that it shows does not check its certificate by the serial (");
    }

    [TestMethod]
    [DataRow("https://h", "--insecure", null)]
    [DataRow("http://h", null, null)]
    [DataRow("https://h", null, "it has no certificate authorities of its own: give the CA with 'printers edit octo-1 --ca FILE'")]
    [DataRow("https://h", "--pin", "it compares no pins: give the CA with 'printers edit octo-1 --ca FILE'")]
    public async Task Export_HttpPrinters_NeedACaForHttps(string url, string? flag, string? problem)
    {
        await _bed.RunAsync("printers", "remove", "b");
        string[] trust = flag == null ? [] : flag == "--pin" ? [flag, new string('a', 64)] : [flag];
        Assert.AreEqual(0, await _bed.RunAsync(["printers", "add", "--type", "octoprint", "--url", url, "--no-key", .. trust]), _bed.Error);
        if (problem == null)
        {
            Assert.AreEqual(0, await _bed.RunAsync("printers", "export", "--for-board"), _bed.Error);
            return;
        }

        await AssertProblem("octo-1: a board cannot check this printer: " + problem);
    }

    [TestMethod]
    public void Renew_MachineWithoutCertificates_IsNotSupported()
    {
        using HubSession session = new(_bed.Folder, new ManagerTestBase.LogLines(), LogLevel.Error);
        ScriptedSockets blind = new() { ShowsCertificates = false };
        TrustStore trust = new(session.Hub.Hal.Nvs, session.Hub.Hal.Hash);
        StringAssert.Contains(HubErrors.Fails(ErrorCode.NotSupported, () => PrinterTrust.Renew(session.Config, trust, blind, "b", [])).Message, "'ca' under 'tls'");
    }

    private async Task AssertProblem(string line)
    {
        Assert.AreEqual(ExitCodes.Failed, await _bed.RunAsync("printers", "export", "--for-board"), _bed.Out);
        StringAssert.Contains(_bed.Error, line);
        Assert.IsGreaterThan(0, JsonDocument.Parse(_bed.Out).RootElement.GetProperty("printers").GetArrayLength());
    }

    private static JsonElement Entry(string document) => JsonDocument.Parse(document).RootElement.GetProperty("printers")[0];

    private static string Single(JsonElement tls)
    {
        string names = "";
        foreach (JsonProperty member in tls.EnumerateObject())
        {
            names += member.Name;
        }

        return names;
    }
}
