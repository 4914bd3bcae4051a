using System.Threading;
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
    /// A printer has three connections for all its clients: one that stays idle for longer is closed (Buddy
    /// lib/WUI/nhttp; it would keep it for 60 s).
    /// </summary>
    private const int MaxIdleMs = 3000;

    /// <summary>Longest time that a state is shown while the reports have none that is known.</summary>
    private const int MaxStateAgeMs = 60000;

    /// <summary>How often an old firmware's printer is asked whether it has the v1 API after all, in ms: a 404 may come from a proxy, too.</summary>
    private const int LegacyMs = 60000;

    /// <summary>A command that is refused because the printer is busy with its job is sent again after this time, in ms.</summary>
    private const int BusyRetryMs = 2000;

    private const int Conflict = 409;

    private const string NoJob = "the printer has no job";

    private readonly IHal _hal;
    private readonly PrinterConfig _config;
    private readonly HttpOrigin _origin;
    private readonly PrusaLinkApi _api;
    private readonly PrusaLinkReport _report = new PrusaLinkReport();
    private readonly PrusaLinkLostJob _lost = new PrusaLinkLostJob();
    private readonly PrusaLinkMaterial _material = new PrusaLinkMaterial();
    private readonly PrusaLinkStart _start;
    private PrusaLinkFlavour _flavour = PrusaLinkFlavour.Unknown;
    private PrusaLinkFlavour _named = PrusaLinkFlavour.Unknown;
    private PrusaLinkLegacy? _legacy;
    private long _legacyMs;
    private long _stateMs;

    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    public PrusaLinkClient(IHal hal, PrinterConfig config)
    {
        _hal = hal;
        _config = config;
        _origin = HttpOrigin.Parse(config.Url ?? "");
        _api = new PrusaLinkApi(hal, _origin, config);
        _start = new PrusaLinkStart(_api, _report, _lost);
        PollIntervalMs = config.PollMs;
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities => _flavour.Capabilities;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public IReportListener? Listener { get; set; }

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <summary>0 to 100 while the printer is receiving a file from any client, else NaN; as of the last poll.</summary>
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
            _lost.NoteOutage();
            _report.ForgetJob();
            _report.ForgetState();
            _material.Forget();
            Status.Filaments.Clear();
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
                if (Start.IsOpen && _start.IsShown(_flavour, cancel))
                {
                    Start.Shown();
                }

                Fill();
                _start.FailIfRefused(Start, Status);
            }

            Status.LastReportMs = _hal.Clock.NowMs;
            if (_legacy == null && _flavour.ReportsMaterial)
            {
                _material.Poll(_api, Status.Filaments, _hal.Clock.NowMs, cancel);
            }
        }
        finally
        {
            _api.Release();
        }

        if (PollIntervalMs > MaxIdleMs)
        {
            _api.Close();
        }

        Listener?.Reported(Status);
    }

    /// <inheritdoc/>
    /// <remarks>A job that is paused already is left alone: PrusaLink refuses that, in words that say nothing is printed.</remarks>
    public void Pause(CancellationToken cancel)
    {
        if (_report.State != PrinterState.Paused || _report.JobId < 0)
        {
            JobCommand("PUT", "/pause", "PrusaLink cannot pause the job now", cancel);
        }
    }

    /// <inheritdoc/>
    public void Resume(CancellationToken cancel) => JobCommand("PUT", "/resume", "PrusaLink cannot resume the job now", cancel);

    /// <inheritdoc/>
    public void Cancel(CancellationToken cancel) => JobCommand("DELETE", "", "PrusaLink cannot cancel the job now", cancel);

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
        // A connection of its own: the worker keeps polling over the other one.
        using PrusaLinkApi api = new PrusaLinkApi(_hal, _origin, _config);
        return PrusaLinkUpload.Send(_hal, api, name, source, progress, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>A path without a folder means the storage that accepts uploads.</remarks>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        string path = storedPath;
        if (path.IndexOf('/') < 0 && _report.Storage != null)
        {
            path = PrusaLinkAnswers.TrimSlashes(_report.Storage) + "/" + path;
        }

        _start.Begin(path);
        HubException refusal;
        try
        {
            Command(
                new HttpRequest("POST", PrusaLinkUpload.FileTarget(path)),
                "PrusaLink cannot start the print now: the printer is not ready",
                ErrorCode.NotFound,
                "PrusaLink has no file '" + storedPath + "' to start",
                cancel);
            _start.Accepted();
            return;
        }
        catch (HubException e)
        {
            refusal = e;
        }

        if (refusal.Code == ErrorCode.WrongState)
        {
            _start.MarkIfPassing(refusal, path, _hal.Clock.NowMs);
        }

        throw refusal;
    }

    /// <inheritdoc/>
    public int PollIntervalMs { get; set; }

    /// <inheritdoc/>
    public void ReleaseIdleConnection() => _api.Close();

    /// <inheritdoc/>
    public void Disconnect() => _api.Close();

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

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

    private void Control(string target, string json, CancellationToken cancel)
    {
        try
        {
            int status = _api.Post(target, json, cancel);
            if (status == 409)
            {
                throw PrusaLinkConflict.Explain(_api.Sentence(), "PrusaLink cannot do that now");
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
        catch (HubException e)
        {
            if (e.HttpStatus == Conflict && e.Code == ErrorCode.WrongState && _report.IsBusyWithJob)
            {
                // It passes: the command had no effect and is wanted still.
                e.RetryAfterMs = BusyRetryMs;
            }

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
        catch (HubException e)
        {
            // Seen with 0.8.1: the job's answer also reads the file's metadata, which may fail (fill_printfile_data).
            if (e.Code != ErrorCode.ServerError && e.Code != ErrorCode.BadJson && e.Code != ErrorCode.BadResponse)
            {
                throw;
            }

            if (e.Code == ErrorCode.BadResponse)
            {
                // With that metadata it may also be longer than a buffer, and will be so every time.
                _report.GiveUpJobName();
            }
        }
    }

    private void Fill()
    {
        PrinterStatus status = Status;
        PrinterState state = _lost.Step(_report, _hal.Clock.NowMs);
        status.State = state;
        status.Nozzle = _report.Nozzle;
        status.NozzleTarget = _report.NozzleTarget;
        status.Bed = _report.Bed;
        status.BedTarget = _report.BedTarget;
        status.ClearJob();
        bool isRunning = PrinterStates.HasJob(state) || (state == PrinterState.Attention && _report.JobId >= 0);
        status.JobNumber = _report.JobNumber;
        if (isRunning || state == PrinterState.Finished || state == PrinterState.Cancelled)
        {
            status.Job = _report.JobName;
            status.JobKey = _report.JobKey;
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
        if (_lost.Failure != null)
        {
            status.Job = _report.JobName ?? _lost.FailedJob;
            status.JobKey = _report.JobKey;
        }

        if (_lost.Failure != null && _report.State != PrinterState.Error)
        {
            status.ErrorCode = PrinterErrorCodes.PrintFailed;
            status.ErrorMessage = _lost.Failure;
        }
    }

}
