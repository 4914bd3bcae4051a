using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.ConnectionTest;

/// <summary>
/// Checks step by step whether a printer can be used: each step builds on the one before, and the first that fails is the last.
/// For a printer that the hub runs already, the hub's own link answers for login and status: a second client would push the hub's
/// away (a Bambu printer knows one client of a name) or use one of a printer's few connections.
/// Thread: one owner; a test blocks its thread. Ownership: the caller disposes it.
/// </summary>
public abstract class PrinterTest : IDisposable
{
    private ITestListener? _listener;
    private int _timeoutMs;
    private long _deadlineMs;
    private int _waitedMs;

    /// <summary>Makes a test; nothing is opened yet.</summary>
    protected PrinterTest(IHal hal, Log log, PrinterManager manager, PrinterConfig printer)
    {
        Hal = hal;
        Log = log;
        Manager = manager;
        Printer = printer;
        IsInHub = manager.Snapshot(printer.Id) != null;
    }

    /// <summary>What one step does: returns what it found, or throws a <see cref="HubException"/>.</summary>
    protected delegate string StepAction();

    /// <summary>The platform.</summary>
    protected IHal Hal { get; }

    /// <summary>Knows what is to be masked.</summary>
    protected Log Log { get; }

    /// <summary>The hub's printers.</summary>
    protected PrinterManager Manager { get; }

    /// <summary>The printer that is tested.</summary>
    protected PrinterConfig Printer { get; }

    /// <summary>True when the hub has the printer, so that its own link answers.</summary>
    protected bool IsInHub { get; }

    /// <summary>Gives the test up.</summary>
    protected CancellationToken Cancel { get; private set; }

    /// <summary>Time left for the whole test, at least 1 ms.</summary>
    protected int LeftMs
    {
        get
        {
            long leftMs = _deadlineMs - Hal.Clock.NowMs;
            return leftMs < 1 ? 1 : (int)leftMs;
        }
    }

    /// <summary>Time that the whole test was given, in ms.</summary>
    protected int TimeoutMs => _timeoutMs;

    /// <summary>The test for a printer's system.</summary>
    public static PrinterTest Create(IHal hal, Log log, PrinterManager manager, PrinterConfig printer)
    {
        if (PrinterSystems.HasUrl(printer.Type))
        {
            return new HttpPrinterTest(hal, log, manager, printer);
        }

        return new BambuPrinterTest(hal, log, manager, printer);
    }

    /// <summary>Runs the steps. Errors: <see cref="ErrorCode.Cancelled"/> between two steps.</summary>
    /// <param name="timeoutMs">For all of them together, in ms.</param>
    /// <param name="listener">Hears of each as it ends, the failed one included.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>True when all passed.</returns>
    public bool Run(int timeoutMs, ITestListener listener, CancellationToken cancel)
    {
        _listener = listener;
        _timeoutMs = timeoutMs;
        _deadlineMs = Hal.Clock.NowMs + timeoutMs;
        Cancel = cancel;
        return RunSteps();
    }

    /// <summary>Closes what the test opened.</summary>
    public abstract void Dispose();

    /// <summary>Runs the steps of this kind of printer; true when all passed.</summary>
    protected abstract bool RunSteps();

    /// <summary>Runs one step and reports it; true when it passed.</summary>
    /// <param name="code">Its stable code.</param>
    /// <param name="action">What it does.</param>
    /// <param name="silenceHint">What to do when no answer came in time; null where the error says so itself.</param>
    protected bool Step(string code, StepAction action, string? silenceHint)
    {
        if (Cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Cancelled, "stopped");
        }

        TestStep step;
        try
        {
            step = new TestStep(code, Log.Masked(action()), null);
        }
        catch (HubException e)
        {
            HubException error = e.Code == ErrorCode.Timeout && silenceHint != null ? e.Reworded(e.Message + ": " + silenceHint) : e;
            error = Log.Masked(error);
            step = new TestStep(code, error.Message, error);
        }

        _listener!.StepEnded(step);
        return step.Error == null;
    }

    /// <summary>The steps that ask the hub's own link.</summary>
    protected bool HubLinkSteps() => Step("login", AskTheHub, null) && Step("status", ReadHubStatus, null);

    /// <summary>Waits for the first answer over the hub's link, or until the printer is gone; false when the time is over. Errors: <see cref="ErrorCode.Cancelled"/>.</summary>
    protected bool WaitForFirstAnswer(int timeoutMs)
    {
        using ChangeQueue changes = Manager.WatchOne(Printer.Id);
        PrinterSnapshot? printer = Manager.Snapshot(Printer.Id);
        long untilMs = Hal.Clock.NowMs + timeoutMs;
        while (printer != null && Manager.Refresh(printer) && !printer.HasFirstAnswer)
        {
            if (Cancel.IsCancellationRequested)
            {
                throw new HubException(ErrorCode.Cancelled, "stopped");
            }

            long leftMs = untilMs - Hal.Clock.NowMs;
            if (leftMs <= 0)
            {
                return false;
            }

            changes.Take((int)leftMs, Cancel);
        }

        return true;
    }

    /// <summary>What a status shows as the result of a step.</summary>
    protected static string Describe(PrinterStatus status) =>
        PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : ": " + status.ErrorMessage);

    private string AskTheHub()
    {
        if (!Printer.Enabled)
        {
            return "not tried: the printer is disabled ('printers enable " + Printer.Id + "')";
        }

        PrinterSnapshot? printer = Manager.Snapshot(Printer.Id);
        if (printer != null && printer.Refusal != null)
        {
            throw printer.Refusal;
        }

        Manager.TryNow(Printer.Id, LeftMs, Cancel);
        _waitedMs = LeftMs;
        WaitForFirstAnswer(_waitedMs);
        printer = Manager.Snapshot(Printer.Id);
        if (printer == null)
        {
            throw new HubException(ErrorCode.UnknownPrinter, "the printer was removed during the test");
        }

        string link = LinkStates.Name(printer.Link);
        return printer.Link == LinkState.Online || printer.Link == LinkState.Degraded
            ? "the running hub is logged in, its link is " + link
            : throw LinkError(printer.Status, "the running hub's link is " + link + ": wait for its next try, or read its log");
    }

    private string ReadHubStatus()
    {
        if (!Printer.Enabled)
        {
            return "not asked for";
        }

        PrinterSnapshot? printer = Manager.Snapshot(Printer.Id);
        if (printer != null && !printer.HasFirstAnswer)
        {
            throw new HubException(ErrorCode.Timeout, "no answer within " + TestLimit.Seconds(_waitedMs) + " s");
        }

        PrinterStatus status = printer == null ? new PrinterStatus() : printer.Status;
        return status.IsConnected ? Describe(status) : throw LinkError(status, "no report");
    }

    private static HubException LinkError(PrinterStatus status, string otherwise)
    {
        HubException error = StatusErrors.Of(status, otherwise);
        return status.ErrorMessage == PrinterStatus.NoAnswerYet ? error.Reworded(otherwise) : error;
    }
}
