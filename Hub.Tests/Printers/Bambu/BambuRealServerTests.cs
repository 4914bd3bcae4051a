using System;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Tests.Ftp;
using Hub.Tests.Hal;
using Hub.Tests.Mqtt;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>
/// The whole client through the manager against servers that others wrote: a real mosquitto and a real FTP server, both with
/// one certificate whose name is the serial, and session reuse demanded.
/// </summary>
public abstract class BambuRealServerTests
{
    private const int FileBytes = 3_000_001;
    private const string FileName = "part of a test.gcode.3mf";

    private static int s_count;

    private readonly string _serial = "01P00FAKE" + Environment.ProcessId.ToString("D3")[^3..] + Interlocked.Increment(ref s_count).ToString("D3");
    private readonly TestCertificates _ca = new();
    private readonly TestLog _log = new();
    private ManagerOnSockets _hub;
    private X509Certificate2 _leaf = null!;
    private MosquittoBroker? _broker;
    private FtpServer? _files;
    private MosquittoPrinter? _printer;

    protected BambuRealServerTests()
    {
        _hub = new ManagerOnSockets(_log);
    }

    private protected abstract FtpServer StartFiles(FtpServerOptions options);

    [TestCleanup]
    public void Stop()
    {
        _hub.Manager.Dispose();
        _printer?.Dispose();
        _files?.Dispose();
        _broker?.Dispose();
        _leaf?.Dispose();
        _hub.Dispose();
    }

    [TestMethod]
    [DataRow("ca")]
    [DataRow("pin")]
    [DataRow("first use")]
    public async Task Print_StatusUploadStart_WorkWithEachTrust(string trust)
    {
        await Start(c => c.Tls = trust switch
        {
            "ca" => new TlsOptions { CaPem = _ca.CaPem },
            "pin" => new TlsOptions { PinSha256 = TestCertificates.PinOf(_leaf).ToLowerInvariant() },
            _ => null,
        });
        PrinterStatus status = WaitFor(s => s.State == PrinterState.Idle, "idle");
        Assert.IsTrue(status.TlsVerified);
        Assert.AreEqual(219.9, status.Nozzle, 0.1);
        await _printer!.ReportAsync("\"nozzle_temper\":101.5");
        Assert.AreEqual(54.9, WaitFor(s => s.Nozzle == 101.5, "partial report").Bed, 0.1, "what did not change stays");

        RandomSource source = new(FileBytes);
        Transfer transfer = _hub.Upload("b", new Transfer(FileName, source));
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        Assert.IsTrue(source.IsEqualTo(File.ReadAllBytes(_files!.StoredInRoot(FileName))), "stored byte for byte");

        PrinterCommand start = _hub.Ask("b", PrinterVerb.Start, c =>
        {
            c.StoredPath = transfer.StoredPath;
            c.Options = new StartOptions { Plate = 2 };
        });
        Assert.IsNull(start.Error, start.Error?.Message);
        Assert.AreEqual(PrinterState.Preparing, _hub.Status("b").State);
        await _printer.ReportAsync("\"gcode_state\":\"RUNNING\",\"stg_cur\":0,\"mc_percent\":3");
        WaitFor(s => s.State == PrinterState.Printing && s.ProgressPercentage == 3, "printing");
        Assert.HasCount(1, _printer.Starts, "a start is sent once");
        Assert.IsTrue(_printer.Starts.TryPeek(out JsonObject? sent));
        Assert.AreEqual("file:///sdcard/" + FileName, sent["url"]!.GetValue<string>());
        Assert.AreEqual("Metadata/plate_2.gcode", sent["param"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task Connect_WrongCode_IsAuthRejected()
    {
        _log.Expect("not tried again");
        await Start(c => c.AccessCode = new Secret("WRONGCODE"));
        PrinterStatus status = WaitFor(s => s.ErrorCode != null, "refusal");
        Assert.AreEqual("auth_rejected", status.ErrorCode);
        Assert.DoesNotContain("WRONGCODE", status.ErrorMessage!);
    }

    [TestMethod]
    public async Task Connect_WrongSerial_IsSilentWithAPinAndUntrustedWithTheCa()
    {
        _log.Expect("not tried again");
        await Start(c => c.Serial = "01P00A999999999");
        Assert.AreEqual("tls_untrusted", WaitFor(s => s.ErrorCode != null, "refusal").ErrorCode);
        Register(c =>
        {
            c.Serial = "01P00A999999999";
            c.Tls = new TlsOptions { PinSha256 = TestCertificates.PinOf(_leaf).ToLowerInvariant() };
        });
        Assert.Contains("01P00A999999999", WaitFor(s => s.ErrorCode == "timeout", "silence").ErrorMessage!);
    }

    [TestMethod]
    public async Task Connect_CertificateChanged_IsRefusedUntilItIsAccepted()
    {
        _log.Expect("not tried again");
        await Start(c => c.Tls = null);
        WaitFor(s => s.State == PrinterState.Idle, "idle");
        _hub.Manager.Deregister("b");
        _broker!.Dispose();
        _printer!.Dispose();
        using X509Certificate2 other = _ca.Leaf(_serial);
        await StartBroker(other);
        Register(c => c.Tls = null);
        Assert.Contains("--trust-new", WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal").ErrorMessage!);
        new TrustStore(_hub.Hal.Nvs, _hub.Hal.Hash).Forget(_serial);
        Register(c => c.Tls = null);
        Assert.IsTrue(WaitFor(s => s.State == PrinterState.Idle, "idle").TlsVerified);

        // The file server shows the old one still.
        Transfer transfer = _hub.Upload("b", new Transfer(FileName, new RandomSource(1000)));
        Assert.AreEqual(ErrorCode.TlsUntrusted, transfer.Error!.Code, transfer.Error.Message);
    }

    [TestMethod]
    public async Task Upload_MachineWithoutReuse_IsTriedOnceWhereItIsDemanded()
    {
        await Start(_ => { }, new FtpServerOptions { Certificate = _ca.Leaf(_serial), IsPrinter = true }, reuses: false);
        WaitFor(s => s.State == PrinterState.Idle, "idle");
        HubException tried = _hub.Upload("b", new Transfer(FileName, new RandomSource(FileBytes))).Error!;
        Assert.AreEqual(ErrorCode.TlsSessionRequired, tried.Code, tried.Message);
        Assert.DoesNotContain("cannot offer", tried.Message, "the server's own answer");
        Assert.IsFalse(File.Exists(_files!.StoredInRoot(FileName)), "a part of the file is left");

        HubException refused = _hub.Upload("b", new Transfer(FileName, new RandomSource(FileBytes))).Error!;
        Assert.AreEqual(ErrorCode.TlsSessionRequired, refused.Code, refused.Message);
        Assert.Contains("cannot offer", refused.Message, "it is not tried again");
        Assert.Contains("laptop", refused.Message);
    }

    [TestMethod]
    public async Task Upload_MachineWithoutReuse_WorksWhereItIsNotDemanded()
    {
        await Start(_ => { }, new FtpServerOptions { Certificate = _ca.Leaf(_serial), IsPrinter = true, RequiresSessionReuse = false }, reuses: false);
        WaitFor(s => s.State == PrinterState.Idle, "idle");
        RandomSource source = new(FileBytes);
        Transfer transfer = _hub.Upload("b", new Transfer(FileName, source));
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        Assert.IsTrue(source.IsEqualTo(File.ReadAllBytes(_files!.StoredInRoot(FileName))), "stored byte for byte");
    }

    private Task Start(Action<PrinterConfig> change) => Start(change, new FtpServerOptions { Certificate = _ca.Leaf(_serial), IsPrinter = true }, reuses: true);

    private async Task Start(Action<PrinterConfig> change, FtpServerOptions options, bool reuses)
    {
        _leaf = options.Certificate!;
        await StartBroker(_leaf);
        _files = StartFiles(options);
        if (!reuses)
        {
            _hub.Dispose();
            _hub = new ManagerOnSockets(_log, wrap: hal => new NoReuseHal(hal));
        }

        Register(change);
    }

    private async Task StartBroker(X509Certificate2 leaf)
    {
        _broker = MosquittoBroker.Start(leaf, _ca.CaPem, FtpServer.Password);
        _printer = await MosquittoPrinter.StartAsync(_broker.TlsPort, _serial, FtpServer.Password);
    }

    private void Register(Action<PrinterConfig> change)
    {
        PrinterConfig config = new()
        {
            Id = "b",
            Name = "b",
            Type = PrinterTypes.Bambu,
            Host = "127.0.0.1",
            MqttPort = _broker!.TlsPort,
            FtpsPort = _files!.Port,
            Serial = _serial,
            AccessCode = new Secret(FtpServer.Password),
            Tls = new TlsOptions { CaPem = _ca.CaPem },
        };
        change(config);
        _hub.Manager.Deregister("b");
        _hub.Manager.Register(config);
    }

    private PrinterStatus WaitFor(Predicate<PrinterStatus> isMet, string what) => _hub.WaitFor("b", isMet, what);
}

[TestClass]
public sealed class BambuMosquittoVsftpdTests : BambuRealServerTests
{
    private protected override FtpServer StartFiles(FtpServerOptions options) => new Vsftpd(options);
}

[TestClass]
public sealed class BambuMosquittoProFtpdTests : BambuRealServerTests
{
    private protected override FtpServer StartFiles(FtpServerOptions options) => new ProFtpd(options);
}
