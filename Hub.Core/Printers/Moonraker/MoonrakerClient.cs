using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Logging;
using Hub.Core.Streams;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Klipper with Moonraker: the websocket first, polling when a proxy blocks it. Thread: see <see cref="IPrinterClient"/>.
/// </summary>
public sealed class MoonrakerClient : IPrinterClient, IPushClient, IPolledClient, IGcode, IErrorClearing, IEmergencyStop, IJobMemory
{
    /// <summary>How often the websocket is tried again while it polls, in ms: the proxy may have been fixed, or Moonraker may have been restarting.</summary>
    private const int SocketRetryMs = 5 * 60 * 1000;

    /// <summary>How often the history is read for a start that Klipper does not show, in ms.</summary>
    private const int HistoryMs = 10000;

    /// <summary>How long Klipper may be gone after a restart that the hub asked for; 3 s were seen with a simulated board.</summary>
    private const int RestartMs = 30000;

    private readonly IHal _hal;
    private readonly MoonrakerAccess _access;
    private readonly MoonrakerReport _report = new MoonrakerReport();
    private readonly MoonrakerJobFile _file = new MoonrakerJobFile();
    private readonly MoonrakerSpool _spool = new MoonrakerSpool();
    private readonly MoonrakerStateRules _rules = new MoonrakerStateRules();
    private readonly MoonrakerLastJob _last = new MoonrakerLastJob();
    private readonly MoonrakerStart _start = new MoonrakerStart();
    private readonly MoonrakerStatus _filler;
    private MoonrakerLink? _link;
    private long _nextSocketMs;
    private long _nextHistoryMs;
    private long _restartedMs = -RestartMs;
    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    public MoonrakerClient(IHal hal, PrinterConfig config)
        : this(hal, config, null)
    {
    }

    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    /// <param name="hal">For its connections.</param>
    /// <param name="config">Address and credentials.</param>
    /// <param name="log">Gets a login's tokens to mask; null for none.</param>
    public MoonrakerClient(IHal hal, PrinterConfig config, Log? log)
    {
        _hal = hal;
        _access = new MoonrakerAccess(hal, HttpOrigin.Parse(config.Url ?? ""), config, log);
        _filler = new MoonrakerStatus(Status, _report, _rules, _file, _spool, new MoonrakerJobKey(hal.Clock, _report, _rules));
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities =>
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel
        | PrinterCapabilities.Gcode | PrinterCapabilities.Upload | PrinterCapabilities.Start
        | PrinterCapabilities.ClearError | PrinterCapabilities.EmergencyStop;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public IReportListener? Listener { get; set; }

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <inheritdoc/>
    public int PollIntervalMs { get; set; }

    /// <inheritdoc/>
    public bool IsPushing => _link != null && _link.IsPush;

    /// <inheritdoc/>
    public int StaleMs => Staleness.DefaultMs;

    /// <inheritdoc/>
    public int SignalReport(AutoResetEvent wake) => _link == null ? 0 : _link.SignalReport(wake);

    private MoonrakerLink Link =>
        _link ?? throw new HubException(ErrorCode.ConnectionLost, "there is no connection to Moonraker");

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        Disconnect();
        _report.Clear();
        _report.SetKlippy(KlippyState.Unknown, null);
        _file.AskAgain();
        _nextHistoryMs = 0;
        _access.ForgetToken();
        _rules.NoteOutage();
        try
        {
            Open(new MoonrakerSocketLink(_access, _report, _file, _spool), cancel);
        }
        catch (HubException e)
        {
            if (!IsUpgradeRefused(e))
            {
                throw;
            }

            Open(new MoonrakerHttpLink(_access, _report, _file, _spool), cancel);
            _nextSocketMs = _hal.Clock.NowMs + SocketRetryMs;
        }

        NotePeer();
    }

    /// <inheritdoc/>
    public void Poll(CancellationToken cancel)
    {
        if (!Link.IsPush && _hal.Clock.NowMs >= _nextSocketMs)
        {
            TrySocket(cancel);
        }

        MoonrakerLink link = Link;
        link.Poll(cancel);
        PrinterState state = _rules.Step(_report, _hal.Clock.NowMs);
        if (_rules.Vanished != null)
        {
            link.AskLastJob(_last, cancel);
            _rules.Judge(_last);
            state = _rules.Step(_report, _hal.Clock.NowMs);
        }

        _filler.Fill(state);
        Status.LastReportMs = link.LastHeardMs;
        JudgeStart(link, cancel);
        Listener?.Reported(Status);
    }

    /// <inheritdoc/>
    public void Pause(CancellationToken cancel) => Link.Command("printer.print.pause", null, null, cancel);

    /// <inheritdoc/>
    public void Resume(CancellationToken cancel) => Link.Command("printer.print.resume", null, null, cancel);

    /// <inheritdoc/>
    public void Cancel(CancellationToken cancel)
    {
        _rules.NoteCancel();
        Link.Command("printer.print.cancel", null, null, cancel);
    }

    /// <inheritdoc/>
    public void SendGcode(string[] lines, CancellationToken cancel)
    {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            script.Append(lines[i]).Append('\n');
        }

        Link.Command("printer.gcode.script", "script", script.ToString(), cancel);
    }

    /// <inheritdoc/>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        MoonrakerUpload.CheckType(storedPath);
        MoonrakerLink link = Link;
        link.StartRefusal = null;
        link.AskLastJob(_last, cancel);
        _start.Begin(storedPath, _report, _last);
        _nextHistoryMs = _hal.Clock.NowMs + HistoryMs;
        link.Command("printer.print.start", "filename", storedPath, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Klipper is shut down until <see cref="ClearError"/> restarts its firmware. The request does not queue after
    /// G-code: webhooks handles it by itself (klipper docs/API_Server.md, "emergency_stop").
    /// </remarks>
    public void EmergencyStop(CancellationToken cancel)
    {
        using MoonrakerApi api = new MoonrakerApi(_access);
        try
        {
            api.PostResult("/printer/emergency_stop", "{}", cancel);
        }
        catch (HubException e)
        {
            if (!MoonrakerApi.IsLoginOver(e))
            {
                throw;
            }

            api.PostResult("/printer/emergency_stop", "{}", cancel);
        }
    }

    /// <summary>Brings Klipper and its boards back after a shutdown. Thread: the worker.</summary>
    public void FirmwareRestart(CancellationToken cancel)
    {
        Link.Command("printer.firmware_restart", null, null, cancel);
        _restartedMs = _hal.Clock.NowMs;
        _rules.ForgetLost();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Makes the printer usable again: forgets a print that failed (print_stats stays "error" until then), or restarts the
    /// firmware after a shutdown. Both end a print that is under way, so Klipper is asked right before: a Moonraker that
    /// restarts says "startup" while Klipper keeps printing (OrcaSlicer/OrcaSlicer issue 15359).
    /// </remarks>
    public void ClearError(CancellationToken cancel)
    {
        MoonrakerLink link = Link;
        link.Renew(cancel);
        switch (_report.Klippy)
        {
            case KlippyState.Shutdown:
            case KlippyState.Error:
                FirmwareRestart(cancel);
                break;
            case KlippyState.Ready:
                ClearPrintError(link, cancel);
                break;
            case KlippyState.Startup:
                throw new HubException(ErrorCode.WrongState, "Klipper is starting and shows no error to clear: try again when it is ready");
            default:
                throw _hal.Clock.NowMs - _restartedMs < RestartMs
                    ? new HubException(ErrorCode.WrongState, "Klipper is restarting, as requested: wait until it is ready")
                    : new HubException(ErrorCode.PrinterOffline, "Moonraker is running, but Klipper is not connected: wait if it is restarting, else start its service");
        }
    }

    /// <inheritdoc/>
    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        MoonrakerUpload.CheckType(name);

        // A connection of its own: the worker keeps using the other one.
        using MoonrakerApi api = new MoonrakerApi(_access);
        return MoonrakerUpload.Send(_hal, api, name, source, progress, cancel);
    }

    /// <inheritdoc/>
    public void Expect(string jobKey) => _rules.Expect(JobKeys.FileOf(jobKey));

    /// <inheritdoc/>
    public void ReleaseIdleConnection() => _link?.ReleaseIdleConnection();

    /// <inheritdoc/>
    public void Disconnect()
    {
        MoonrakerLink? link = _link;
        _link = null;
        link?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Disconnect();

    /// <summary>
    /// True when a server answered, but not with a websocket: a proxy that knows no upgrades, or no Moonraker at all, which
    /// polling then finds out. Credentials that Moonraker refused stay refused; a proxy's 401 polling can answer, or name.
    /// </summary>
    private static bool IsUpgradeRefused(HubException error) => error.Code switch
    {
        ErrorCode.BadResponse => true,
        ErrorCode.ConnectionLost => true,
        ErrorCode.NotFound => true,
        ErrorCode.Refused => error.HttpStatus != 0,
        ErrorCode.ServerError => error.HttpStatus != 0,
        ErrorCode.Redirected => true,
        ErrorCode.AuthRejected => error.HttpStatus != 0,
        _ => false,
    };

    /// <summary>Continues by websocket when it works by now; otherwise by polling, which then updates the report again.</summary>
    private void TrySocket(CancellationToken cancel)
    {
        _nextSocketMs = _hal.Clock.NowMs + SocketRetryMs;

        // The printer has one socket of the hub's budget, not two.
        ReleaseIdleConnection();
        try
        {
            Open(new MoonrakerSocketLink(_access, _report, _file, _spool), cancel);
            NotePeer();
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            // Whatever it is, polling will meet it too or is not concerned.
        }
    }

    private void NotePeer()
    {
        TlsPeer? peer = Link.Peer;
        Status.TlsVerified = peer != null && peer.IsVerified;
    }

    private void Open(MoonrakerLink link, CancellationToken cancel)
    {
        Exception failure;
        try
        {
            link.Open(cancel);
            MoonrakerLink? former = _link;
            _link = link;
            former?.Dispose();
            return;
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR loses an exception once another one was caught while closing.
            failure = error;
        }

        link.Dispose();
        throw failure;
    }

    private void ClearPrintError(MoonrakerLink link, CancellationToken cancel)
    {
        if (_report.Print == KlipperPrint.Error || (_report.Print == KlipperPrint.Cancelled && _rules.Broken != null))
        {
            link.Command("printer.gcode.script", "script", "SDCARD_RESET_FILE", cancel);
        }
        else if (_report.Print != KlipperPrint.Standby || _rules.Lost == null)
        {
            // The same line would end a print that is under way.
            throw new HubException(ErrorCode.WrongState, "there is no error to clear");
        }

        _rules.ForgetLost();
    }

    /// <summary>Looks for the job that was started. A job that began and ended between two reports is only in the history.</summary>
    private void JudgeStart(MoonrakerLink link, CancellationToken cancel)
    {
        if (!Start.IsOpen)
        {
            return;
        }

        HubException? refusal = link.StartRefusal;
        if (refusal != null)
        {
            link.StartRefusal = null;
            Start.Fail(refusal);
            return;
        }

        _start.Judge(_report, Start, Status.ErrorMessage);
        long nowMs = _hal.Clock.NowMs;
        if (Start.IsOpen && _start.HasHistory && _report.Klippy == KlippyState.Ready && nowMs >= _nextHistoryMs)
        {
            _nextHistoryMs = nowMs + HistoryMs;
            link.AskLastJob(_last, cancel);
            _start.Judge(_last, Start);
        }
    }
}
