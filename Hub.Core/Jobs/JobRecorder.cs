using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// Records one printer's jobs: sees each report and stores what is new in it. A report without news costs neither storage nor memory; one with
/// news is judged again on the stored record under the store's lock, since another process may have recorded it already. Storage that fails costs the
/// history, not the print: it is logged once and tried again; an outcome that was shown in between is kept for that. Thread: any; reports come from the printer's worker.
/// </summary>
public sealed class JobRecorder : IReportListener
{
    /// <summary>Reports this far apart, in ms, leave a gap in which anything may have happened.</summary>
    private const int WatchedMs = 60000;

    /// <summary>Time after a failure of the storage before it is tried again, in ms.</summary>
    private const int RetryMs = 5000;

    private readonly IClock _clock;
    private readonly JobStore _store;
    private readonly Log _log;
    private readonly PrinterConfig _printer;
    private readonly JobTracker _tracker = new JobTracker();
    private readonly JobChange _step;
    private readonly object _gate = new object();
    private PrinterPlace? _place;
    private JobRecord? _record;
    private PrinterStatus? _status;
    private bool _isWatched;
    private int _number = JobTracker.UnknownNumber;
    private long _spokenMs = -1;
    private long _retryMs;
    private bool _hasFailed;
    private BedState _bed;
    private BedState _toldBed;
    private PrinterStatus? _missed;
    private bool _hasMissed;
    private bool _isClosed;

    /// <summary>Makes a recorder; nothing is read yet.</summary>
    public JobRecorder(IClock clock, JobStore store, Log log, PrinterConfig printer)
    {
        _clock = clock;
        _store = store;
        _log = log;
        _printer = printer;
        _step = Step;
    }

    /// <summary>What is known of the bed, as far as this process knows. Never waits: a change that waits for the storage holds up no status.</summary>
    public BedState Bed => _bed;

    /// <summary>Reads the printer's record, and appends what a hub that was killed could not.</summary>
    /// <returns>The key of the job that ran when the printer was seen last; null for none.</returns>
    public string? Open()
    {
        lock (_gate)
        {
            return TryOpen() && _record!.HasJob ? _record.JobKey : null;
        }
    }

    /// <summary>Records nothing more: another recorder has taken over the printer. Does not wait for a change that is under way.</summary>
    public void Close() => _isClosed = true;

    /// <summary>True once after the bed's state has changed. Never waits. Thread: the printer's worker.</summary>
    public bool TakeNews()
    {
        BedState bed = _bed;
        bool isNews = bed != _toldBed;
        _toldBed = bed;
        return isNews;
    }

    /// <summary>
    /// Changes the printer's record and keeps what is stored then. Errors: <see cref="ErrorCode.StorageFailed"/>, and those of the change.
    /// </summary>
    public JobRecord Change(JobChange change)
    {
        lock (_gate)
        {
            _place = _place ?? _store.PlaceOf(_printer);
            Keep(_store.Change(_place, (record, events) => Noted(record) && change(record, events)));
            return _record!;
        }
    }

    /// <summary>
    /// As <see cref="Reported"/>, on the record as it is stored now: what another process has recorded since is no news here until something
    /// changes. Errors: <see cref="ErrorCode.StorageFailed"/>.
    /// </summary>
    internal void CatchUp(PrinterStatus status)
    {
        Change(Nothing);
        Reported(status);
    }

    /// <inheritdoc/>
    public void Reported(PrinterStatus status)
    {
        lock (_gate)
        {
            if (_isClosed || !TryOpen())
            {
                return;
            }

            long nowMs = _clock.NowMs;
            _isWatched = _spokenMs >= 0 && nowMs - _spokenMs <= WatchedMs;
            if (_hasMissed && nowMs >= _retryMs)
            {
                Record(_missed!, nowMs);
            }

            if (!IsNews(_record!, status, _number))
            {
                Heard(status, nowMs);
                DateEvents(nowMs);
            }
            else if (nowMs < _retryMs || !Record(status, nowMs))
            {
                Postpone(status, nowMs);
                Miss(status);
            }
        }
    }

    private static bool Nothing(JobRecord record, JobEvents events) => false;

    /// <summary>What another process has recorded since may be about any of the printer's jobs.</summary>
    private bool Noted(JobRecord record)
    {
        if (_record == null || record.LastEventId != _record.LastEventId)
        {
            _number = JobTracker.UnknownNumber;
        }

        return true;
    }

    private bool IsNews(JobRecord record, PrinterStatus status, int number) =>
        _tracker.Judge(record, status, number, _isWatched, number == JobTracker.UnknownNumber ? _store.NowMs : 0);

    private bool Record(PrinterStatus status, long nowMs)
    {
        _status = status;
        bool isRecorded = false;
        try
        {
            JobRecord stored = _store.Change(_place!, _step);
            isRecorded = true;
            if (status != _missed || _hasMissed)
            {
                Heard(status, nowMs);
            }

            Keep(stored);
            _hasMissed &= status != _missed;
            if (_hasFailed)
            {
                _hasFailed = false;
                _log.Info(_printer.Id, "the job history is recorded again");
            }
        }
        catch (HubException e)
        {
            Failed(e);
        }

        _status = null;
        return isRecorded;
    }

    /// <summary>An outcome that could not be recorded: the printer may show another state by the time of the retry.</summary>
    private void Miss(PrinterStatus status)
    {
        if (JobPhases.Of(status, _record!.HasJob, out JobEventKind _) == JobPhase.Over)
        {
            _missed = _missed ?? new PrinterStatus();
            _missed.CopyFrom(status);
            _hasMissed = true;
        }
    }

    /// <summary>The news stays news, and keeps its time. A printer that was watched stays so.</summary>
    private void Postpone(PrinterStatus status, long nowMs)
    {
        _tracker.NoteLate(status, _record!, _store.Now);
        if (_tracker.HasSpoken && _isWatched)
        {
            _spokenMs = nowMs;
        }
    }

    /// <summary>Under the store's lock, on the record as it is stored.</summary>
    private bool Step(JobRecord record, JobEvents events)
    {
        if (_status == _missed && record.LastEventId != _record!.LastEventId)
        {
            // Another process has recorded more since: what was missed here may be older than that.
            _hasMissed = false;
            _number = JobTracker.UnknownNumber;
            return false;
        }

        if (_isClosed || !Noted(record) || !IsNews(record, _status!, _number))
        {
            return false;
        }

        _tracker.Apply(record, _status!, events);
        for (int i = 0; i < events.Count; i++)
        {
            MakeShown(events[i]);
        }

        record.JobName = Shown(record.JobName);
        record.BedJob = Shown(record.BedJob);
        return true;
    }

    private void MakeShown(JobEvent item)
    {
        item.Job = Shown(item.Job);
        item.Cause = Shown(item.Cause);
    }

    /// <summary>A name or a message is foreign, and a server may echo a key in it.</summary>
    private string? Shown(string? text) => text == null ? null : _log.Shown(text);

    /// <summary>The clock may have been set since events were recorded.</summary>
    private void DateEvents(long nowMs)
    {
        if (_store.OwesDates && nowMs >= _retryMs)
        {
            try
            {
                _store.DateEvents();
            }
            catch (HubException e)
            {
                Failed(e);
            }
        }
    }

    private void Heard(PrinterStatus status, long nowMs)
    {
        if (_tracker.HasSpoken)
        {
            _number = status.JobNumber;
            _spokenMs = nowMs;
            _tracker.Heard();
        }
    }

    private void Keep(JobRecord record)
    {
        _hasMissed &= _record != null && _record.LastEventId == record.LastEventId;
        _record = record;
        _bed = record.Bed;
    }

    private bool TryOpen()
    {
        if (_record == null && _clock.NowMs >= _retryMs)
        {
            try
            {
                _place = _place ?? _store.PlaceOf(_printer);
                Keep(_store.Open(_place));
            }
            catch (HubException e)
            {
                Failed(e);
            }
        }

        return _record != null;
    }

    private void Failed(HubException error)
    {
        _retryMs = _clock.NowMs + RetryMs;
        if (!_hasFailed)
        {
            _hasFailed = true;
            _log.Warning(_printer.Id, "the job history is not recorded: " + error.Message);
        }
    }
}
