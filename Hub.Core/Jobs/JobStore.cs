using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Jobs;

/// <summary>A change of a printer's record, made under the store's lock.</summary>
/// <param name="record">The record as it is stored now; changed in place.</param>
/// <param name="events">Takes the events that belong to the change.</param>
/// <returns>False to leave all as it is.</returns>
public delegate bool JobChange(JobRecord record, JobEvents events);

/// <summary>
/// The printers' records and the log of events, changed together: under one lock that also holds between processes, and in two writes of which
/// the first, the record with its events, is enough to make the second later. Thread: any. Errors: <see cref="ErrorCode.StorageFailed"/>;
/// a change whose first write failed has not happened.
/// </summary>
public sealed class JobStore
{
    private const string LockName = "jobs";
    private const int LockRetryMs = 5;

    /// <summary>How long a change waits for another program's, in ms: some writes of a slow disk.</summary>
    private const int LockWaitMs = 5000;

    /// <summary>How long it waits where the last wait was in vain: the program that holds the lock is suspended, or its disk hangs, in ms.</summary>
    private const int StuckWaitMs = 250;

    /// <summary>After a wait in vain, nothing waits for so long, whichever printer asks, in ms.</summary>
    private const int StuckPauseMs = 5000;

    /// <summary>Events that are read at a time.</summary>
    private const int ScanEvents = 32;

    /// <summary>Least time between two warnings of dropped events, in ms.</summary>
    private const int SayDroppedMs = 60 * 60 * 1000;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly JobRecords _records;
    private readonly JobLog _events;
    private readonly BootDates _boot;

    /// <summary>Held during a change, while it waits for other programs too. Taken before <see cref="_gate"/>.</summary>
    private readonly object _turn = new object();

    /// <summary>Held by whoever uses the log, never during a wait for other programs.</summary>
    private readonly object _gate = new object();
    private bool _isStuck;
    private long _pausedUntilMs;
    private long _unsaidDropped;
    private long _sayDroppedMs;

    /// <summary>Makes a store on the HAL's storage; nothing is read yet.</summary>
    public JobStore(IHal hal, Log log, JobLogSize size)
    {
        _hal = hal;
        _log = log;
        _records = new JobRecords(hal.Nvs, log);
        _events = new JobLog(hal.Nvs, size.Events, size.SegmentEvents, hal.System);
        _boot = new BootDates(hal);
    }

    /// <summary>Now in Unix ms (UTC); 0 while the clock is not set.</summary>
    public long NowMs => UnixTime.NowMs(_hal.Clock);

    /// <summary>Now, as it is recorded.</summary>
    public JobMoment Now => _boot.Now;

    /// <summary>True when events wait for <see cref="DateEvents"/>: they were recorded before the clock was set. Reads no storage.</summary>
    public bool OwesDates => _boot.OwesDates;

    /// <summary>Where a printer's record is kept.</summary>
    public PrinterPlace PlaceOf(PrinterConfig printer) => new PrinterPlace(printer, _hal.Hash);

    /// <summary>Where starts are pending. The array is the caller's.</summary>
    internal PrinterPlace[] PlacesWithPendingStart()
    {
        ArrayList places = new ArrayList();
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    ArrayList records = _records.ReadAll();
                    for (int i = 0; i < records.Count; i++)
                    {
                        JobRecord record = (JobRecord)records[i]!;
                        if (record.PendingStart != null)
                        {
                            places.Add(new PrinterPlace(record, _hal.Hash));
                        }
                    }
                }
            }
        }

        PrinterPlace[] found = new PrinterPlace[places.Count];
        places.CopyTo(found);
        return found;
    }

    /// <summary>The commands whose starts are pending. The array is the caller's.</summary>
    internal string[] PendingCommands()
    {
        ArrayList commands = new ArrayList();
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    ArrayList records = _records.ReadAll();
                    for (int i = 0; i < records.Count; i++)
                    {
                        string? command = ((JobRecord)records[i]!).PendingStart?.CommandId;
                        if (command != null)
                        {
                            commands.Add(command);
                        }
                    }
                }
            }
        }

        return TextList.ToArray(commands);
    }

    /// <summary>Changes a printer's record, and appends the events of the change; all processes see both or neither.</summary>
    /// <returns>The record as it is stored now; the caller's.</returns>
    public JobRecord Change(PrinterPlace place, JobChange change)
    {
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    return ChangeLocked(place, change);
                }
            }
        }
    }

    /// <summary>A printer's record as it is stored now; the caller's. Reads nothing of the log unless the record has events that it may lack.</summary>
    public JobRecord Read(PrinterPlace place) => ReadStored(place, false);

    /// <summary>As <see cref="Read"/>, for who begins to work with the printer: stores where it is now and its id, where the record lacks them.</summary>
    public JobRecord Open(PrinterPlace place) => ReadStored(place, true);

    /// <summary>The events from an id on, oldest first, at most <paramref name="max"/>; the array is the caller's.</summary>
    public JobEvent[] ReadEvents(long fromId, int max) => ReadEvents(fromId, max, out _);

    /// <summary>The same, with what the log holds at that moment: another one may have begun since the last time.</summary>
    public JobEvent[] ReadEvents(long fromId, int max, out JobLogCounts counts)
    {
        lock (_gate)
        {
            counts = RefreshedCounts();
            JobEvent[] events = _events.Read(fromId, max);
            for (int i = 0; i < events.Length; i++)
            {
                _boot.Date(events[i]);
            }

            return events;
        }
    }

    /// <summary>
    /// True when the log says that the job of a start that was sent began. Reads all events since it was sent. Errors: <see cref="ErrorCode.StorageFailed"/>.
    /// </summary>
    /// <param name="start">The start.</param>
    /// <param name="printerId">The printer that it was sent to.</param>
    internal bool HasStarted(PendingStart start, string printerId)
    {
        if (start.Phase != StartPhase.Sent || start.FirstEventId == 0)
        {
            return false;
        }

        lock (_gate)
        {
            _events.Refresh();
            for (long id = start.FirstEventId; id <= _events.LastId; id += ScanEvents)
            {
                JobEvent[] events = _events.Read(id, ScanEvents);
                for (int i = 0; i < events.Length; i++)
                {
                    if (start.IsStartedBy(events[i], printerId))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    /// <summary>What the log holds at this moment.</summary>
    public JobLogCounts Counts()
    {
        lock (_gate)
        {
            return RefreshedCounts();
        }
    }

    /// <summary>Gives an event that was read before the clock was set its time, if that is known by now.</summary>
    public void Date(JobEvent item) => _boot.Date(item);

    /// <summary>How long ago an event without a time was, in ms; <see cref="JobEvent.UnknownMs"/> when it is not of this boot, or has a time.</summary>
    public long AgeMs(JobEvent item) => _boot.AgeMs(item);

    /// <summary>Writes the times of the events that were recorded in this boot before the clock was set. They last over a restart then.</summary>
    public void DateEvents()
    {
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    _events.Refresh();
                    DateLocked();
                }
            }
        }
    }

    /// <summary>The newest event that this process knows of; another process may have added more. Reads no storage.</summary>
    public long LastKnownId
    {
        get
        {
            lock (_gate)
            {
                return _events.LastId;
            }
        }
    }

    /// <summary>Acknowledges all events up to this one: they stay until their space is needed.</summary>
    /// <param name="upToId">The event.</param>
    /// <param name="logId">The log that it is of (<see cref="JobLogCounts.LogId"/>): if another one has begun since, nothing is acknowledged.</param>
    public void Ack(long upToId, string? logId)
    {
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    _events.Refresh();
                    if (_events.LogId == logId)
                    {
                        _events.Ack(upToId);
                    }
                }
            }
        }
    }

    private static bool Keep(JobRecord record, JobEvents events) => false;

    private void DateLocked()
    {
        if (_boot.OwesDates)
        {
            _events.Date(_boot);
            _boot.Dated();
        }
    }

    private JobLogCounts RefreshedCounts()
    {
        _events.Refresh();
        return new JobLogCounts(_events.LogId, _events.FirstId, _events.LastId, _events.AckedId, _events.Dropped);
    }

    private JobRecord ReadStored(PrinterPlace place, bool isOpening)
    {
        lock (_turn)
        {
            using (Enter())
            {
                lock (_gate)
                {
                    JobRecord record = isOpening ? _records.Open(place) : _records.Read(place);
                    return record.Outbox.Count == 0 ? record : ChangeLocked(place, Keep);
                }
            }
        }
    }

    private JobRecord ChangeLocked(PrinterPlace place, JobChange change)
    {
        _events.Refresh();
        JobRecord record = _records.Read(place);
        if (record.Outbox.Count > 0)
        {
            FinishOutbox(place, record);
        }

        DateLocked();
        JobEvents events = new JobEvents(_events.LastId + 1, Now);
        if (!change(record, events))
        {
            return record;
        }

        for (int i = 0; i < events.Count; i++)
        {
            record.Outbox.Add(events[i]);
        }

        Store(place, record, record.Outbox);
        return record;
    }

    /// <summary>A hub was killed between the two writes of a change: appends the events that the log lacks.</summary>
    private void FinishOutbox(PrinterPlace place, JobRecord record)
    {
        ArrayList missing = new ArrayList();
        for (int i = 0; i < record.Outbox.Count; i++)
        {
            JobEvent item = (JobEvent)record.Outbox[i]!;
            if (!Has(item))
            {
                missing.Add(item);
            }
        }

        record.Outbox.Clear();
        if (missing.Count > 0)
        {
            Renumber(record, missing);
            for (int i = 0; i < missing.Count; i++)
            {
                record.Outbox.Add(missing[i]);
            }

            Store(place, record, missing);
        }
    }

    private void Store(PrinterPlace place, JobRecord record, ArrayList events)
    {
        _records.Write(place, record);
        long dropped = _events.Dropped;
        _events.Append(events);
        _boot.Recorded(events);
        record.Outbox.Clear();
        NoteDropped(_events.Dropped - dropped);
    }

    /// <summary>Where nothing was ever acknowledged, nothing waits for the events, and a full log is how it should be.</summary>
    private void NoteDropped(long count)
    {
        _unsaidDropped += _events.AckedId > 0 ? count : 0;
        long nowMs = _hal.Clock.NowMs;
        if (_unsaidDropped > 0 && nowMs >= _sayDroppedMs)
        {
            _log.Warning("jobs", "the job log is full: " + _unsaidDropped.ToString() + " events were dropped before they were acknowledged");
            _unsaidDropped = 0;
            _sayDroppedMs = nowMs + SayDroppedMs;
        }
    }

    /// <summary>Other printers' events may have taken the ids that the missing ones were to have.</summary>
    private void Renumber(JobRecord record, ArrayList missing)
    {
        for (int i = 0; i < missing.Count; i++)
        {
            JobEvent item = (JobEvent)missing[i]!;
            long former = item.Id;
            long id = _events.LastId + 1 + i;
            for (int k = i; k < missing.Count; k++)
            {
                JobEvent later = (JobEvent)missing[k]!;
                later.JobId = later.JobId == former ? id : later.JobId;
            }

            item.Id = id;
            record.JobId = record.JobId == former ? id : record.JobId;
            record.BedEventId = record.BedEventId == former ? id : record.BedEventId;
            record.LastEventId = record.LastEventId == former ? id : record.LastEventId;
        }
    }

    /// <summary>True when the log has the event, or had it long ago.</summary>
    private bool Has(JobEvent item)
    {
        if (item.Id > _events.LastId)
        {
            return false;
        }

        JobEvent[] found = _events.Read(item.Id, 1);
        return item.Id < _events.FirstId || (found.Length == 1 && found[0].IsSame(item));
    }

    /// <summary>
    /// The lock among the processes. One wait in vain is enough: until the lock is free again, those who come try it and hardly wait, so that one
    /// suspended program does not hold up every printer of this hub in turn.
    /// </summary>
    private IDisposable Enter()
    {
        long nowMs = _hal.Clock.NowMs;
        long untilMs = nowMs + (!_isStuck ? LockWaitMs : nowMs < _pausedUntilMs ? 0 : StuckWaitMs);
        while (true)
        {
            IDisposable? held = _hal.Nvs.TryLock(LockName);
            if (held != null)
            {
                _isStuck = false;
                return held;
            }

            nowMs = _hal.Clock.NowMs;
            if (nowMs >= untilMs)
            {
                _pausedUntilMs = _isStuck && nowMs < _pausedUntilMs ? _pausedUntilMs : nowMs + StuckPauseMs;
                _isStuck = true;
                throw new HubException(ErrorCode.StorageFailed, "another program keeps the job log locked: close it and try again");
            }

            _hal.Clock.Sleep(LockRetryMs);
        }
    }
}
