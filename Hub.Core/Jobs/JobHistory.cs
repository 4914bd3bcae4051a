using System.Collections;

namespace Hub.Core.Jobs;

/// <summary>The jobs of the log, newest first: reads it backwards in pieces, so that memory holds only what was asked for. Thread: one owner.</summary>
public sealed class JobHistory
{
    /// <summary>Events that are read at once: whole segments of the log, so that each is read once.</summary>
    private const int PieceEvents = 256;

    private readonly string? _printerId;
    private readonly int _limit;
    private readonly long _beforeId;
    private readonly ArrayList _entries = new ArrayList();
    private readonly Hashtable _byId = new Hashtable();
    private int _complete;

    private JobHistory(string? printerId, int limit, long beforeId)
    {
        _printerId = printerId;
        _limit = limit;
        _beforeId = beforeId;
    }

    /// <summary>The newest jobs. The array is the caller's. Errors: <see cref="Errors.ErrorCode.StorageFailed"/>.</summary>
    /// <param name="store">Where they are recorded.</param>
    /// <param name="printerId">One printer's, by an id under which any event of the job was recorded; null for all.</param>
    /// <param name="limit">Most jobs.</param>
    public static JobEntry[] Read(JobStore store, string? printerId, int limit) => Read(store, printerId, limit, long.MaxValue);

    /// <summary>The same for the jobs before one: the next page of a history.</summary>
    /// <param name="store">Where they are recorded.</param>
    /// <param name="printerId">One printer's, or null.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="beforeId">The <see cref="JobEntry.Id"/> that all of them are below.</param>
    public static JobEntry[] Read(JobStore store, string? printerId, int limit, long beforeId)
    {
        JobHistory history = new JobHistory(printerId, limit, beforeId);
        JobLogCounts counts = store.Counts();
        long end = counts.LastId;
        while (end >= counts.FirstId && history._complete < limit)
        {
            long pieceId = ((end - 1) / PieceEvents * PieceEvents) + 1;
            long from = pieceId > counts.FirstId ? pieceId : counts.FirstId;
            JobEvent[] events = store.ReadEvents(from, (int)(end - from + 1));
            for (int i = events.Length - 1; i >= 0 && history._complete < limit; i--)
            {
                // The ring may have moved on since.
                if (events[i].Id <= end)
                {
                    history.Add(events[i]);
                }
            }

            end = from - 1;
        }

        return history.Sorted();
    }

    private void Add(JobEvent item)
    {
        if (JobEventKinds.IsEnd(item.Kind))
        {
            End(item);
        }
        else if (item.Kind == JobEventKind.Started && item.JobId < _beforeId)
        {
            Start(item);
        }
        else if (item.JobId != 0 && item.JobId < _beforeId && _printerId != null && IsWanted(item))
        {
            EntryOf(item.JobId).IsWanted = true;
        }
    }

    private bool IsWanted(JobEvent item) => _printerId == null || item.PrinterId == _printerId;

    private void End(JobEvent item)
    {
        bool isStarted = item.JobId != 0;
        if (isStarted ? item.JobId >= _beforeId : item.Id >= _beforeId || !IsWanted(item))
        {
            return;
        }

        JobEntry entry = EntryOf(isStarted ? item.JobId : item.Id);
        entry.IsWanted |= IsWanted(item);
        entry.PrinterId = item.PrinterId;
        entry.Job = item.Job;
        entry.IsStarted = isStarted;
        entry.EndedMs = item.TimeMs;
        entry.Outcome = item.Kind;
        entry.DurationMs = item.DurationMs;
        entry.CommandId = item.CommandId;
        entry.Code = item.Code;
        entry.Cause = item.Cause;
        _complete += isStarted ? 0 : 1;
    }

    private void Start(JobEvent item)
    {
        JobEntry entry = EntryOf(item.JobId);
        entry.IsWanted |= IsWanted(item);
        entry.PrinterId = item.PrinterId;
        entry.Job = entry.Job ?? item.Job;
        entry.IsStarted = true;
        entry.StartedMs = item.TimeMs;

        // A second event of the same start only adds the command.
        entry.CommandId = entry.CommandId ?? item.CommandId;
        entry.Cause = entry.Cause ?? item.Cause;
        if (item.Id != item.JobId)
        {
            return;
        }

        // The first of its events: all of the job is read.
        if (entry.IsWanted)
        {
            _complete++;
        }
        else
        {
            _byId.Remove(item.JobId.ToString());
            _entries.Remove(entry);
        }
    }

    private JobEntry EntryOf(long id)
    {
        string key = id.ToString();
        JobEntry? entry = (JobEntry?)_byId[key];
        if (entry == null)
        {
            entry = new JobEntry { Id = id };
            _byId.Add(key, entry);
            _entries.Add(entry);
        }

        return entry;
    }

    /// <summary>By their begin, newest first. They are nearly sorted already: an insertion is short.</summary>
    private JobEntry[] Sorted()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            JobEntry entry = (JobEntry)_entries[i]!;
            if (!entry.IsWanted || entry.PrinterId.Length == 0)
            {
                _entries.RemoveAt(i);
            }
        }

        for (int i = 1; i < _entries.Count; i++)
        {
            JobEntry entry = (JobEntry)_entries[i]!;
            int at = i;
            while (at > 0 && ((JobEntry)_entries[at - 1]!).Id < entry.Id)
            {
                _entries[at] = _entries[at - 1];
                at--;
            }

            _entries[at] = entry;
        }

        int count = _entries.Count < _limit ? _entries.Count : _limit;
        JobEntry[] sorted = new JobEntry[count];
        for (int i = 0; i < count; i++)
        {
            sorted[i] = (JobEntry)_entries[i]!;
        }

        return sorted;
    }
}
