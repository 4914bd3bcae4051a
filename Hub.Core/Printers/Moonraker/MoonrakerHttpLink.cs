using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// Moonraker by polling, where a proxy blocks websockets. Thread: the printer's worker.
/// </summary>
internal sealed class MoonrakerHttpLink : MoonrakerLink
{
    private readonly IClock _clock;
    private readonly MoonrakerApi _api;
    private string? _queryTarget;
    private long _lastHeardMs = -1;

    /// <remarks>Spoolman is not asked: its answer would be waited for here, and may come late or never.</remarks>
    public MoonrakerHttpLink(MoonrakerAccess access, MoonrakerReport report, MoonrakerJobFile file, MoonrakerSpool spool)
        : base(report, file, spool)
    {
        spool.Connected(false);
        _clock = access.Hal.Clock;
        _api = new MoonrakerApi(access);
    }

    /// <inheritdoc/>
    public override bool IsPush => false;

    /// <inheritdoc/>
    public override TlsPeer? Peer => _api.Peer;

    /// <inheritdoc/>
    public override long LastHeardMs => _lastHeardMs;

    /// <inheritdoc/>
    public override void Open(CancellationToken cancel)
    {
        try
        {
            AskKlippy(cancel);
        }
        finally
        {
            _api.Release();
        }
    }

    /// <inheritdoc/>
    public override void Renew(CancellationToken cancel) => Open(cancel);

    /// <inheritdoc/>
    public override void AskLastJob(MoonrakerLastJob job, CancellationToken cancel)
    {
        job.Forget();
        try
        {
            _api.GetResult("/server/history/list?limit=1&order=desc", cancel);
            job.Read(_api.Body, _api.ResultOffset, _api.ResultLength);
        }
        catch (HubException e)
        {
            if (!IsOfAnswer(e))
            {
                throw;
            }

            job.Forget();
        }
        finally
        {
            _api.Release();
        }
    }

    /// <inheritdoc/>
    public override void Poll(CancellationToken cancel)
    {
        try
        {
            if (Report.Klippy == KlippyState.Ready)
            {
                Query(cancel);
            }
            else
            {
                AskKlippy(cancel);
            }

            _lastHeardMs = _clock.NowMs;
            AskMetadata(cancel);
        }
        finally
        {
            _api.Release();
        }
    }

    /// <inheritdoc/>
    public override void Command(string method, string? name, string? value, CancellationToken cancel)
    {
        Writer.Reset();
        Writer.BeginObject();
        if (name != null)
        {
            Writer.Name(name);
            Writer.Value(value);
        }

        Writer.EndObject();
        try
        {
            // A login may take long: only the command itself has a short limit.
            _api.Token(cancel);
            _api.ReadTimeoutMs = RefusalMs;
            _api.PostResult(TargetOf(method), Writer.ToString(), cancel);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.Timeout || !e.MayHaveActed)
            {
                throw;
            }

            // Either the G-code queue is blocked or the server hangs: whether it answers another request shows which.
            _api.ReadTimeoutMs = AnswerMs;
            ProveAlive(e, cancel);
        }
        finally
        {
            _api.ReadTimeoutMs = AnswerMs;
            _api.Release();
        }
    }

    /// <inheritdoc/>
    public override void ReleaseIdleConnection() => _api.Close();

    /// <inheritdoc/>
    public override void Dispose() => _api.Dispose();

    /// <summary>A server that answers counts as having the command; one that does not leaves it in doubt.</summary>
    private void ProveAlive(HubException timeout, CancellationToken cancel)
    {
        try
        {
            AskState(cancel);
        }
        catch (HubException e)
        {
            e.MayHaveActed = timeout.MayHaveActed;
            throw;
        }
    }

    /// <summary>printer.print.start is POST /printer/print/start over HTTP.</summary>
    private static string TargetOf(string method)
    {
        char[] characters = method.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = characters[i] == '.' ? '/' : characters[i];
        }

        return "/" + new string(characters);
    }

    /// <summary>True for an error in one answer of a server that is reachable.</summary>
    private static bool IsOfAnswer(HubException e) =>
        e.Code == ErrorCode.NotFound || e.Code == ErrorCode.ServerError || e.Code == ErrorCode.BadResponse || e.Code == ErrorCode.BadJson
        || e.Code == ErrorCode.PrinterOffline || e.Code == ErrorCode.Refused;

    /// <summary>
    /// Klipper's state. server.info lists a warning of some 200 bytes for every option that Moonraker does not know
    /// (confighelper.py, validate_config), which may be more than a buffer holds: then printer.info has the state too.
    /// </summary>
    private KlippyState AskState(CancellationToken cancel)
    {
        HubException failure;
        try
        {
            _api.GetResult("/server/info", cancel);
            return MoonrakerAnswers.Klippy(_api.Body, _api.ResultOffset, _api.ResultLength);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadResponse)
            {
                throw;
            }

            // Asked below: nanoCLR loses an exception once another one was caught inside its handler.
            failure = e;
        }

        try
        {
            _api.GetResult("/printer/info", cancel);
            KlippyState state = MoonrakerAnswers.PrinterInfoState(_api.Body, _api.ResultOffset, _api.ResultLength);
            return state != KlippyState.Unknown ? state : throw failure;
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.PrinterOffline)
            {
                return KlippyState.Disconnected;
            }

            if (!IsOfAnswer(e))
            {
                throw;
            }

            throw failure;
        }
    }

    private void AskKlippy(CancellationToken cancel)
    {
        KlippyState state;
        try
        {
            state = AskState(cancel);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.NotFound)
            {
                throw;
            }

            throw new HubException(ErrorCode.BadResponse, "no Moonraker at " + _api.Origin.ToString() + " (404): check the printer's url", e);
        }

        switch (state)
        {
            case KlippyState.Unknown:
                throw new HubException(ErrorCode.BadResponse, "the server at " + _api.Origin.ToString() + " does not report Klipper's state: it is not Moonraker");
            case KlippyState.Ready:
                FindObjects(cancel);
                _queryTarget = MoonrakerQuery.Target(Report.Objects);
                Query(cancel);
                break;
            default:
                SetNotReady(state, state == KlippyState.Disconnected ? null : AskMessage(cancel));
                break;
        }
    }

    private void Query(CancellationToken cancel)
    {
        try
        {
            _api.GetResult(_queryTarget!, cancel);
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.PrinterOffline && e.Code != ErrorCode.NotFound)
            {
                throw;
            }

            // Not found: Moonraker has restarted, and for half a second it does not know Klipper's requests.
            SetNotReady(e.Code == ErrorCode.NotFound ? KlippyState.Startup : KlippyState.Disconnected, null);
            return;
        }

        Report.Clear();
        Report.SetKlippy(KlippyState.Ready, null);
        Report.MergeResult(_api.Body, _api.ResultOffset, _api.ResultLength);
    }

    private string? AskMessage(CancellationToken cancel)
    {
        try
        {
            _api.GetResult("/printer/info", cancel);
            return MoonrakerAnswers.StateMessage(_api.Body, _api.ResultOffset, _api.ResultLength);
        }
        catch (HubException e)
        {
            if (!IsOfAnswer(e))
            {
                throw;
            }

            return null;
        }
    }

    /// <summary>A printer with hundreds of macros may list more than a buffer holds: chamber and tools are not worth an error.</summary>
    private void FindObjects(CancellationToken cancel)
    {
        MoonrakerObjectList objects = MoonrakerObjectList.Unknown;
        try
        {
            _api.GetResult("/printer/objects/list", cancel);
            objects = MoonrakerObjectList.Read(_api.Body, _api.ResultOffset, _api.ResultLength);
        }
        catch (HubException e)
        {
            if (!IsOfAnswer(e))
            {
                throw;
            }

            objects = MoonrakerObjectList.Unknown;
        }

        Report.SetObjects(objects);
    }

    private void AskMetadata(CancellationToken cancel)
    {
        string? name = File.Next(Report);
        if (name == null)
        {
            return;
        }

        try
        {
            _api.GetResult("/server/files/metadata?filename=" + UrlText.PercentEncode(name), cancel);
            File.Read(_api.Body, _api.ResultOffset, _api.ResultLength);
        }
        catch (HubException e)
        {
            if (!IsOfAnswer(e))
            {
                throw;
            }

            // A file that was not scanned (yet): the print continues without an estimate.
        }
    }
}
