using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// An OctoPrint server by polling its REST API (OctoPrint docs/api). Thread: see <see cref="IPrinterClient"/>.
/// </summary>
public sealed class OctoPrintClient : IPrinterClient, IPolledClient, IGcode, IEmergencyStop, IJobMemory
{
    private const int MaxCommandBytes = 8 * 1024;

    /// <summary>On a slow machine, a printer at rest is asked for its job after this time, or when its flags change; in ms.</summary>
    private const int RestJobMs = 30000;

    private readonly IHal _hal;
    private readonly PrinterConfig _config;
    private readonly HttpOrigin _origin;
    private readonly OctoPrintApi _api;
    private readonly OctoPrintReport _report = new OctoPrintReport();
    private readonly OctoPrintStateRules _rules = new OctoPrintStateRules();
    private readonly string _offlineWords;
    private readonly string _connectingWords;
    private readonly string _unknownWords;
    private bool _isAtRest;
    private int _jobFlags;
    private long _jobMs;
    private string? _startPath;
    private string? _pathBefore;
    private double _completionBefore = double.NaN;
    private int _printTimeBefore = -1;
    private double _lastPrintTimeBefore = double.NaN;

    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    public OctoPrintClient(IHal hal, PrinterConfig config)
    {
        _hal = hal;
        _config = config;
        PollIntervalMs = config.PollMs;
        _origin = HttpOrigin.Parse(config.Url ?? "");
        _api = new OctoPrintApi(hal, _origin, config.Tls, config.ApiKey);
        _offlineWords = "OctoPrint at " + _origin.ToString() + " is running, but is not connected to its printer: switch the printer on, then connect it in OctoPrint";
        _connectingWords = "OctoPrint at " + _origin.ToString() + " is connecting to its printer: wait for it";
        _unknownWords = "the server at " + _origin.ToString() + " answers, but does not report the printer's state: is it OctoPrint, and is there no proxy in between?";
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities =>
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel
        | PrinterCapabilities.Gcode | PrinterCapabilities.Upload | PrinterCapabilities.Start | PrinterCapabilities.EmergencyStop;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public IReportListener? Listener { get; set; }

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        try
        {
            int status = _api.Get("/api/version", cancel);
            if (status != 200)
            {
                throw HttpAnswers.NoSuchApi(status, _origin, "OctoPrint");
            }

            OctoPrintAnswers.CheckIdentity(_api.Body, _api.BodyLength, _origin);
        }
        finally
        {
            _api.Release();
        }

        _rules.NoteOutage();
        _isAtRest = false;
        Status.TlsVerified = _api.Peer != null && _api.Peer.IsVerified;
    }

    /// <inheritdoc/>
    public void Poll(CancellationToken cancel)
    {
        try
        {
            PrinterState state = ReadRound(cancel, out bool needsSecondLook);
            if (needsSecondLook)
            {
                state = ReadRound(cancel, out _);
            }

            state = JudgeStart(state);
            _report.Fill(Status, state, _rules.JobName);
            _rules.FillKey(Status);
            FillError(state);
            FailStart();
            Status.LastReportMs = _hal.Clock.NowMs;
        }
        finally
        {
            _api.Release();
        }

        Listener?.Reported(Status);
    }

    /// <inheritdoc/>
    public void Pause(CancellationToken cancel) =>
        JobCommand("{\"command\":\"pause\",\"action\":\"pause\"}", "nothing is being printed that could be paused", cancel);

    /// <inheritdoc/>
    public void Resume(CancellationToken cancel) =>
        JobCommand("{\"command\":\"pause\",\"action\":\"resume\"}", "nothing is paused that could be resumed", cancel);

    /// <inheritdoc/>
    public void Cancel(CancellationToken cancel) =>
        JobCommand("{\"command\":\"cancel\"}", "nothing is being printed that could be cancelled", cancel);

    /// <inheritdoc/>
    public void SendGcode(string[] lines, CancellationToken cancel)
    {
        JsonWriter writer = new JsonWriter(256, MaxCommandBytes);
        writer.BeginObject();
        writer.Name("commands");
        writer.BeginArray();
        for (int i = 0; i < lines.Length; i++)
        {
            writer.Value(lines[i]);
        }

        writer.EndArray();
        writer.EndObject();
        Command("/api/printer/command", writer.ToString(), "the printer is not connected to OctoPrint, so it accepts no G-code", cancel);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// OctoPrint lets M112 overtake its queue (1.3.11 and later, OctoPrint #3104), sends the heaters off too and closes the
    /// serial port. A firmware without an emergency parser reads it only after the line it is at, such as M109.
    /// </remarks>
    public void EmergencyStop(CancellationToken cancel)
    {
        using OctoPrintApi api = new OctoPrintApi(_hal, _origin, _config.Tls, _config.ApiKey);
        int status = api.Post("/api/printer/command", "{\"command\":\"M112\"}", cancel);
        ThrowIfNotDone(api, status, "the printer is not connected to OctoPrint, so nothing can be sent to it");
    }

    /// <inheritdoc/>
    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        // A connection of its own: the worker keeps polling over the other one.
        using OctoPrintApi api = new OctoPrintApi(_hal, _origin, _config.Tls, _config.ApiKey);
        return OctoPrintUpload.Send(_hal, api, name, source, progress, cancel);
    }

    /// <inheritdoc/>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        string target = "/api/files/local/" + UrlText.PercentEncodePath(storedPath);
        _startPath = storedPath;
        _pathBefore = _report.FilePath;
        _completionBefore = _report.Completion;
        _printTimeBefore = _report.PrintTime;
        _lastPrintTimeBefore = _report.LastPrintTime;
        try
        {
            int status = _api.Post(target, "{\"command\":\"select\",\"print\":true}", cancel);
            if (status == 404)
            {
                throw new HubException(ErrorCode.NotFound, "OctoPrint has no file '" + storedPath + "' to start");
            }

            ThrowIfNotDone(_api, status, "OctoPrint cannot start the print now: the printer is busy or not connected");
        }
        finally
        {
            _api.Release();
        }
    }

    /// <inheritdoc/>
    public void Expect(string jobKey) => _rules.Expect(JobKeys.FileOf(jobKey));

    /// <inheritdoc/>
    public int PollIntervalMs { get; set; }

    /// <inheritdoc/>
    public void ReleaseIdleConnection() => _api.Close();

    /// <inheritdoc/>
    public void Disconnect() => _api.Close();

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    private void ThrowIfNotDone(OctoPrintApi api, int status, string conflict)
    {
        if (status == 409)
        {
            string? words = api.Sentence();
            throw new HubException(ErrorCode.WrongState, conflict + (words == null ? " (409)" : " (409: " + words + ")"));
        }

        if (status < 200 || status >= 300)
        {
            throw new HubException(
                ErrorCode.NotFound,
                "the server at " + _origin.ToString() + " does not know this OctoPrint request (" + status.ToString() + "): it is starting, or a proxy blocks it");
        }
    }

    private void JobCommand(string json, string conflict, CancellationToken cancel) => Command("/api/job", json, conflict, cancel);

    /// <summary>Sends a command, never twice.</summary>
    private void Command(string target, string json, string conflict, CancellationToken cancel)
    {
        try
        {
            ThrowIfNotDone(_api, _api.Post(target, json, cancel), conflict);
        }
        finally
        {
            _api.Release();
        }
    }

    private PrinterState ReadRound(CancellationToken cancel, out bool needsSecondLook)
    {
        int status = _api.Get("/api/printer?exclude=sd", cancel);
        if (status == 409)
        {
            _report.SetPrinterUnlinked();
        }
        else
        {
            ThrowIfNotDone(_api, status, "");
            _report.ReadPrinter(_api.Body, 0, _api.BodyLength);
        }

        if (!IsJobKnown(_hal.Clock.NowMs))
        {
            _isAtRest = false;
            ThrowIfNotDone(_api, _api.Get("/api/job", cancel), "OctoPrint does not report its job");
            _report.ReadJob(_api.Body, 0, _api.BodyLength);
            _jobFlags = _report.Flags;
            _jobMs = _hal.Clock.NowMs;
        }

        PrinterState state = _rules.Step(_report, _hal.Clock.NowMs, out needsSecondLook);
        _isAtRest = !needsSecondLook && PrinterStates.IsAtRest(state);
        return state;
    }

    /// <summary>
    /// A second request costs a slow machine as much as the first. Nothing but the choice of another file happens to the job of a printer at
    /// rest without a change of the flags, except a job that begins and ends between two polls: both are seen within <see cref="RestJobMs"/>.
    /// </summary>
    private bool IsJobKnown(long nowMs) =>
        _isAtRest && !Start.IsOpen && _report.Flags == _jobFlags && nowMs - _jobMs < RestJobMs && _hal.System.CpuCostFactor > 0;

    /// <summary>
    /// Checks for the file that was started: being printed, or printed to its end by another print than the one that was shown
    /// before. Gives the state, which is that end if the job was not seen otherwise.
    /// </summary>
    private PrinterState JudgeStart(PrinterState state)
    {
        if (!Start.IsOpen || _report.FilePath == null || _report.FilePath != _startPath)
        {
            return state;
        }

        if (PrinterStates.HasJob(state))
        {
            Start.Shown();
            return state;
        }

        bool canEnd = state == PrinterState.Idle || state == PrinterState.Finished || state == PrinterState.Cancelled;
        bool isSameEnd = _pathBefore == _startPath && 100 <= _completionBefore && _report.PrintTime == _printTimeBefore
            && PrinterStatus.IsSame(_report.LastPrintTime, _lastPrintTimeBefore);
        if (!canEnd || !(100 <= _report.Completion) || isSameEnd)
        {
            return state;
        }

        _rules.NoteFinished(_report);
        Start.Shown();
        return PrinterState.Finished;
    }

    /// <summary>A new error speaks against the start.</summary>
    private void FailStart()
    {
        PrinterStatus before = Start.Before;
        if (Start.IsOpen && Status.State == PrinterState.Error && (before.State != PrinterState.Error || before.ErrorMessage != Status.ErrorMessage))
        {
            Start.Fail(StartEvidence.FailureOf(Status));
        }
    }

    /// <summary>The texts of a serial connection that is being set up (OctoPrint util/comm.py getStateString).</summary>
    private static bool IsConnecting(string? text) =>
        text != null && (text.StartsWith("Opening") || text.StartsWith("Detecting") || text.StartsWith("Connecting"));

    private void FillError(PrinterState state)
    {
        PrinterStatus status = Status;
        switch (state)
        {
            case PrinterState.Error when _rules.Failure != null && _report.IsPrinterLinked:
            case PrinterState.Offline when _rules.Failure != null:
                // Shown even while the printer is disconnected: its owner must know about the job.
                status.ErrorCode = PrinterErrorCodes.PrintFailed;
                status.ErrorMessage = _rules.Failure;
                break;
            case PrinterState.Error:
                status.ErrorCode = PrinterErrorCodes.Fault;
                status.ErrorMessage = _rules.Failure ?? _report.JobErrorText ?? _report.JobStateText ?? _report.StateText ?? "OctoPrint reports an error";
                break;
            case PrinterState.Offline:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.PrinterOffline);
                status.ErrorMessage = IsConnecting(_report.JobStateText) ? _connectingWords : _offlineWords;
                break;
            case PrinterState.Unknown:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.BadJson);
                status.ErrorMessage = _unknownWords;
                break;
            default:
                status.ErrorCode = null;
                status.ErrorMessage = null;
                break;
        }
    }
}
