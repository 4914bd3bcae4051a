using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>
/// What is to be sent to the cloud, in this order: answers to commands, credit of streams, progress of files, changed statuses (the newest of each printer), job events, the list
/// of printers, the hub's health. Bounded: answers that find no room displace the oldest, which the cloud has given up by then. Thread: any for the answers,
/// the tunnel's for the rest.
/// </summary>
internal sealed class TunnelOutbox
{
    /// <summary>Most answers that wait.</summary>
    public const int MaxAnswers = 256;

    /// <summary>Time between two reports of the hub's health, in ms.</summary>
    public const int HealthMs = 60 * 1000;

    private readonly PrinterManager _manager;
    private readonly HubHealth _health;
    private readonly IClock _clock;
    private readonly Log _log;
    private readonly AutoResetEvent _wake;
    private readonly JobEventFeed _events;
    private readonly FileStreams _streams;
    private readonly Queue _answers = new Queue();

    /// <summary>The latest progress of each file, until it is sent; guarded by the answers.</summary>
    private readonly ArrayList _progress = new ArrayList();

    private readonly SentEnds _ends = new SentEnds();
    private readonly SentStatuses _statuses = new SentStatuses();
    private readonly Hashtable _snapshots = new Hashtable();

    /// <summary>The configuration of each printer when its last change was seen.</summary>
    private readonly Hashtable _configs = new Hashtable();

    private ChangeQueue? _changes;
    private object? _written;
    private CloudFeatures _features;
    private bool _owesList;
    private long _healthMs;

    /// <summary>Makes an empty one.</summary>
    /// <param name="manager">The printers and the events of their jobs.</param>
    /// <param name="health">What is reported of the hub itself.</param>
    /// <param name="streams">Streams of files, which need credit.</param>
    /// <param name="clock">By which events are read again and statuses repeated.</param>
    /// <param name="log">Where trouble is reported.</param>
    /// <param name="wake">Set when there is something to send.</param>
    public TunnelOutbox(PrinterManager manager, HubHealth health, FileStreams streams, IClock clock, Log log, AutoResetEvent wake)
    {
        _manager = manager;
        _health = health;
        _streams = streams;
        _clock = clock;
        _log = log;
        _wake = wake;
        _events = new JobEventFeed(manager.Jobs, clock, log);
    }

    /// <summary>Answers that were displaced before they could be sent.</summary>
    public int Dropped { get; private set; }

    /// <summary>Queues an answer; it is kept until it was sent, over reconnects too.</summary>
    public void Put(TunnelAnswer answer)
    {
        lock (_answers)
        {
            if (_answers.Count >= MaxAnswers)
            {
                _answers.Dequeue();
                Dropped++;
            }

            _answers.Enqueue(answer);
        }

        _wake.Set();
    }

    /// <summary>Another cloud is connected to from now on: answers to the former one are none of its business.</summary>
    public void ForgetAnswers()
    {
        lock (_answers)
        {
            _answers.Clear();
            _progress.Clear();
        }
    }

    /// <summary>Replaces the progress of the same job that was not sent yet.</summary>
    public void PutProgress(FileProgressAnswer progress)
    {
        lock (_answers)
        {
            ForgetProgress(progress.JobId);
            _progress.Add(progress);
        }

        _wake.Set();
    }

    /// <summary>Queues the last word on a job's file, which no progress follows.</summary>
    public void PutLast(string jobId, TunnelAnswer answer)
    {
        lock (_answers)
        {
            ForgetProgress(jobId);
        }

        Put(answer);
    }

    /// <summary>The cloud welcomed the hub: it knows nothing of the printers' states now.</summary>
    public void Welcomed(CloudFeatures features)
    {
        // A hello that is repeated is welcomed again.
        _healthMs = _changes == null ? _clock.NowMs : _healthMs;
        Forget();
        _changes = _manager.WatchInto(_wake);
        _configs.Clear();
        _features = features;
        _events.Begin(Has(CloudFeatures.JobEvents));
        _owesList = Has(CloudFeatures.PrinterList);
    }

    /// <summary>The connection is gone: changes count for nothing until the next welcome.</summary>
    /// <param name="sinceMs">Since when nothing may have arrived.</param>
    public void Lost(long sinceMs)
    {
        Forget();
        Doubt(sinceMs);
    }

    /// <summary>What was sent since then may not have arrived: the last words on files wait again.</summary>
    public void Doubt(long sinceMs)
    {
        lock (_answers)
        {
            _ends.Requeue(sinceMs, _answers);
        }
    }

    /// <summary>The cloud has all job events up to this one.</summary>
    /// <param name="upToId">The event.</param>
    /// <param name="logId">The log that it is of; null for a cloud that does not name it.</param>
    public void Acknowledged(long upToId, string? logId) => _events.Acknowledged(upToId, logId);

    /// <summary>Writes the next message; false when there is none. Once it has gone out, <see cref="Sent"/> is called.</summary>
    public bool TryWrite(TunnelMessages messages)
    {
        while (true)
        {
            try
            {
                return Write(messages);
            }
            catch (HubException e)
            {
                // One message that cannot be written must not hold up all others.
                _log.Warning(TunnelClient.LogArea, "a message to the cloud is left out: " + e.Message);
                Sent();
            }
        }
    }

    /// <summary>Writes again the status that was sent longest ago, as a sign of life; false when there is none.</summary>
    public bool TryWriteAgain(TunnelMessages messages)
    {
        _written = null;
        return WriteAgain(messages, _statuses.Oldest);
    }

    /// <summary>The message that was written last went out.</summary>
    public void Sent()
    {
        if (_written is TunnelAnswer answer)
        {
            FileProgressAnswer? progress = _written as FileProgressAnswer;
            lock (_answers)
            {
                if (progress != null && progress.IsEnd)
                {
                    _ends.Add(progress, _clock.NowMs);
                }

                // It may have been displaced.
                if (_answers.Count > 0 && _answers.Peek() == _written)
                {
                    _answers.Dequeue();
                }

                _progress.Remove(_written);
            }

            answer.Sent();
        }
        else if (_written is JobEvent)
        {
            _events.Sent();
        }
        else if (_written == _snapshots)
        {
            _owesList = false;
        }
        else if (_written == _health)
        {
            _healthMs = _clock.NowMs + HealthMs;
        }

        _written = null;
    }

    private void Forget()
    {
        _changes?.Dispose();
        _changes = null;
        _statuses.Clear();
        _events.Begin(false);
        _owesList = false;
        _written = null;
    }

    private bool Has(CloudFeatures feature) => (_features & feature) != 0;

    private bool Write(TunnelMessages messages)
    {
        TunnelAnswer? answer = FirstAnswer();
        if (answer == null && _streams.TryWrite(messages))
        {
            return true;
        }

        answer ??= FirstProgress();
        if (answer != null)
        {
            _written = answer;
            answer.Write(messages);
            return true;
        }

        PrinterSnapshot? changed = NextChanged();
        while (changed != null)
        {
            _written = changed;
            messages.Status(changed, Has(CloudFeatures.StatusDetails));
            if (_statuses.IsNews(changed.Config.Id, messages.Buffer, messages.Length, _clock.NowMs))
            {
                return true;
            }

            changed = NextChanged();
        }

        JobEvent? item = _events.Next();
        if (item != null)
        {
            _written = item;
            messages.JobEvent(item, WireIdOf(item.PrinterId), _events.LogId, _manager.Jobs.AgeMs(item));
            return true;
        }

        if (_owesList)
        {
            _written = _snapshots;
            messages.PrinterList(_manager.Snapshot());
            return true;
        }

        if (Has(CloudFeatures.HubHealth) && _clock.NowMs >= _healthMs)
        {
            _written = _health;
            messages.Health(_health);
            return true;
        }

        // A base cloud may have set another status by itself since, or lost one: it says nothing of either.
        return _features == CloudFeatures.None && WriteAgain(messages, _statuses.Due(_clock.NowMs));
    }

    /// <summary>Writes the status of a printer whatever was sent of it before; of another one that was sent long ago if this one is gone.</summary>
    private bool WriteAgain(TunnelMessages messages, string? id)
    {
        while (id != null)
        {
            PrinterSnapshot? snapshot = Refreshed(id);
            if (snapshot != null && snapshot.HasFirstAnswer)
            {
                _written = snapshot;
                messages.Status(snapshot, Has(CloudFeatures.StatusDetails));
                _statuses.Mark(id, messages.Buffer, messages.Length, _clock.NowMs);
                return true;
            }

            _statuses.Remove(id);
            id = _statuses.Oldest;
        }

        return false;
    }

    private TunnelAnswer? FirstAnswer()
    {
        lock (_answers)
        {
            return _answers.Count > 0 ? (TunnelAnswer)_answers.Peek()! : null;
        }
    }

    private TunnelAnswer? FirstProgress()
    {
        lock (_answers)
        {
            return _progress.Count > 0 ? (TunnelAnswer)_progress[0]! : null;
        }
    }

    private void ForgetProgress(string jobId)
    {
        for (int i = 0; i < _progress.Count; i++)
        {
            if (((FileProgressAnswer)_progress[i]!).JobId == jobId)
            {
                _progress.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>A printer that changed and of which something is known; what its configuration changed goes into the list too.</summary>
    private PrinterSnapshot? NextChanged()
    {
        string? id = _changes?.Take(0);
        while (id != null)
        {
            PrinterSnapshot? snapshot = Refreshed(id);
            CheckConfig(id, snapshot?.Config);
            if (snapshot != null && snapshot.HasFirstAnswer)
            {
                return snapshot;
            }

            id = _changes!.Take(0);
        }

        return null;
    }

    /// <summary>A printer whose configuration changed, or that came or went, makes the list due.</summary>
    private void CheckConfig(string id, PrinterConfig? config)
    {
        if ((PrinterConfig?)_configs[id] == config)
        {
            return;
        }

        _owesList = Has(CloudFeatures.PrinterList);
        if (config == null)
        {
            _configs.Remove(id);
        }
        else
        {
            _configs[id] = config;
        }
    }

    private PrinterSnapshot? Refreshed(string id)
    {
        PrinterSnapshot? known = (PrinterSnapshot?)_snapshots[id];
        if (known != null && _manager.Refresh(known))
        {
            return known;
        }

        PrinterSnapshot? snapshot = known == null ? _manager.Snapshot(id) : null;
        if (snapshot == null)
        {
            _snapshots.Remove(id);
            _statuses.Remove(id);
        }
        else
        {
            _snapshots[id] = snapshot;
        }

        return snapshot;
    }

    private string WireIdOf(string printerId)
    {
        PrinterSnapshot? known = (PrinterSnapshot?)_snapshots[printerId];
        return known == null ? printerId : WireIds.Of(known.Config);
    }
}
