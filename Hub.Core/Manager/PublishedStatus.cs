using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// What a worker publishes about its printer. It ages by itself: a worker that hangs in its printer's connection cannot withdraw its
/// last report. Thread: one owner publishes, any reads.
/// </summary>
internal sealed class PublishedStatus
{
    private readonly object _lock = new object();
    private readonly PrinterStatus _status = new PrinterStatus();
    private readonly int _staleMs;
    private LinkState _link;
    private LinkState _toldLink;
    private long _heardMs = -1;
    private int _quietMs;
    private int _tries;
    private bool _hasFirstAnswer;
    private bool _isToldStale;

    public PublishedStatus(int staleMs)
    {
        _staleMs = staleMs;
    }

    /// <summary>Overwrites it. True when a reader sees something else than before.</summary>
    public bool Publish(PrinterStatus status, LinkMachine link, bool hasFirstAnswer, long nowMs)
    {
        lock (_lock)
        {
            bool isOther = !_status.SameAs(status) || _hasFirstAnswer != hasFirstAnswer;
            _status.CopyFrom(status);
            _hasFirstAnswer = hasFirstAnswer;
            _link = link.State;
            _heardMs = link.HeardMs;
            _quietMs = link.QuietMs;
            _tries = link.Tries;
            return AgesTo(nowMs) || isOther;
        }
    }

    /// <summary>True once when time alone has changed what is read here.</summary>
    public bool HasAged(long nowMs)
    {
        lock (_lock)
        {
            return AgesTo(nowMs);
        }
    }

    /// <summary>Copies all of it as of one moment; a status that no report renewed for a minute counts no more, whatever the worker is doing.</summary>
    public void CopyTo(PrinterSnapshot into, long nowMs)
    {
        lock (_lock)
        {
            CopyAged(into.Status, nowMs);
            into.Link = Aged(nowMs);
            into.HasFirstAnswer = _hasFirstAnswer;
            into.Tries = _tries;
        }
    }

    /// <summary>What is known of a printer that is not reached.</summary>
    public static void MakeOffline(PrinterStatus status)
    {
        status.State = PrinterState.Offline;
        status.ClearJob();
        status.ClearTemperatures();
        status.Filaments.Clear();
    }

    private void CopyAged(PrinterStatus into, long nowMs)
    {
        into.CopyFrom(_status);
        if (!IsStale(nowMs))
        {
            return;
        }

        MakeOffline(into);
        if (into.IsConnected)
        {
            into.IsConnected = false;
            into.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
            into.ErrorMessage = "no report for more than a minute";
            into.ErrorRemedy = Remedy.ByCode;
        }
    }

    private bool AgesTo(long nowMs)
    {
        LinkState link = Aged(nowMs);
        bool isStale = IsStale(nowMs);
        bool isNews = link != _toldLink || isStale != _isToldStale;
        _toldLink = link;
        _isToldStale = isStale;
        return isNews;
    }

    private LinkState Aged(long nowMs) => _heardMs < 0 ? _link : LinkMachine.Aged(_link, nowMs - _heardMs, _quietMs, _staleMs);

    private bool IsStale(long nowMs) =>
        _status.LastReportMs >= 0 && nowMs - _status.LastReportMs >= _staleMs && _status.State != PrinterState.Offline;
}
