using System;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>Which certificates the hub accepts, and what it says about the others.</summary>
[TestClass]
public sealed class BambuTrustTests : BambuVirtualBase
{
    [TestMethod]
    public async Task Connect_CertificateChanged_IsRefusedUntilItIsAccepted()
    {
        Log.Expect("not tried again");
        await StartAsync(change: c => c.Tls = null);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };
        HubException error = UploadError("a.gcode.3mf");
        Assert.AreEqual(ErrorCode.TlsUntrusted, error.Code);
        Assert.Contains("--trust-new", error.Message);
        Assert.AreEqual(-1, OnCard("a.gcode.3mf"));

        Manager.Deregister(Config.Id);
        Manager.Register(Config);
        PrinterStatus status = WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal");
        Assert.IsFalse(status.IsConnected);
        Assert.Contains("--trust-new", status.ErrorMessage!);

        Manager.Deregister(Config.Id);
        new TrustStore(Hal.Nvs, Hal.Hash).Forget(Config.Serial!);
        Manager.Register(Config);
        Assert.IsTrue(WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
    }

    [TestMethod]
    public async Task Forget_WhileTheClientLives_NextConnectTrustsWhatItSees()
    {
        Log.Expect("not tried again");
        await StartAsync(change: c => c.Tls = null);
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed", Broker = "drop" };
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };
        WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal");

        // What 'printers edit ID --trust-new' does in a running hub.
        new TrustStore(Hal.Nvs, Hal.Hash).Forget(Config.Serial!);
        Manager.Retry(Config.Id);

        Assert.IsTrue(WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
        Assert.IsNotNull(new TrustStore(Hal.Nvs, Hal.Hash).Find(Config.Serial!), "the new one is remembered");
    }

    [TestMethod]
    public async Task CheckFiles_AnotherSessionMetThePrinter_TakesItsCertificate()
    {
        await StartAsync(change: c => c.Tls = null);
        WaitFor(PrinterState.Idle);
        using BambuClient second = new(Hal, Config);
        second.CheckFiles(StopToken);
    }

    [TestMethod]
    [DataRow("expired", "expired")]
    [DataRow("otherName", "name")]
    public async Task Connect_CertificateOfTheAuthorityDoesNotFit_SaysWhyAndOffersNothing(string fault, string word)
    {
        Log.Expect("not tried again");
        await StartAsync(change: c =>
        {
            c.Tls = new TlsOptions { CaPem = Printer.CaPem };
            Printer.Faults = new VirtualBambuFaults { Certificate = fault };
        });
        PrinterStatus status = WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal");
        Assert.IsFalse(status.IsConnected);
        Assert.Contains(word, status.ErrorMessage!);
        Assert.DoesNotContain("--trust-new", status.ErrorMessage!);
        Assert.AreEqual(0, Printer.ClientCount);
    }

    [TestMethod]
    public async Task Connect_CertificateOfTheAuthority_IsVerifiedForFilesToo()
    {
        await StartAsync(change: c => c.Tls = new TlsOptions { CaPem = Printer.CaPem });
        Assert.IsTrue(WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
    }

    [TestMethod]
    public async Task Connect_Insecure_IsVisible()
    {
        await StartAsync(change: c => c.Tls = new TlsOptions { Insecure = true });
        Assert.IsFalse(WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connect_WrongSerial_SaysSo(bool isDropped)
    {
        await StartAsync(
            change: c =>
            {
                c.Serial = "01P00A999999999";
                Printer.Faults = new VirtualBambuFaults { DropAtWrongTopic = isDropped };
            },
            clockSpeed: 8);
        PrinterStatus status = WaitFor(s => s.ErrorMessage != null && s.ErrorMessage.Contains("01P00A999999999", StringComparison.Ordinal), "error");
        Assert.Contains("access code", status.ErrorMessage!);
    }
}
