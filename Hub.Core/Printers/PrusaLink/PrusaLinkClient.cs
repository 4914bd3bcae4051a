using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Streams;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// A PrusaLink, inside the printer (Buddy firmware) or on a Raspberry Pi (Python), by polling its v1 API (Prusa-Link-Web spec/openapi.yaml).
/// What differs between them is in <see cref="PrusaLinkFlavour"/>. Thread: see <see cref="IPrinterClient"/>.
/// </summary>
public sealed class PrusaLinkClient : IPrinterClient, IPolledClient, IGcode
{
    /// <summary>
    /// A printer has three connections for everybody: one that stays idle for longer is given back (Buddy
    /// lib/WUI/nhttp; it would keep it for 60 s).
    /// </summary>
    private const int MaxIdleMs = 3000;

    /// <summary>Longest time that a state is shown while the reports have none that is known.</summary>
    private const int MaxStateAgeMs = 60000;

    /// <summary>How often an old firmware's printer is asked whether it has the v1 API after all, in ms: a 404 may come from a proxy, too.</summary>
    private const int LegacyMs = 60000;

    /// <summary>
    /// A start that is refused right after a job is sent again after this time, in ms: the one on a Pi stays in FINISHED and
    /// STOPPED for 11 s and refuses until then (Prusa-Link prusa/link/const.py PRINT_END_TIMEOUT).
    /// </summary>
    private const int StartRetryMs = 2000;

    /// <summary>For so long such a refusal is believed to pass, in ms.</summary>
    private const int StartPatienceMs = 30000;

    /// <summary>A command that is refused because the printer is busy with its job is sent again after this time, in ms.</summary>
    private const int BusyRetryMs = 2000;

    /// <summary>A job with more left than passed and this much has not come to its end, in ms.</summary>
    private const int EndSlackMs = 15000;

    /// <summary>Percent below which a job whose time left is not known does not come to its end in a short outage.</summary>
    private const double NearlyComplete = 90;

    /// <summary>Longest outage that is short, in ms.</summary>
    private const int ShortOutageMs = 120000;

    /// <summary>A name that is at least so long may be the beginning of a longer one.</summary>
    private const int CutName = 24;

    private const int MethodNotAllowed = 405;
    private const int Conflict = 409;

    private const string NoJob = "the printer has no job";

    private readonly IHal _hal;
    private readonly PrinterConfig _config;
    private readonly HttpOrigin _origin;
    private readonly PrusaLinkApi _api;
    private readonly PrusaLinkReport _report = new PrusaLinkReport();
    private PrusaLinkFlavour _flavour = PrusaLinkFlavour.Unknown;
    private PrusaLinkFlavour _named = PrusaLinkFlavour.Unknown;
    private PrusaLinkLegacy? _legacy;
    private long _legacyMs;
    private long _stateMs;
    private string? _startName;
    private int _idBefore = -1;
    private bool _wasIdle;
    private PrinterState _stateBefore;
    private bool _hadJob;
    private string? _failure;
    private string? _failedJob;
    private bool _wasAway;
    private int _seenId = -1;
    private string? _seenName;
    private double _seenProgress;
    private int _seenLeft;
    private long _seenMs;
    private string? _refusedPath;
    private long _refusedMs;

    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    public PrusaLinkClient(IHal hal, PrinterConfig config)
    {
        _hal = hal;
        _config = config;
        _origin = HttpOrigin.Parse(config.Url ?? "");
        _api = new PrusaLinkApi(hal, _origin, config);
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities => _flavour.Capabilities;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <summary>0 to 100 while the printer receives a file from anybody, else NaN; as of the last poll.</summary>
    public double TransferProgress => _report.TransferProgress;

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        try
        {
            PrusaLinkFlavour flavour = _api.GetFlavour(cancel);
            _named = flavour;
            if (_api.Get("/api/v1/status", cancel) == 404)
            {
                flavour = PrusaLinkFlavour.Legacy;
            }

            _legacy = flavour.IsLegacy ? _legacy ?? new PrusaLinkLegacy() : null;
            _legacyMs = _hal.Clock.NowMs;
            _flavour = flavour;

            // The printer may have restarted since the last poll.
            _wasAway = true;
            _report.ForgetJob();
            _report.ForgetState();
        }
        finally
        {
            _api.Release();
        }

        Status.TlsVerified = _api.Peer != null && _api.Peer.IsVerified;
    }

    /// <inheritdoc/>
    public void Poll(CancellationToken cancel)
    {
        try
        {
            LeaveLegacy(cancel);
            if (_legacy != null)
            {
                _legacy.Poll(_api, Status, _hal.Clock.NowMs, cancel);
            }
            else
            {
                ReadRound(cancel);
                JudgeStart(cancel);
                Fill();
                FailStart();
            }

            Status.LastReportMs = _hal.Clock.NowMs;
        }
        finally
        {
            _api.Release();
        }

        if (_config.PollMs > MaxIdleMs)
        {
            _api.Close();
        }
    }

    /// <inheritdoc/>
    /// <remarks>A job that is paused already is left alone: PrusaLink refuses that, in words that say nothing is printed.</remarks>
    public void Pause(CancellationToken cancel)
    {
        if (_report.State != PrinterState.Paused || _report.JobId < 0)
        {
            JobCommand("PUT", "/pause", "PrusaLink does not pause the job now", cancel);
        }
    }

    /// <inheritdoc/>
    public void Resume(CancellationToken cancel) => JobCommand("PUT", "/resume", "PrusaLink does not resume the job now", cancel);

    /// <inheritdoc/>
    public void Cancel(CancellationToken cancel) => JobCommand("DELETE", "", "PrusaLink does not cancel the job now", cancel);

    /// <inheritdoc/>
    /// <remarks>Only the Python one; see <see cref="PrusaLinkGcode"/>. Nothing is sent unless every line can be.</remarks>
    public void SendGcode(string[] lines, CancellationToken cancel)
    {
        PrusaLinkGcode check = new PrusaLinkGcode();
        for (int i = 0; i < lines.Length; i++)
        {
            check.Translate(lines[i]);
        }

        PrusaLinkGcode gcode = new PrusaLinkGcode();
        for (int i = 0; i < lines.Length; i++)
        {
            gcode.Translate(lines[i]);
            if (gcode.Target != null)
            {
                Control(gcode.Target, gcode.Json, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        // A connection of its own: the worker goes on polling over the other one.
        using PrusaLinkApi api = new PrusaLinkApi(_hal, _origin, _config);
        return PrusaLinkUpload.Send(_hal, api, name, source, progress, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>A path without a folder is looked for in the storage that takes uploads.</remarks>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        string path = storedPath;
        if (path.IndexOf('/') < 0 && _report.Storage != null)
        {
            path = PrusaLinkAnswers.TrimSlashes(_report.Storage) + "/" + path;
        }

        _startName = path.Substring(path.LastIndexOf('/') + 1);
        _idBefore = _report.LastJobId;
        _wasIdle = _report.State == PrinterState.Idle && _report.JobId < 0;
        _stateBefore = _report.State;
        HubException refusal;
        try
        {
            Command(
                new HttpRequest("POST", PrusaLinkUpload.FileTarget(path)),
                "PrusaLink does not start the print now: the printer is not ready",
                ErrorCode.NotFound,
                "PrusaLink has no file '" + storedPath + "' to start",
                cancel);
            _refusedPath = null;
            return;
        }
        catch (HubException e)
        {
            refusal = e;
        }

        if (refusal.Code == ErrorCode.WrongState)
        {
            MayPass(refusal, path);
        }

        throw refusal;
    }

    /// <inheritdoc/>
    public void ReleaseIdleConnection() => _api.Close();

    /// <inheritdoc/>
    public void Disconnect() => _api.Close();

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    /// <summary>
    /// Says of a start's refusal whether it will pass: it had no effect, the printer shows no job, and its last one may have
    /// ended seconds ago. Only for a while: an open menu refuses starts as well, and for as long as it is open.
    /// </summary>
    private void MayPass(HubException refusal, string path)
    {
        long nowMs = _hal.Clock.NowMs;
        if (_refusedPath != path || nowMs - _refusedMs > 2 * StartPatienceMs)
        {
            _refusedPath = path;
            _refusedMs = nowMs;
        }

        if (nowMs - _refusedMs < StartPatienceMs)
        {
            refusal.RetryAfterMs = StartRetryMs;
        }
    }

    /// <summary>A printer that was asked while it, or a proxy, started may have the v1 API after all.</summary>
    private void LeaveLegacy(CancellationToken cancel)
    {
        long nowMs = _hal.Clock.NowMs;
        if (_legacy == null || _named.IsLegacy || nowMs - _legacyMs < LegacyMs)
        {
            return;
        }

        _legacyMs = nowMs;
        if (_api.Get("/api/v1/status", cancel) == 200)
        {
            _legacy = null;
            _flavour = _named;
        }
    }

    /// <summary>
    /// Looks for the job that was started: a new id, in whatever state, or any id after none at all, as ids begin anew with a
    /// factory reset or another card. A printer that shows no job any more tells by its end state, when that is a new one, or by
    /// its counter, when it had the same end before.
    /// </summary>
    private void JudgeStart(CancellationToken cancel)
    {
        if (!Start.IsOpen)
        {
            return;
        }

        PrinterState state = _report.State;
        bool hasEnded = state == PrinterState.Finished || state == PrinterState.Cancelled;
        if (_report.JobId >= 0)
        {
            // A job that begins and meets an error at once is judged by that.
            if ((_wasIdle || _report.JobId != _idBefore) && state != PrinterState.Error && IsOurs())
            {
                Start.Shown();
            }
        }
        else if (PrinterStates.HasJob(state) && !PrinterStates.HasJob(_stateBefore))
        {
            // A report without the job's numbers: nothing else can be asked.
            Start.Shown();
        }
        else if (hasEnded && (state != _stateBefore || HasCountedOn(cancel)))
        {
            _report.NoteName(_startName!);
            _failure = null;
            Start.Shown();
        }
    }

    /// <summary>A new error that stands against the start, or a question on the screen before it.</summary>
    private void FailStart()
    {
        if (!Start.IsOpen || _report.State == _stateBefore)
        {
            return;
        }

        if (_report.State == PrinterState.Error)
        {
            Start.Fail(StartEvidence.FailureOf(Status));
        }
        else if (_report.State == PrinterState.Attention)
        {
            Start.Fail(new HubException(
                ErrorCode.WrongState, "the printer accepted the start, but asks for a person before it prints: answer the question on its screen, there it goes on"));
        }
    }

    /// <summary>True unless the job's name, which is known, is another file's. Long names come cut, and Buddy's file name is the short one.</summary>
    private bool IsOurs()
    {
        string? shown = _report.JobName;
        if (shown == null)
        {
            return true;
        }

        string ours = _startName!.ToLower();
        string name = shown.ToLower();
        string? file = _report.FileName?.ToLower();
        return name == ours || file == ours || (name.Length >= CutName && ours.StartsWith(name));
    }

    /// <summary>
    /// True when Buddy's job counter went on although it shows no job: of /api/v1/job/ID it answers 404 to any but the last id,
    /// and 405 to a GET of that (Prusa-Firmware-Buddy lib/WUI/link_content/prusa_link_api_v1.cpp). The GETs have no effect.
    /// </summary>
    private bool HasCountedOn(CancellationToken cancel)
    {
        if (_flavour != PrusaLinkFlavour.Buddy || _idBefore < 0)
        {
            return false;
        }

        return !IsLastJob(_idBefore, cancel) && IsLastJob(_idBefore + 1, cancel);
    }

    private bool IsLastJob(int id, CancellationToken cancel)
    {
        try
        {
            _api.Get("/api/v1/job/" + id.ToString(), cancel);
            return false;
        }
        catch (HubException e) when (e.HttpStatus == MethodNotAllowed)
        {
            return true;
        }
    }

    private void Control(string target, string json, CancellationToken cancel)
    {
        try
        {
            int status = _api.Post(target, json, cancel);
            if (status == 409)
            {
                throw PrusaLinkConflict.Explain(_api.Sentence(), "PrusaLink does not do that now");
            }

            if (status == 404)
            {
                throw new HubException(ErrorCode.NotSupported, "this PrusaLink does not know the command (404)");
            }
        }
        finally
        {
            _api.Release();
        }
    }

    /// <summary>A command to the job of the last report; it names the job, so that it never meets the next one.</summary>
    private void JobCommand(string method, string verb, string conflict, CancellationToken cancel)
    {
        if (_report.JobId < 0)
        {
            throw new HubException(ErrorCode.WrongState, NoJob);
        }

        HttpRequest request = new HttpRequest(method, "/api/v1/job/" + _report.JobId.ToString() + verb);
        try
        {
            Command(request, conflict, ErrorCode.WrongState, "the job has ended in the meantime (404)", cancel);
        }
        catch (HubException e) when (e.HttpStatus == Conflict && e.Code == ErrorCode.WrongState && _report.IsBusyWithJob)
        {
            // It passes: the command had no effect and is wanted still.
            e.RetryAfterMs = BusyRetryMs;
            throw;
        }
    }

    /// <summary>Sends a command, never twice.</summary>
    private void Command(HttpRequest request, string conflict, ErrorCode missingCode, string missing, CancellationToken cancel)
    {
        try
        {
            int status = _api.Send(request, cancel);
            if (status == 404)
            {
                throw new HubException(missingCode, missing);
            }

            if (status == Conflict)
            {
                HubException refusal = PrusaLinkConflict.Explain(_api.Sentence(), conflict);
                refusal.HttpStatus = status;
                throw refusal;
            }
        }
        finally
        {
            _api.Release();
        }
    }

    private void ReadRound(CancellationToken cancel)
    {
        int status = _api.Get("/api/v1/status", cancel);
        if (status != 200)
        {
            throw HttpAnswers.NoSuchApi(status, _origin, "PrusaLink");
        }

        _report.ReadStatus(_api.Body, 0, _api.BodyLength);
        AgeState();

        if (_report.NeedsJob)
        {
            ReadJob(cancel);
        }
    }

    private void AgeState()
    {
        long nowMs = _hal.Clock.NowMs;
        if (_report.HasState)
        {
            _stateMs = nowMs;
        }
        else if (nowMs - _stateMs >= MaxStateAgeMs)
        {
            _report.ForgetState();
        }
    }

    /// <summary>Asks for the job's name, which is no reason to lose the link: the status is complete without it.</summary>
    private void ReadJob(CancellationToken cancel)
    {
        try
        {
            // 204 when the job ended between the two requests.
            if (_api.Get("/api/v1/job", cancel) == 200)
            {
                _report.ReadJob(_api.Body, 0, _api.BodyLength);
            }
        }
        catch (HubException e) when (e.Code == ErrorCode.ServerError || e.Code == ErrorCode.BadJson)
        {
            // Seen with 0.8.1: the job's answer also reads the file's metadata, which may fail (fill_printfile_data).
        }
        catch (HubException e) when (e.Code == ErrorCode.BadResponse)
        {
            // With that metadata it may also be longer than a buffer, and will be so every time.
            _report.GiveUpJobName();
        }
    }

    private void Fill()
    {
        PrinterStatus status = Status;
        PrinterState state = NoteFailure(_report.State);
        status.State = state;
        status.Nozzle = _report.Nozzle;
        status.NozzleTarget = _report.NozzleTarget;
        status.Bed = _report.Bed;
        status.BedTarget = _report.BedTarget;
        status.ClearJob();
        bool isRunning = PrinterStates.HasJob(state) || (state == PrinterState.Attention && _report.JobId >= 0);
        if (isRunning || state == PrinterState.Finished || state == PrinterState.Cancelled)
        {
            status.Job = _report.JobName;
        }

        if (isRunning)
        {
            status.ProgressPercentage = _report.Progress;
            status.RemainingTimeSeconds = _report.TimeRemaining;
        }
        else if (state == PrinterState.Finished)
        {
            // The job may be gone from the report already.
            status.ProgressPercentage = 100;
        }

        PrusaLinkTrouble.Fill(status, _report.Trouble, _report.StrangeWord);
        if (_failure != null)
        {
            status.Job = _report.JobName ?? _failedJob;
        }

        if (_failure != null && _report.State != PrinterState.Error)
        {
            status.ErrorCode = PrinterErrorCodes.PrintFailed;
            status.ErrorMessage = _failure;
        }
    }

    /// <summary>
    /// A job that an error took away has failed, and is shown so until the next one begins: after the error PrusaLink is IDLE,
    /// as if nothing had been printed. Gives the state.
    /// </summary>
    private PrinterState NoteFailure(PrinterState state)
    {
        switch (state)
        {
            case PrinterState.Error:
                if (_hadJob)
                {
                    _failedJob = _seenName;
                    _failure = "the print failed" + (_report.Trouble == null ? ", the printer reported an error" : ": " + _report.Trouble) + "; check the printer";
                    _hadJob = false;
                }

                return state;
            case PrinterState.Cancelled:
            case PrinterState.Finished:
            case PrinterState.Idle:
                if (state == PrinterState.Idle && IsLost())
                {
                    _failedJob = _seenName;
                    _failure = "the print was lost" + At() + ": the printer, or the server in front of it, restarted; check the printer";
                }

                // After an error the one on a Pi may pass through STOPPED, though nobody stopped anything.
                if (_failure != null && _report.JobId < 0)
                {
                    return PrinterState.Error;
                }

                _hadJob = false;
                if (state == PrinterState.Idle)
                {
                    _report.ForgetName();
                }

                return state;
            case PrinterState.Busy:
            case PrinterState.Unknown:
            case PrinterState.Offline:
                return state;
            default:
                _failure = null;
                _hadJob = _report.JobId >= 0;
                NoteJob();
                return state;
        }
    }

    /// <summary>Notes what is known of the job at work, for the case that it is gone after an outage.</summary>
    private void NoteJob()
    {
        _seenName = _report.JobName ?? (_report.JobId == _seenId ? _seenName : null);
        _seenId = _report.JobId;
        _seenProgress = _report.Progress;
        _seenLeft = _report.TimeRemaining;
        _seenMs = _hal.Clock.NowMs;
        _wasAway = false;
    }

    /// <summary>
    /// True when the job was at work before an outage, is gone after it, and cannot have come to its end meanwhile: the one on a Pi
    /// sends the file line by line, so its restart ends the job, as a power cut may in a printer.
    /// </summary>
    private bool IsLost()
    {
        long passedMs = _hal.Clock.NowMs - _seenMs;
        return _wasAway && _hadJob && _report.JobId < 0
            && (_seenLeft >= 0 ? _seenLeft * 1000L > passedMs + EndSlackMs : !(_seenProgress >= NearlyComplete) && passedMs < ShortOutageMs);
    }

    private string At() => double.IsNaN(_seenProgress) ? "" : " at " + ((int)_seenProgress).ToString() + " %";
}
