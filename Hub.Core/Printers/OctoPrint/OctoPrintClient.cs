using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Json;

namespace Hub.Core.Printers.OctoPrint;

/// <summary>
/// An OctoPrint server by polling its REST API (facts A1). Thread: see <see cref="IPrinterClient"/>.
/// </summary>
public sealed class OctoPrintClient : IPrinterClient, IPolledClient, IPrinterControls
{
    private const int MaxCommandBytes = 8 * 1024;

    private readonly IHal _hal;
    private readonly PrinterConfig _config;
    private readonly HttpOrigin _origin;
    private readonly OctoPrintApi _api;
    private readonly OctoPrintReport _report = new OctoPrintReport();
    private readonly OctoPrintStateRules _rules = new OctoPrintStateRules();

    /// <summary>Makes a client; nothing is opened yet. Errors: <see cref="Hub.Core.ErrorCode.ConfigInvalid"/> for a bad url.</summary>
    public OctoPrintClient(IHal hal, PrinterConfig config)
    {
        _hal = hal;
        _config = config;
        _origin = HttpOrigin.Parse(config.Url ?? "");
        _api = new OctoPrintApi(hal, _origin, config.Tls, config.ApiKey);
    }

    /// <inheritdoc/>
    public PrinterCapabilities Capabilities =>
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel
        | PrinterCapabilities.Gcode | PrinterCapabilities.Upload | PrinterCapabilities.Start | PrinterCapabilities.EmergencyStop;

    /// <inheritdoc/>
    public PrinterStatus Status { get; } = new PrinterStatus();

    /// <inheritdoc/>
    public StartEvidence Start { get; } = new StartEvidence();

    /// <inheritdoc/>
    public void Connect(CancellationToken cancel)
    {
        try
        {
            if (_api.Get("/api/version", cancel) == 404)
            {
                throw new HubException(ErrorCode.BadResponse, "no OctoPrint API at " + _origin.ToString() + " (404): check the printer's url");
            }

            OctoPrintAnswers.CheckIdentity(_api.Body, _api.BodyLength, _origin);
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
            PrinterState state = ReadRound(cancel, out bool needsSecondLook);
            if (needsSecondLook)
            {
                state = ReadRound(cancel, out _);
            }

            _report.Fill(Status, state);
            FillError(state);
            Status.LastReportMs = _hal.Clock.NowMs;
            Start.JudgeByState(Status);
        }
        finally
        {
            _api.Release();
        }
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
        int status = Command("/api/printer/command", writer.ToString(), cancel);
        ThrowIfNotDone(status, "the printer is not connected to OctoPrint, so it takes no G-code");
    }

    /// <inheritdoc/>
    public void SetLight(bool isOn, CancellationToken cancel) => throw new HubException(ErrorCode.NotSupported, "OctoPrint has no light");

    /// <inheritdoc/>
    public void SetSpeed(int level, CancellationToken cancel) => throw new HubException(ErrorCode.NotSupported, "OctoPrint has no speed levels: send M220 as G-code");

    /// <inheritdoc/>
    public void ClearError(CancellationToken cancel) => throw new HubException(ErrorCode.NotSupported, "OctoPrint has no error that could be cleared from here");

    /// <inheritdoc/>
    /// <remarks>
    /// OctoPrint lets M112 overtake its queue (1.3.11 and later, OctoPrint #3104), sends the heaters off too and closes the
    /// serial port. A firmware without an emergency parser reads it only after the line it is at, such as M109.
    /// </remarks>
    public void EmergencyStop(CancellationToken cancel)
    {
        using OctoPrintApi api = new OctoPrintApi(_hal, _origin, _config.Tls, _config.ApiKey);
        int status = api.Post("/api/printer/command", "{\"command\":\"M112\"}", cancel);
        ThrowIfNotDone(status, "the printer is not connected to OctoPrint (409), so nothing can be sent to it");
    }

    /// <inheritdoc/>
    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        // A connection of its own: the worker goes on polling over the other one.
        using OctoPrintApi api = new OctoPrintApi(_hal, _origin, _config.Tls, _config.ApiKey);
        return OctoPrintUpload.Send(_hal, api, name, source, progress, cancel);
    }

    /// <inheritdoc/>
    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel)
    {
        string target = "/api/files/local/" + HttpText.PercentEncodePath(storedPath);
        int status = Command(target, "{\"command\":\"select\",\"print\":true}", cancel);
        if (status == 404)
        {
            throw new HubException(ErrorCode.NotFound, "OctoPrint has no file '" + storedPath + "' to start");
        }

        ThrowIfNotDone(status, "OctoPrint does not start the print now (409): the printer is busy or not connected");
    }

    /// <inheritdoc/>
    public void Rest() => _api.Close();

    /// <inheritdoc/>
    public void Disconnect() => _api.Close();

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    private static void ThrowIfNotDone(int status, string conflict)
    {
        if (status == 409)
        {
            throw new HubException(ErrorCode.WrongState, conflict);
        }

        if (status < 200 || status >= 300)
        {
            throw new HubException(ErrorCode.NotFound, "OctoPrint does not know this request (" + status.ToString() + ")");
        }
    }

    private void JobCommand(string json, string conflict, CancellationToken cancel) =>
        ThrowIfNotDone(Command("/api/job", json, cancel), conflict);

    /// <summary>Sends a command, never twice, and gives its status code.</summary>
    private int Command(string target, string json, CancellationToken cancel)
    {
        try
        {
            return _api.Post(target, json, cancel);
        }
        finally
        {
            _api.Release();
        }
    }

    /// <summary>
    /// One round. The printer is asked before the job: whatever changes between the two then shows as a
    /// job that goes on a moment longer, never as one that broke off.
    /// </summary>
    private PrinterState ReadRound(CancellationToken cancel, out bool needsSecondLook)
    {
        int status = _api.Get("/api/printer?exclude=sd", cancel);
        if (status == 409)
        {
            _report.SetPrinterUnlinked();
        }
        else
        {
            ThrowIfNotDone(status, "");
            _report.ReadPrinter(_api.Body, 0, _api.BodyLength);
        }

        ThrowIfNotDone(_api.Get("/api/job", cancel), "OctoPrint does not tell its job (409)");
        _report.ReadJob(_api.Body, 0, _api.BodyLength);
        return _rules.Step(_report, out needsSecondLook);
    }

    private void FillError(PrinterState state)
    {
        PrinterStatus status = Status;
        switch (state)
        {
            case PrinterState.Error:
                status.ErrorCode = PrinterErrorCodes.Fault;
                status.ErrorMessage = _report.JobErrorText ?? _report.JobStateText ?? _report.StateText ?? "OctoPrint reports an error";
                break;
            case PrinterState.Offline:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.PrinterOffline);
                status.ErrorMessage = "OctoPrint runs, but is not connected to its printer";
                break;
            default:
                status.ErrorCode = null;
                status.ErrorMessage = null;
                break;
        }
    }
}
