using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;
using Hub.Core.WebSockets;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// JSON-RPC over /websocket (moonraker docs/external_api/introduction.md): identify, wait until Klipper is ready, subscribe, merge what changed.
/// Subscriptions die with Klipper, so every return to ready starts over. Thread: the printer's worker.
/// </summary>
internal sealed partial class MoonrakerSocketLink : MoonrakerLink
{
    /// <summary>Longest wait of a poll, so that the worker sees its inbox.</summary>
    private const int SliceMs = 100;

    /// <summary>Longest sleep until the next poll where a message wakes the worker: what is due by time alone is due in seconds.</summary>
    private const int RestMs = 1000;

    /// <summary>Moonraker pings every 10 s; after this much silence the connection is considered dead.</summary>
    private const int SilenceMs = 60000;

    /// <summary>
    /// Moonraker pings even when Klipper hangs: after this long without a report Klipper itself is asked. An idle printer whose
    /// temperatures stand still reports nothing; its answer must be here before the worker calls the link degraded, at 30 s.
    /// </summary>
    private const int QuietMs = 20000;

    /// <summary>The same while it prints: its durations grow then, so that a healthy Klipper reports several times a second.</summary>
    private const int BusyQuietMs = 8000;

    private const int FarewellMs = 200;
    /// <summary>Most messages handled in one poll, so that the worker sees its inbox in between.</summary>
    private const int MaxMessages = 16;

    private readonly IClock _clock;
    private readonly MoonrakerAccess _access;
    private readonly MoonrakerApi _api;
    private readonly WebSocketClient _socket;
    private readonly MoonrakerMessage _message = new MoonrakerMessage();
    private int _metadataId = -1;
    private int _startId = -1;
    private bool _isSignalled;
    private bool _needsRefresh;
    private bool _isDoubtful;
    private bool _isKlipperLost;
    private long _nextRefreshMs;
    private long _openedMs;
    private long _lastReportMs = -1;
    private long _nextDoubtMs;

    public MoonrakerSocketLink(MoonrakerAccess access, MoonrakerReport report, MoonrakerJobFile file, MoonrakerSpool spool)
        : base(report, file, spool)
    {
        _clock = access.Hal.Clock;
        _access = access;
        _api = new MoonrakerApi(access);
        _socket = new WebSocketClient(access.Hal, access.Origin, access.Tls) { SkipsLongMessages = true };
    }

    /// <inheritdoc/>
    public override bool IsPush => true;

    /// <inheritdoc/>
    public override TlsPeer? Peer => _socket.Peer;

    /// <inheritdoc/>
    public override long LastHeardMs => Report.Klippy == KlippyState.Ready ? _lastReportMs : _socket.LastReceivedMs;

    /// <inheritdoc/>
    public override void Open(CancellationToken cancel)
    {
        HttpRequest request = new HttpRequest("GET", "/websocket");
        Secret? token;
        try
        {
            token = _api.AuthorizeUpgrade(request, cancel);
        }
        finally
        {
            _api.Close();
        }

        _socket.Connect(request, cancel);
        _openedMs = _clock.NowMs;
        Identify(token);
        Refresh();
    }

    /// <inheritdoc/>
    public override void Poll(CancellationToken cancel)
    {
        // A macro that resets the file at a job's end makes complete and standby come together: each is to be seen.
        KlipperPrint print = Report.Print;
        if (_needsRefresh || IsRefreshDue())
        {
            Refresh();
        }

        bool isThere = (Report.Print == print || Report.Print == KlipperPrint.Unknown) && _socket.Receive(_isSignalled ? 0 : SliceMs);
        for (int i = 0; isThere; i++)
        {
            ReadMessage();
            Handle();
            bool isNew = Report.Print != print && Report.Print != KlipperPrint.Unknown;
            isThere = i < MaxMessages && !isNew && _socket.Receive(0);
        }

        AskMetadata();
        AskForSpool();
        if (_clock.NowMs - _socket.LastReceivedMs > SilenceMs)
        {
            throw new HubException(ErrorCode.Timeout, _socket.Origin.HostAndPort + " fell silent for " + (SilenceMs / 1000).ToString() + " s");
        }
    }

    /// <inheritdoc/>
    public override int SignalReport(AutoResetEvent wake)
    {
        _isSignalled = _socket.TrySignal(wake);
        if (!_isSignalled)
        {
            return 0;
        }

        return Report.Klippy == KlippyState.Ready ? RestMs : StartupMs;
    }

    /// <inheritdoc/>
    public override void Renew(CancellationToken cancel) => Refresh();

    /// <inheritdoc/>
    public override void AskLastJob(MoonrakerLastJob job, CancellationToken cancel)
    {
        job.Forget();
        int id = Begin(HistoryMethod);
        Writer.Name("params");
        Writer.BeginObject();
        Writer.Name("limit");
        Writer.Value(1L);
        Member("order", "desc");
        Writer.EndObject();
        Send(id);
        try
        {
            AwaitAnswer(id);
            job.Read(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
        }
        catch (HubException e)
        {
            if (!_socket.IsOpen || e.Code == ErrorCode.Timeout || e.Code == ErrorCode.Cancelled)
            {
                throw;
            }

            job.Forget();
        }
    }

    /// <inheritdoc/>
    public override void Command(string method, string? name, string? value, CancellationToken cancel)
    {
        int id = Begin(method);
        if (name != null)
        {
            Writer.Name("params");
            Writer.BeginObject();
            Writer.Name(name);
            Writer.Value(value);
            Writer.EndObject();
        }

        _startId = method == StartMethod ? id : -1;
        Send(id);
        try
        {
            if (!Await(id, RefusalMs))
            {
                // Either the G-code queue is blocked or the server hangs: whether it answers another request shows which.
                AskState();
            }
            else
            {
                _startId = -1;
            }
        }
        catch (HubException e)
        {
            // What was sent may have been done, unless Moonraker itself said no.
            e.MayHaveActed = e.Code == ErrorCode.Timeout || e.Code == ErrorCode.ConnectionLost || e.Code == ErrorCode.BadJson
                || e.Code == ErrorCode.BadResponse || e.Code == ErrorCode.ServerError || e.Code == ErrorCode.Cancelled;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void ReleaseIdleConnection()
    {
        // The websocket is the link.
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _socket.Close(FarewellMs);
        _socket.Dispose();
        _api.Dispose();
    }

    private bool IsRefreshDue()
    {
        long nowMs = _clock.NowMs;
        if (_isDoubtful && nowMs >= _nextDoubtMs)
        {
            return true;
        }

        return Report.Klippy == KlippyState.Ready ? nowMs - _lastReportMs >= (Report.Print == KlipperPrint.Printing ? BusyQuietMs : QuietMs) : nowMs >= _nextRefreshMs;
    }

    private void Identify(Secret? token)
    {
        int id = Begin("server.connection.identify");
        Writer.Name("params");
        Writer.BeginObject();
        Member("client_name", Product.Name);
        Member("version", Product.Version);
        Member("type", "other");
        Member("url", "http://localhost");
        if (_access.ApiKey != null)
        {
            Member("api_key", _access.ApiKey.Reveal());
        }
        else if (token != null)
        {
            Member("access_token", token.Reveal());
        }

        Writer.EndObject();
        Send(id);
        try
        {
            AwaitAnswer(id);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.PrinterOffline || _message.ErrorNumber != MoonrakerErrors.MethodNotFound)
            {
                throw;
            }

            // Versions before March 2022 do not know it (moonraker docs/api_changes.md): the login was sent with the upgrade.
        }
    }

    /// <summary>
    /// server.info's state. It lists all that Moonraker finds odd in its configuration; where that is more than a message may
    /// have, printer.info has the state too.
    /// </summary>
    private KlippyState AskState()
    {
        try
        {
            Call("server.info");
            NoteComponents(!_hasAskedForSpoolman && MoonrakerAnswers.HasSpoolman(_socket.Message, _message.PayloadOffset, _message.PayloadLength));
            return MoonrakerAnswers.Klippy(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadResponse || !_socket.IsOpen)
            {
                throw;
            }

            // Asked below.
        }

        NoteComponents(true);
        try
        {
            Call("printer.info");
            return MoonrakerAnswers.PrinterInfoState(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.PrinterOffline)
            {
                throw;
            }

            return KlippyState.Disconnected;
        }
    }

    /// <summary>Asks for Klipper's state; when it is ready, subscribes again.</summary>
    private void Refresh()
    {
        if (_isDoubtful)
        {
            // A server that keeps doing so is not asked all the time.
            _nextDoubtMs = _clock.NowMs + NotReadyMs;
        }

        _needsRefresh = _isDoubtful = false;
        _isKlipperLost = false;
        _nextRefreshMs = _clock.NowMs + NotReadyMs;
        KlippyState state = AskState();
        if (state == KlippyState.Unknown)
        {
            throw new HubException(ErrorCode.BadResponse, "the server at " + _socket.Origin.ToString() + " does not report Klipper's state: it is not Moonraker");
        }

        try
        {
            if (state == KlippyState.Ready)
            {
                Subscribe();
            }
            else
            {
                string? message = state == KlippyState.Disconnected ? null : AskMessage();
                if (!_isKlipperLost)
                {
                    SetNotReady(state, message);
                }
            }
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.PrinterOffline)
            {
                throw;
            }

            // Klipper disconnected between the two requests; or Moonraker has just started, and does not know Klipper's methods
            // for half a second although it may already report its state.
            SetNotReady(_message.ErrorNumber == MoonrakerErrors.MethodNotFound ? KlippyState.Startup : KlippyState.Disconnected, null);
        }

        bool isJustOpened = _clock.NowMs - _openedMs < JustOpenedMs;
        if (Report.Klippy == KlippyState.Startup || (Report.Klippy == KlippyState.Disconnected && isJustOpened))
        {
            _nextRefreshMs = _clock.NowMs + StartupMs;
        }

        _lastReportMs = _clock.NowMs;
    }

    private string? AskMessage()
    {
        Call("printer.info");
        return MoonrakerAnswers.StateMessage(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
    }

    /// <summary>A list that is too long to read is not worth an error.</summary>
    private MoonrakerObjectList AskObjects()
    {
        try
        {
            Call("printer.objects.list");
            return MoonrakerObjectList.Read(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadResponse || !_socket.IsOpen)
            {
                throw;
            }

            return MoonrakerObjectList.Unknown;
        }
    }

    private void Subscribe()
    {
        MoonrakerObjectList objects = AskObjects();
        int id = Begin("printer.objects.subscribe");
        Writer.Name("params");
        Writer.BeginObject();
        MoonrakerQuery.Write(Writer, objects);
        Writer.EndObject();
        Send(id);
        AwaitAnswer(id);
        if (_isKlipperLost)
        {
            // It disconnected between the requests: the last state stands until the next refresh.
            return;
        }

        Report.Clear();
        Report.SetObjects(objects);
        Report.SetKlippy(KlippyState.Ready, null);
        Report.MergeResult(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
    }

    private void AskMetadata()
    {
        string? name = File.Next(Report);
        if (name == null)
        {
            return;
        }

        _metadataId = Begin("server.files.metadata");
        Writer.Name("params");
        Writer.BeginObject();
        Member("filename", name);
        Writer.EndObject();
        Send(_metadataId);
    }
}
