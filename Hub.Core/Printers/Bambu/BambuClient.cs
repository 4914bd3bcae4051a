using System;
using System.Text;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// A Bambu Lab printer on the LAN: status and commands over MQTT, files over FTPS. Thread: see
/// <see cref="IPrinterClient"/>.
/// </summary>
public sealed partial class BambuClient : IPrinterClient, IPushClient, IUploadSockets, IGcode, ILight, ISpeedLevels, IErrorClearing
{
    /// <summary>Longest wait of a poll, so that the worker sees its inbox.</summary>
    private const int SliceMs = 100;

    /// <summary>Longest sleep until the next poll where a message wakes the worker: what is due by time alone is due in seconds.</summary>
    private const int RestMs = 1000;

    /// <summary>Most messages handled in one poll, so that the worker sees its inbox in between.</summary>
    private const int MaxMessages = 16;

    /// <summary>How long the first report may take; the command line waits 10 s for it.</summary>
    private const int FirstReportMs = 8000;

    /// <summary>A machine that has so many sockets has one for cleaning up beside the others.</summary>
    private const int PlentyOfSockets = 64;

    /// <summary>How long a start waits for a model that neither configuration nor serial reveal.</summary>
    private const int ModelMs = 3000;

    private readonly IHal _hal;
    private readonly PrinterConfig _config;
    private readonly BambuTrust _trust;
    private readonly BambuLeftover _leftover;
    private readonly BambuReport _report = new BambuReport();
    private readonly BambuWatchdog _watchdog = new BambuWatchdog();
    private readonly BambuFullReports _fullReports;
    private readonly BambuStartWatch _start = new BambuStartWatch();
    private readonly BambuStatus _filler;
    private readonly BambuModel _ownModel;
    private BambuModel _model;
    private BambuLink? _link;
    private string? _modelName;
    private bool _isSignalled;
    private int _uploads;

    /// <summary>True once the file server refused an upload because its session was not resumed: it is not tried again. Written and read by uploads, of which there is one.</summary>
    private bool _hasDemandedReuse;

    /// <summary>Name and file of the job on the printer, null without one; written by the worker, read by uploads.</summary>
    private string? _presentJob;
    private string? _presentFile;

    /// <summary>Makes a client; nothing is opened yet.</summary>
    public BambuClient(IHal hal, PrinterConfig config)
        : this(hal, config, new TrustStore(hal.Nvs, hal.Hash))
    {
    }

    /// <summary>Makes a client with another store of trusted certificates.</summary>
    public BambuClient(IHal hal, PrinterConfig config, ITrustStore trust)
    {
        _hal = hal;
        _config = config;
        _trust = new BambuTrust(hal, trust, config);
        _leftover = new BambuLeftover(hal, config);
        _fullReports = new BambuFullReports(config.PollMs);
        _filler = new BambuStatus(Status, _start);
        _ownModel = BambuModel.OfConfig(config);
        _model = _ownModel;
        _sequence = RandomId() / 2;
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities =>
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel | PrinterCapabilities.Gcode
        | PrinterCapabilities.Upload | PrinterCapabilities.Start | PrinterCapabilities.Light | PrinterCapabilities.Speed
        | PrinterCapabilities.ClearError;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public IReportListener? Listener { get; set; }

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <inheritdoc/>
    public bool IsPushing => _link != null;

    /// <inheritdoc/>
    public int StaleMs => BambuWatchdog.OfflineMs;

    /// <inheritdoc/>
    public int SignalReport(AutoResetEvent wake)
    {
        _isSignalled = _link != null && _link.TrySignal(wake);
        return _isSignalled ? RestMs : 0;
    }

    /// <inheritdoc/>
    /// <remarks>FTPS: control and data connection.</remarks>
    public int UploadSockets => 2;

    /// <summary>Firmware version, or null before the printer reported it. Thread: the worker.</summary>
    public string? Firmware => _report.Firmware;

    /// <summary>Full reports that came faster than poll_ms and were dropped unread. Thread: the worker.</summary>
    public int DroppedReports => _fullReports.Dropped;

    /// <summary>Model such as P1S: what the printer reported, else what configuration or serial say; empty when unknown. Thread: the worker.</summary>
    public string Model => _model.Name;

    /// <summary>The printer's own name for its model; null before it was reported. Thread: the worker.</summary>
    public string? ReportedModel => _modelName;

    /// <summary>What the TLS handshake showed; null without a connection. Thread: the worker.</summary>
    public TlsPeer? Peer => _link?.Peer;

    /// <summary>True when the printer accepts commands only in Developer Mode, as far as it has shown that. Thread: the worker.</summary>
    public bool NeedsDeveloperMode => (_isSigningSeen && _hal.Clock.NowMs - _signingMs < SigningMs) || _report.Values.NeedsSigning;

    /// <summary>What is known of the printer's file server: <see cref="BambuSessionReuse.Demanded"/> also after it refused an upload for that reason.</summary>
    internal BambuSessionReuse SessionReuse => _hasDemandedReuse ? BambuSessionReuse.Demanded : _model.SessionReuse;

    private BambuLink Link =>
        _link ?? throw new HubException(ErrorCode.ConnectionLost, "there is no connection to the printer");

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        Disconnect();
        _report.Clear();
        _start.NoteOutage();
        _fullReports.Connected();
        _isWedged = false;
        _unanswered = 0;
        _isSigningSeen = _wasSigningShown = _wasSigningBit = false;
        BambuLink link;
        try
        {
            link = Login(cancel);
        }
        catch (HubException e)
        {
            _trust.Failed();
            throw _trust.Explain(BambuErrors.OfLogin(e, _config));
        }

        _link = link;
        Exception? failure = null;
        try
        {
            AwaitFirstReport(link, cancel);
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR loses an exception once another one was caught while closing.
            failure = error;
        }

        if (failure != null)
        {
            Disconnect();
            throw failure;
        }

        TlsPeer? peer = link.Peer;
        Status.TlsVerified = peer != null && peer.IsVerified;
        CleanUp(cancel);
    }

    /// <inheritdoc/>
    public void Poll(CancellationToken cancel)
    {
        BambuLink link = Link;
        int waitMs = _isSignalled ? 0 : SliceMs;
        for (int i = 0; i < MaxMessages && link.Receive(waitMs, _model.IsWeak, cancel, out BambuMessageKind kind); i++)
        {
            Handle(kind);
            waitMs = 0;
        }

        if (_isWedged)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the printer stopped answering commands; a fresh session is opened");
        }

        Watch(link, cancel);
        JudgeStart();
        Feed();
    }

    /// <inheritdoc/>
    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        BambuUpload.CheckName(name);
        try
        {
            if (Interlocked.Increment(ref _uploads) > 1)
            {
                throw new HubException(ErrorCode.TransferBusy, "another upload to this printer is in progress: wait for it");
            }

            BambuUpload.CheckFree(name, _presentJob, _presentFile);

            // A try costs the file of the same name, and the source can be read only once: where clear data is allowed, only a model that is known to accept any session is tried.
            BambuSessionReuse reuse = SessionReuse;
            bool demandsReuse = reuse == BambuSessionReuse.Demanded || (reuse == BambuSessionReuse.Unknown && _config.FtpsClearData);
            return BambuUpload.Send(_hal, _config, _trust.ForFiles(), demandsReuse, name, source, progress, _leftover, _presentJob, _presentFile, cancel);
        }
        catch (HubException e)
        {
            _hasDemandedReuse |= e.Code == ErrorCode.TlsSessionRequired;
            if (e.Code != ErrorCode.TlsUntrusted)
            {
                throw;
            }

            throw _trust.Explain(e);
        }
        finally
        {
            Interlocked.Decrement(ref _uploads);
        }
    }

    /// <summary>Logs in to the printer's file server and out again. Errors: those of a login. Thread: as <see cref="Upload"/>.</summary>
    public void CheckFiles(CancellationToken cancel)
    {
        try
        {
            BambuUpload.Check(_hal, _config, _trust.ForFiles(), cancel);
        }
        catch (HubException e)
        {
            throw _trust.Explain(e);
        }
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        BambuLink? link = _link;
        _link = null;
        link?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Disconnect();

    /// <summary>
    /// The model decides how a start is written. Its answer to get_version arrives soon after the first report, unless it is lost:
    /// it is asked once more, and an unknown model is started as the newest ones are.
    /// </summary>
    private void AwaitModel(BambuLink link, CancellationToken cancel)
    {
        link.AskVersion(cancel);
        long untilMs = _hal.Clock.NowMs + ModelMs;
        while (_modelName == null && _hal.Clock.NowMs < untilMs)
        {
            ThrowIfStopped(cancel);
            if (link.Receive(SliceMs, _model.IsWeak, cancel, out BambuMessageKind kind))
            {
                Handle(kind);
            }
        }
    }

    /// <summary>Removes what the upload of a hub that was killed left on the card; nothing can be uploaded yet. With few sockets, the next upload does it over its own.</summary>
    private void CleanUp(CancellationToken cancel)
    {
        if ((_hal.Sockets.MaxSockets == 0 || _hal.Sockets.MaxSockets >= PlentyOfSockets) && _uploads == 0 && _leftover.Exists)
        {
            BambuUpload.CleanUp(_hal, _config, _trust.ForFiles(), _leftover, _presentJob, _presentFile, cancel);
        }
    }

    private BambuLink Login(CancellationToken cancel)
    {
        BambuLink link = new BambuLink(_hal, _config, _trust.ForMqtt(), _report, _fullReports);
        Exception failure;
        try
        {
            link.Connect(cancel);
            _trust.LoggedIn();
            link.Subscribe(cancel);
            link.AskForAll(cancel);
            link.AskVersion(cancel);
            return link;
        }
        catch (Exception error)
        {
            // Thrown below: nanoCLR loses an exception once another one was caught while closing.
            failure = error;
        }

        link.Dispose();
        throw failure;
    }

    /// <summary>A printer of another serial stays silent, or its broker ends the connection (OpenBambuAPI, mqtt.md).</summary>
    private void AwaitFirstReport(BambuLink link, CancellationToken cancel)
    {
        long startMs = _hal.Clock.NowMs;
        _watchdog.Connected(startMs);
        bool isHeard = false;
        try
        {
            while (!_report.Values.IsFull && _hal.Clock.NowMs - startMs < FirstReportMs)
            {
                if (cancel.IsCancellationRequested)
                {
                    throw new HubException(ErrorCode.Cancelled, "stopped while waiting for the printer's first report");
                }

                if (link.Receive(SliceMs, _model.IsWeak, cancel, out BambuMessageKind kind))
                {
                    isHeard = true;
                    Handle(kind);
                }
            }
        }
        catch (HubException e)
        {
            if (isHeard)
            {
                throw;
            }

            throw BambuErrors.OfLogin(e, _config);
        }

        if (!isHeard)
        {
            throw BambuErrors.Silent(_config);
        }
    }

    private void Handle(BambuMessageKind kind)
    {
        switch (kind)
        {
            case BambuMessageKind.Dropped:
                Heard();
                _start.Heard(_hal.Clock.NowMs);
                break;
            case BambuMessageKind.Status:
                Heard();
                _start.Reported(_report.Values, _hal.Clock.NowMs);
                JudgeSigning();
                bool hasJob = BambuStateRules.HasJob(_report.Values.Phase);
                _presentJob = hasJob ? _report.Values.JobName : null;
                _presentFile = hasJob ? _report.Values.GcodeFile : null;
                Feed();
                break;
            case BambuMessageKind.Version:
                ChooseModel();
                break;
            case BambuMessageKind.Reply:
                HandleLateAnswer();
                break;
            default:
                break;
        }
    }

    /// <summary>Brings the status up to date and lets the listener see it: a job may end and the next one begin within one call of Poll.</summary>
    private void Feed()
    {
        _filler.Fill(_report, _model, _hal.Clock.NowMs);
        Listener?.Reported(Status);
    }

    /// <summary>A dropped report is a sign of life as well; the values shown may then be older than LastReportMs, by poll_ms (5 s at most) and one report.</summary>
    private void Heard()
    {
        long nowMs = _hal.Clock.NowMs;
        Status.LastReportMs = nowMs;
        _watchdog.Reported(nowMs, _report.Values.IsFull);
    }

    /// <summary>What the printer reports about itself counts more than a serial's first letters, but the configuration counts most.</summary>
    private void ChooseModel()
    {
        if (ReferenceEquals(_modelName, _report.ModelName))
        {
            return;
        }

        _modelName = _report.ModelName;
        BambuModel told = BambuModel.OfName(_modelName);
        bool isConfigured = BambuModel.OfName(_config.Model).IsKnown;
        _model = told.IsKnown && !isConfigured ? told : _ownModel;
    }

    private void Watch(BambuLink link, CancellationToken cancel)
    {
        if (_fullReports.IsMissing(_hal.Clock.NowMs))
        {
            link.AskForAll(cancel);
        }

        switch (_watchdog.Step(_hal.Clock.NowMs, _model.IsWeak))
        {
            case BambuWatch.AskToPush:
                link.AskToPush(cancel);
                break;
            case BambuWatch.AskForAll:
                link.AskForAll(cancel);
                break;
            case BambuWatch.Reconnect:
                throw new HubException(
                    ErrorCode.Timeout,
                    "the printer is connected, but sent no report for " + (BambuWatchdog.ReconnectMs / 1000).ToString() + " s; a fresh session is opened");
            default:
                break;
        }
    }
}
