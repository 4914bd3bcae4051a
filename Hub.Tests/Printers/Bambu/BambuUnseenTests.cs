using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Tests.ConnectionTest;
using Hub.Tests.Hal;
using Hub.Tests.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>A Bambu printer on a machine that sees no certificates, as the board: only the CA and the serial check it.</summary>
[TestClass]
public sealed class BambuUnseenTests : BambuVirtualBase
{
    private const int TimeoutMs = 30_000;

    private NoCertificatesHal _blind = null!;

    [TestMethod]
    [DataRow("pin")]
    [DataRow("pin and ca")]
    [DataRow("nothing")]
    public async Task Connect_TrustThatNeedsTheCertificate_IsRefusedBeforeADial(string trust)
    {
        Log.Expect("not tried again");
        await StartAsync(trust);
        PrinterStatus status = WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal");
        Assert.Contains("'printers export --for-board'", status.ErrorMessage!);
        HubException upload = UploadError("a.gcode.3mf");
        Assert.AreEqual(ErrorCode.TlsUntrusted, upload.Code);
        Assert.Contains("'printers export --for-board'", upload.Message);
        Assert.DoesNotContain("--trust-new", upload.Message);
        Assert.AreEqual(0, _blind.Dials);
    }

    [TestMethod]
    [DataRow("ca", true)]
    [DataRow("insecure", false)]
    public async Task Connect_CaOrNoCheck_Works(string trust, bool isVerified)
    {
        await StartAsync(trust);
        Assert.AreEqual(isVerified, WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
        Assert.IsNull(new TrustStore(Hal.Nvs, Hal.Hash).Find(Config.Serial!), "nothing was seen");
    }

    [TestMethod]
    public async Task Connect_CaAndAnotherSerial_IsUntrustedAndOffersNothing()
    {
        Log.Expect("not tried again");
        await StartAsync("ca", serial: "01P00A999999999");
        Assert.DoesNotContain("--trust-new", WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal").ErrorMessage!);
        Assert.AreEqual(0, Printer.ClientCount);
    }

    [TestMethod]
    [DataRow("nothing", "address connect tls", "'printers export --for-board'")]
    [DataRow("ca", "address connect tls login status files", "TLS; checked, and trusted")]
    public async Task Test_Printer_TlsStepSaysIt(string trust, string steps, string expected)
    {
        Log.Expect("not tried again");
        await StartAsync(trust);
        Manager.Deregister(Config.Id);
        using FarmHub hub = new(_blind, new ManagerTestBase.LogLines(), LogLevel.Debug);
        PrinterTestTests.Steps done = new();
        hub.Test(Config, TimeoutMs, done, StopToken);
        Assert.AreEqual(steps, done.Codes, done.ToString());
        Assert.Contains(expected, done.Done[2].Message);
    }

    private Task StartAsync(string trust, string? serial = null) => StartAsync(
        change: c =>
        {
            c.Serial = serial ?? c.Serial;
            c.Tls = trust switch
            {
                "pin" => c.Tls,
                "pin and ca" => new TlsOptions { PinSha256 = c.Tls!.PinSha256, CaPem = Printer.CaPem },
                "ca" => new TlsOptions { CaPem = Printer.CaPem },
                "insecure" => new TlsOptions { Insecure = true },
                _ => null,
            };
        },
        wrap: hal => _blind = new NoCertificatesHal(hal));
}
