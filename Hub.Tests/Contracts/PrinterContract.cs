using System;
using System.Text;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Contracts;

/// <summary>
/// What every printer system must do through the manager, over real sockets, against its virtual printer.
/// A system's test class says how its fleet starts, what its capabilities are and how its faults are switched.
/// </summary>
public abstract class PrinterContract
{
    private const int WaitMs = Patience.LimitMs;
    private const string Id = "printer-1";

    /// <summary>Heats 40 s and prints 30 minutes in 9 s: long enough to pause, short enough to wait for.</summary>
    private const double Speed = 200;

    /// <summary>What a slicer writes of 15 minutes, which are 4.5 s here.</summary>
    private const string EstimateLine = "; estimated printing time (normal mode) = 15m 0s\n";

    private readonly TestLog _log = new TestLog();
    private readonly ReservedPort _port = new ReservedPort();
    private Fleet _fleet = null!;
    private ManagerOnSockets _hub = null!;

    /// <summary>One printer of the system, at no port that is named.</summary>
    protected abstract FleetOptions OnePrinter { get; }

    /// <summary>Its port, also while it is down; 0 for a system that keeps its ports by itself.</summary>
    protected virtual int BasePort => _port.Port;

    /// <summary>False for a system that has no way to send G-code: the hub then refuses it.</summary>
    protected virtual bool TakesGcode => true;

    /// <summary>What the names of its print files end with.</summary>
    protected virtual string Extension => ".gcode";

    /// <summary>The printer under test.</summary>
    protected VirtualPrinter Printer => _fleet.Printers[0];

    /// <summary>The configuration that reaches it.</summary>
    protected virtual PrinterConfig Config => Printer.ToConfig();

    /// <summary>The job's name that a stored file shows.</summary>
    protected virtual string JobOf(string file) => file;

    /// <summary>A file that can be printed, of about this many bytes after the head.</summary>
    protected virtual IUploadSource PrintFile(int length, string head) => new BytesSource(Encoding.ASCII.GetBytes(head + new string(';', length)));

    /// <summary>What is loaded in the virtual printer: each slot with what is known of it, such as "0 PLA #FFFFFF 80%". Empty where the system does not say.</summary>
    protected virtual string Loaded => "";

    /// <summary>The slot that a print uses; -1 where the system does not say.</summary>
    protected virtual int PrintSlot => -1;

    /// <summary>Breaks the next upload's connection after this many bytes.</summary>
    protected abstract void BreakNextUpload(long afterBytes);

    /// <summary>Lets the next start arrive and loses its answer.</summary>
    protected abstract void LoseStartAnswer();

    /// <summary>
    /// From now on every connection meets a server that closes at once (drop), answers nonsense (garbage), breaks
    /// off in an answer (half), has a fault of its own (error) or is another service altogether (stranger).
    /// </summary>
    protected abstract void Misbehave(string fault);

    /// <summary>Ends every fault.</summary>
    protected abstract void Heal();

    /// <summary>Stops the server, waits until the hub has noticed, and starts it again at the same address.</summary>
    protected virtual async Task RestartAsync(Action waitUntilLost)
    {
        await _fleet.DisposeAsync();
        waitUntilLost();
        _fleet = await Fleet.StartAsync(OnePrinter with { Speed = Speed, BasePort = BasePort });
    }

    [TestInitialize]
    public async Task StartFleet()
    {
        _fleet = await Fleet.StartAsync(OnePrinter with { Speed = Speed, BasePort = BasePort });
        _hub = new ManagerOnSockets(_log);
    }

    [TestCleanup]
    public async Task StopFleet()
    {
        _hub.Manager.Dispose();
        await _fleet.DisposeAsync();
        _port.Dispose();
        _hub.Dispose();
    }

    [TestMethod]
    public void Connect_PrinterIdle_ShowsIt()
    {
        Register();
        PrinterStatus status = WaitForState(PrinterState.Idle);
        Assert.IsTrue(status.IsConnected);
        Assert.IsNull(status.Job);
        Assert.IsNull(status.ErrorCode);
        Assert.IsTrue(status.Nozzle > 10 && status.Bed > 10, "room temperature at least");
    }

    [TestMethod]
    public void Connect_RealServer_ShowsTheLoadedFilament()
    {
        Register();
        WaitForState(PrinterState.Idle);
        WaitFor(() => LoadedIn(Status()) == Loaded, "the filament");
    }

    [TestMethod]
    public void Print_Running_ShowsTheFilamentInUse()
    {
        RegisterPrinting();
        WaitFor(() => ActiveIn(Status()) == PrintSlot, "the slot in use");
    }

    [TestMethod]
    public void Connect_WrongCredentials_IsRefusedOnceAndSaysSo()
    {
        PrinterConfig config = Config;
        config.Id = Id;
        Secret wrong = new Secret("obviously-wrong-obviously-wrong-00");
        if (config.ApiKey != null)
        {
            config.ApiKey = wrong;
        }
        else if (config.AccessCode != null)
        {
            config.AccessCode = wrong;
        }
        else
        {
            config.Password = wrong;
        }

        _log.Expect("not tried again");
        _hub.Manager.Register(config);
        WaitFor(() => Status().ErrorCode == "auth_rejected", "the refusal");
        PrinterStatus status = Status();
        Assert.IsFalse(status.IsConnected);
        Assert.AreEqual(PrinterState.Offline, status.State);
        Assert.IsFalse(status.ErrorMessage!.Contains("obviously-wrong", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Print_FromUploadToTheEnd_ShowsEveryStateAndFinishes()
    {
        Register();
        WaitForState(PrinterState.Idle);
        string stored = Upload("whole print", 300_000, EstimateLine);
        AssertDone(Ask(PrinterVerb.Start, c => c.StoredPath = stored));
        PrinterStatus status = Status();
        Assert.IsTrue(status.State is PrinterState.Preparing or PrinterState.Printing, PrinterStates.Name(status.State));
        Assert.AreEqual(JobOf("whole print" + Extension), status.Job);

        double progress = 0;
        bool hasRisen = false;
        WaitFor(
            () =>
            {
                PrinterStatus now = Status();
                if (!double.IsNaN(now.ProgressPercentage))
                {
                    Assert.IsTrue(now.ProgressPercentage >= progress, "progress never falls");
                    hasRisen |= now.ProgressPercentage > progress;
                    progress = now.ProgressPercentage;
                }

                return now.State == PrinterState.Finished;
            },
            "the end of the print");
        Assert.IsTrue(hasRisen);
        Assert.AreEqual(100, Status().ProgressPercentage, 0.01);
    }

    [TestMethod]
    public void PauseResumeCancel_WhilePrinting_EachProvenByTheState()
    {
        RegisterPrinting();
        AssertDone(Ask(PrinterVerb.Pause));
        Assert.AreEqual(PrinterState.Paused, Status().State);
        AssertDone(Ask(PrinterVerb.Resume));
        Assert.AreEqual(PrinterState.Printing, Status().State);
        AssertDone(Ask(PrinterVerb.Cancel));
        WaitForState(PrinterState.Cancelled);
        Assert.IsTrue(double.IsNaN(Status().ProgressPercentage));
    }

    [TestMethod]
    public void PauseResumeCancel_WhileIdle_AreRefused()
    {
        Register();
        WaitForState(PrinterState.Idle);
        foreach (PrinterVerb verb in new[] { PrinterVerb.Pause, PrinterVerb.Resume, PrinterVerb.Cancel })
        {
            Assert.AreEqual(ErrorCode.WrongState, Ask(verb).Error!.Code, verb.ToString());
        }
    }

    [TestMethod]
    public void Start_WhilePrinting_IsRefusedAndThePrintGoesOn()
    {
        RegisterPrinting();
        string stored = Upload("other", 1000);
        Assert.AreEqual(ErrorCode.WrongState, Ask(PrinterVerb.Start, c => c.StoredPath = stored).Error!.Code);
        Assert.AreNotEqual(JobOf("other" + Extension), Status().Job);
        Assert.IsTrue(PrinterStates.HasJob(Status().State));
    }

    [TestMethod]
    public void Start_UnknownFile_IsRefused()
    {
        Register();
        WaitForState(PrinterState.Idle);
        Assert.AreEqual(ErrorCode.NotFound, Ask(PrinterVerb.Start, c => c.StoredPath = "nowhere" + Extension).Error!.Code);
    }

    [TestMethod]
    public void Pause_WhileItHeats_WaitsThroughPreparing()
    {
        Register();
        WaitForState(PrinterState.Idle);
        string stored = Upload("heats", 200_000);
        AssertDone(Ask(PrinterVerb.Start, c => c.StoredPath = stored));
        AssertDone(Ask(PrinterVerb.Pause));
        Assert.AreEqual(PrinterState.Paused, Status().State);
        AssertDone(Ask(PrinterVerb.Cancel));
    }

    [TestMethod]
    public void Gcode_TargetTemperature_ReachesTheHeaterOrIsRefused()
    {
        Register();
        WaitForState(PrinterState.Idle);
        PrinterCommand command = Ask(PrinterVerb.Gcode, c => c.Lines = ["M140 S45"]);
        if (!TakesGcode)
        {
            Assert.AreEqual(ErrorCode.NotSupported, command.Error?.Code);
            Assert.IsEmpty(Printer.Machine.ReadGcodeLog());
            return;
        }

        AssertDone(command);
        WaitFor(() => Status().BedTarget == 45, "the bed's target");
    }

    [TestMethod]
    public void Upload_Cancelled_StopsSoonAndLeavesNothing()
    {
        Register();
        WaitForState(PrinterState.Idle);
        Transfer transfer = new Transfer("big" + Extension, new PatternSource(1L << 29));
        _hub.Manager.Submit(Id, transfer);
        WaitFor(() => transfer.SentBytes > 1_000_000, "a running upload");
        Assert.AreEqual(ErrorCode.TransferBusy, _hub.Upload(Id, new Transfer("b" + Extension, new PatternSource(10))).Error!.Code);
        Assert.AreEqual(PrinterState.Idle, Status().State, "the status goes on meanwhile");
        FairWatch watch = FairWatch.StartNew();
        transfer.Cancel();
        Patience.Ended(transfer, _log.ToString);
        Assert.IsLessThan(2000, watch.ElapsedMilliseconds);
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
        Assert.AreEqual(ErrorCode.NotFound, Ask(PrinterVerb.Start, c => c.StoredPath = "big" + Extension).Error!.Code);
    }

    [TestMethod]
    public void Upload_SourceThatPauses_IsStoredWhole()
    {
        Register();
        WaitForState(PrinterState.Idle);
        using PausedSource source = new(PrintFile(200_000, ""), [0, 1000, 150_000]);
        Transfer transfer = new("paused" + Extension, source);
        _hub.Manager.Submit(Id, transfer);
        for (int i = 0; i < 3; i++)
        {
            // The second look that finds nothing comes after the upload has sent what it had.
            WaitFor(() => source.EmptyReads >= 2, "a source that is waited for");
            Assert.IsFalse(transfer.IsFinished);
            source.GoOn();
        }

        Patience.Ended(transfer, _log.ToString);
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        AssertDone(Ask(PrinterVerb.Start, c => c.StoredPath = transfer.StoredPath));
    }

    [TestMethod]
    public void Upload_CancelledWhileItsSourceWaits_StopsSoonAndLeavesNothing()
    {
        Register();
        WaitForState(PrinterState.Idle);
        using PausedSource source = new(PrintFile(200_000, ""), [100_000]);
        Transfer transfer = new("paused" + Extension, source);
        _hub.Manager.Submit(Id, transfer);
        WaitFor(() => source.EmptyReads >= 2, "a source that is waited for");
        FairWatch watch = FairWatch.StartNew();
        transfer.Cancel();
        Patience.Ended(transfer, _log.ToString);
        Assert.IsLessThan(1000, watch.ElapsedMilliseconds);
        Assert.AreEqual(ErrorCode.Cancelled, transfer.Error!.Code);
        int reads = source.Reads;
        Assert.AreEqual(ErrorCode.NotFound, Ask(PrinterVerb.Start, c => c.StoredPath = "paused" + Extension).Error!.Code);
        Assert.AreEqual(reads, source.Reads, "the source is free after the end");
    }

    [TestMethod]
    public void Upload_ConnectionBreaks_FailsAndTheNextOneWorks()
    {
        Register();
        WaitForState(PrinterState.Idle);
        BreakNextUpload(200_000);

        // More than the buffers of both sockets hold: else all of it may have left, and the hub searches the printer for the file.
        Transfer broken = _hub.Upload(Id, new Transfer("a" + Extension, new PatternSource(64_000_000)));
        Assert.AreEqual(ErrorCode.ConnectionLost, broken.Error!.Code);
        Heal();
        Upload("a", 2_000_000);
    }

    [TestMethod]
    public void Server_Restarts_IsFoundAgain()
    {
        Register();
        WaitForState(PrinterState.Idle);
        Assert.IsTrue(RestartAsync(() => WaitFor(() => !Status().IsConnected, "the lost link")).Wait(2 * WaitMs));
        WaitFor(() => _log.Has("connected", 2), "the second connect");
        WaitFor(() => Status().IsConnected && Status().State == PrinterState.Idle, "idle again");
    }

    [TestMethod]
    [DataRow("garbage")]
    [DataRow("drop")]
    [DataRow("half")]
    [DataRow("error")]
    [DataRow("stranger")]
    public void Server_Misbehaves_LinkIsLostWithAReasonAndComesBack(string fault)
    {
        Register();
        WaitForState(PrinterState.Idle);
        Misbehave(fault);
        PrinterStatus status = Status();
        WaitFor(() => !(status = Status()).IsConnected, "the lost link");
        Assert.IsNotNull(status.ErrorCode);
        Assert.IsFalse(status.ErrorMessage!.Contains('\n', StringComparison.Ordinal));
        Assert.AreEqual(PrinterState.Idle, status.State, "the last state stands for a minute");
        Heal();
        WaitFor(() => Status().IsConnected, "the link");
        Assert.IsNull(Status().ErrorCode);
    }

    [TestMethod]
    public void Server_SilentOnAStart_IsNeverAskedTwice()
    {
        Register();
        WaitForState(PrinterState.Idle);
        string stored = Upload("once", 100_000);
        int before = Printer.Machine.JobsStarted;
        LoseStartAnswer();
        PrinterCommand command = Ask(PrinterVerb.Start, c => c.StoredPath = stored);
        AssertDone(command);
        Assert.AreEqual(before + 1, Printer.Machine.JobsStarted);
    }

    private void Register()
    {
        PrinterConfig config = Config;
        config.Id = Id;
        config.PollMs = 500;
        _hub.Manager.Register(config);
    }

    private void RegisterPrinting()
    {
        Register();
        WaitForState(PrinterState.Idle);
        string stored = Upload("job", 200_000);
        AssertDone(Ask(PrinterVerb.Start, c => c.StoredPath = stored));
        WaitForState(PrinterState.Printing);
    }

    private PrinterStatus Status() => _hub.Status(Id);

    private PrinterStatus WaitForState(PrinterState state) => _hub.WaitFor(Id, state);

    private void WaitFor(Func<bool> condition, string what) => _hub.WaitFor(Id, condition, what);

    private PrinterCommand Ask(PrinterVerb verb, Action<PrinterCommand>? fill = null) => _hub.Ask(Id, verb, fill);

    private static void AssertDone(PrinterCommand command) =>
        Assert.IsNull(command.Error, command.Verb + ": " + command.Error?.Message);

    private string Upload(string name, int length, string head = "")
    {
        IUploadSource source = PrintFile(length, head);
        Transfer transfer = _hub.Upload(Id, new Transfer(name + Extension, source));
        Assert.IsNull(transfer.Error, transfer.Error?.Message);
        Assert.AreEqual(source.Length, transfer.SentBytes);
        return transfer.StoredPath!;
    }

    private static string LoadedIn(PrinterStatus status)
    {
        string[] slots = new string[status.Filaments.Count];
        for (int i = 0; i < slots.Length; i++)
        {
            Filament filament = status.Filaments[i];
            slots[i] = $"{filament.Slot} {filament.Type} {filament.Colors?[0]} {(filament.RemainingPercent < 0 ? "" : filament.RemainingPercent + "%")}".TrimEnd();
        }

        return string.Join(", ", slots);
    }

    private static int ActiveIn(PrinterStatus status)
    {
        for (int i = 0; i < status.Filaments.Count; i++)
        {
            if (status.Filaments[i].IsActive == TriState.Yes)
            {
                return status.Filaments[i].Slot;
            }
        }

        return -1;
    }
}
