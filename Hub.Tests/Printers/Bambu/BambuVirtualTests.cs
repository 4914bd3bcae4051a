using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The whole way through the manager, over real sockets and TLS, against the virtual printer of each family.</summary>
[TestClass]
public sealed class BambuVirtualTests
{
    private const int WaitMs = 15000;

    /// <summary>Heats 40 s and prints 30 minutes in 4.6 s.</summary>
    private const double Speed = 400;

    private readonly TestLog _log = new();
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private Fleet _fleet = null!;
    private PrinterManager _manager = null!;
    private PrinterConfig _config = null!;

    private VirtualBambu Printer => (VirtualBambu)_fleet.Printers[0];

    private async Task Start(string model, Action<PrinterConfig>? change = null)
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuModel = model, Speed = Speed });
        _manager = new PrinterManager(_hal, _log.Log, new PrinterClientFactory(_hal, _log.Log));
        _config = Printer.ToConfig();
        change?.Invoke(_config);
        _manager.Register(_config);
    }

    [TestCleanup]
    public async Task Stop()
    {
        _manager.Dispose();
        await _fleet.DisposeAsync();
        Assert.AreEqual(0, _hal.Sockets.OpenSockets, "open sockets");
        Assert.AreEqual(0, _hal.Buffers.Rented, "rented buffers");
        _log.AssertNoErrors();
        _hal.Dispose();
    }

    private PrinterStatus Status()
    {
        PrinterStatus status = new();
        Assert.IsTrue(_manager.TryGetStatus(_config.Id, status));
        return status;
    }

    private PrinterStatus WaitFor(PrinterState state) => WaitFor(s => s.State == state, PrinterStates.Name(state));

    private PrinterStatus WaitFor(Predicate<PrinterStatus> isMet, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        PrinterStatus status = Status();
        while (!isMet(status))
        {
            Assert.IsLessThan(WaitMs, watch.ElapsedMilliseconds, $"no {what}: {PrinterStates.Name(status.State)} {status.ErrorCode} {status.ErrorMessage}\n{_log}");
            Thread.Sleep(20);
            status = Status();
        }

        return status;
    }

    private PrinterCommand Ask(PrinterVerb verb, Action<PrinterCommand>? fill = null)
    {
        PrinterCommand command = new(verb, WaitMs);
        fill?.Invoke(command);
        _manager.Submit(_config.Id, command);
        Assert.IsTrue(command.Wait(WaitMs + 1000));
        return command;
    }

    private void Done(PrinterVerb verb, Action<PrinterCommand>? fill = null)
    {
        HubException? error = Ask(verb, fill).Error;
        Assert.IsNull(error, error?.Message + "\n" + _log);
    }

    private string Upload(string name)
    {
        byte[] project = Project();
        Transfer transfer = new(name, new BytesSource(project));
        _manager.Submit(_config.Id, transfer);
        Assert.IsTrue(transfer.Wait(WaitMs));
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        Assert.AreEqual(project.Length, transfer.SentBytes);
        return transfer.StoredPath!;
    }

    private static byte[] Project()
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, true))
        using (StreamWriter plate = new(zip.CreateEntry("Metadata/plate_2.gcode").Open()))
        {
            plate.Write("; made for a test\nM104 S220\nM140 S55\nG28\n");
        }

        return bytes.ToArray();
    }

    [TestMethod]
    [DataRow("P1S")]
    [DataRow("X1C")]
    [DataRow("A1")]
    [DataRow("H2D")]
    public async Task Print_FromUploadToTheEnd_OfEachFamily(string model)
    {
        await Start(model);
        PrinterStatus idle = WaitFor(PrinterState.Idle);
        Assert.IsTrue(idle.TlsVerified);
        Assert.IsTrue(idle.Nozzle > 10 && idle.Bed > 10, "room temperature at least");

        string stored = Upload("part of a test.gcode.3mf");
        Done(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 2 };
        });
        Assert.AreEqual("part of a test", WaitFor(PrinterState.Printing).Job);
        Done(PrinterVerb.Pause);
        Assert.AreEqual(PrinterState.Paused, Status().State);
        Done(PrinterVerb.Resume);
        Done(PrinterVerb.Light, c => c.Level = 1);
        Done(PrinterVerb.Speed, c => c.Level = 3);
        Done(PrinterVerb.Gcode, c => c.Lines = ["M106 P1 S255"]);
        PrinterStatus printing = WaitFor(s => s.ProgressPercentage > 5, "progress");
        Assert.IsTrue(printing.RemainingTimeSeconds > 0 && printing.NozzleTarget > 100, "time left and target");
        WaitFor(PrinterState.Finished);
        Assert.AreEqual(100, Status().ProgressPercentage);
    }

    [TestMethod]
    public async Task Cancel_WhilePrinting_IsCancelledAndTakesTheNextOne()
    {
        await Start("P1S");
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        for (int i = 0; i < 2; i++)
        {
            Done(PrinterVerb.Start, c =>
            {
                c.StoredPath = stored;
                c.Options = new StartOptions { Plate = 2 };
            });
            Done(PrinterVerb.Cancel);
            Assert.AreEqual(PrinterState.Cancelled, Status().State);
            Assert.IsNull(Status().ErrorCode);
        }
    }

    [TestMethod]
    public async Task Connect_WrongAccessCode_IsRefusedOnceAndNamesIt()
    {
        _log.Expect("not tried again");
        await Start("P1S", c => c.AccessCode = new Secret("obviously-wrong"));
        PrinterStatus status = WaitFor(s => s.ErrorCode == "auth_rejected", "refusal");
        Assert.Contains("access code", status.ErrorMessage!);
        Assert.DoesNotContain("obviously-wrong", status.ErrorMessage!);
        Assert.IsFalse(status.IsConnected);
    }

    [TestMethod]
    public async Task Connect_CertificateChanged_IsRefusedUntilItIsAccepted()
    {
        _log.Expect("not tried again");
        await Start("P1S", c => c.Tls = null);
        WaitFor(PrinterState.Idle);
        _manager.Deregister(_config.Id);
        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };
        _manager.Register(_config);
        PrinterStatus status = WaitFor(s => s.ErrorCode == "tls_untrusted", "refusal");
        Assert.Contains("--trust-new", status.ErrorMessage!);

        _manager.Deregister(_config.Id);
        new TrustStore(_hal.Nvs, _hal.Hash).Forget(_config.Serial!);
        _manager.Register(_config);
        Assert.IsTrue(WaitFor(PrinterState.Idle).TlsVerified);
    }

    [TestMethod]
    public async Task Connect_Insecure_IsVisible()
    {
        await Start("P1S", c => c.Tls = new TlsOptions { Insecure = true });
        Assert.IsFalse(WaitFor(PrinterState.Idle).TlsVerified);
        Upload("a.gcode.3mf");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Connect_WrongSerial_SaysSo(bool isDropped)
    {
        await Start("P1S", c =>
        {
            c.Serial = "01P00A999999999";
            Printer.Faults = new VirtualBambuFaults { DropAtWrongTopic = isDropped };
        });
        PrinterStatus status = WaitFor(s => s.ErrorMessage != null, "error");
        Assert.Contains("01P00A999999999", status.ErrorMessage!);
        Assert.Contains("access code", status.ErrorMessage!);
    }

    [TestMethod]
    public async Task Command_SigningDemanded_IsRefusedAndExplained()
    {
        await Start("P1S", _ => Printer.Faults = new VirtualBambuFaults { RejectCommands = true });
        WaitFor(PrinterState.Idle);
        HubException error = Ask(PrinterVerb.Gcode, c => c.Lines = ["G28"]).Error!;
        Assert.AreEqual(ErrorCode.Refused, error.Code);
        Assert.Contains("Developer Mode", error.Message);
    }

    [TestMethod]
    public async Task Command_RepliesLost_TheStateProvesIt()
    {
        await Start("P1S");
        WaitFor(PrinterState.Idle);
        string stored = Upload("a.gcode.3mf");
        Printer.Faults = new VirtualBambuFaults { LoseReplies = true };
        Done(PrinterVerb.Start, c =>
        {
            c.StoredPath = stored;
            c.Options = new StartOptions { Plate = 2 };
        });
    }

    [TestMethod]
    [DataRow("cut")]
    [DataRow("binary")]
    [DataRow("types")]
    [DataRow("huge")]
    [DataRow("html")]
    public async Task Report_Garbage_TheStatusStaysAndTheLinkToo(string garbage)
    {
        await Start("X1C");
        WaitFor(PrinterState.Idle);
        Printer.Faults = new VirtualBambuFaults { Garbage = garbage };
        Thread.Sleep(1500);
        PrinterStatus status = Status();
        Assert.AreEqual(PrinterState.Idle, status.State, status.ErrorMessage);
        Assert.IsTrue(status.IsConnected);
        Printer.Faults = VirtualBambuFaults.None;
        long before = status.LastReportMs;
        WaitFor(s => s.LastReportMs > before + 500, "a good report");
    }

    private sealed class BytesSource(byte[] bytes) : IUploadSource
    {
        private int _read;

        public long Length => bytes.Length;

        public int Read(byte[] buffer, int offset, int count)
        {
            int length = Math.Min(count, bytes.Length - _read);
            Array.Copy(bytes, _read, buffer, offset, length);
            _read += length;
            return length;
        }
    }
}
