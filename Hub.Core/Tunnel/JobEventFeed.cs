using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;

namespace Hub.Core.Tunnel;

/// <summary>
/// The job events that the cloud does not have yet, in order: from the acknowledged one on, and again after each reconnect until
/// the cloud acknowledges them. Storage that fails is tried again later. Thread: the tunnel's.
/// </summary>
internal sealed class JobEventFeed
{
    /// <summary>Events that are sent ahead of an acknowledgement.</summary>
    public const int Window = 64;

    private const int Batch = 16;
    private const int RetryMs = 10 * 1000;

    /// <summary>How often the log is read for events that another process has added, in ms.</summary>
    private const int LookMs = 5 * 1000;

    private readonly JobStore _jobs;
    private readonly IClock _clock;
    private readonly Log _log;
    private JobEvent[] _batch = new JobEvent[0];
    private int _next;
    private long _sentId;
    private long _topSentId;
    private long _ackedId;
    private long _lastId;
    private long _lookMs;
    private string? _logId;
    private bool _hasSent;
    private bool _isReplaced;
    private bool _isOn;
    private bool _hasWarned;

    public JobEventFeed(JobStore jobs, IClock clock, Log log)
    {
        _jobs = jobs;
        _clock = clock;
        _log = log;
    }

    /// <summary>The log that the next event is of; null for one without an id.</summary>
    public string? LogId => _logId;

    /// <summary>A connection begins: all that is not acknowledged is to be sent, if the cloud understands it.</summary>
    public void Begin(bool isOn)
    {
        _isOn = isOn;
        _hasSent = _isReplaced = false;
        _batch = new JobEvent[0];
        _next = 0;
        _sentId = -1;
        _lookMs = _clock.NowMs;
    }

    /// <summary>The next event, or null. It stays the next one until <see cref="Sent"/>.</summary>
    public JobEvent? Next()
    {
        if (!_isOn || (_sentId >= 0 && _sentId - _ackedId >= Window))
        {
            return null;
        }

        if (_next < _batch.Length)
        {
            _jobs.Date(_batch[_next]);
            return _batch[_next];
        }

        if (_clock.NowMs < _lookMs && (_sentId < 0 || _jobs.LastKnownId <= _lastId))
        {
            return null;
        }

        return TryRead() ? _batch[0] : null;
    }

    /// <summary>The next event was sent.</summary>
    public void Sent()
    {
        _sentId = _batch[_next].Id;
        _topSentId = _sentId > _topSentId ? _sentId : _topSentId;
        _hasSent = true;
        _next++;
    }

    /// <summary>The cloud has all events up to this one.</summary>
    /// <param name="upToId">The event.</param>
    /// <param name="logId">
    /// The log that it is of; null for a cloud that does not name it, whose acknowledgements count for nothing until the next connection once the log
    /// was replaced: they may be about the former one.
    /// </param>
    public void Acknowledged(long upToId, string? logId)
    {
        if (logId == null ? _isReplaced : logId != _logId)
        {
            return;
        }

        // What was never sent cannot be acknowledged.
        long ackedId = upToId < _topSentId ? upToId : _topSentId;
        if (!_isOn || ackedId <= _ackedId)
        {
            return;
        }

        try
        {
            _jobs.Ack(ackedId, _logId);
            _ackedId = ackedId;
        }
        catch (HubException e)
        {
            Warn(e);
        }
    }

    private bool TryRead()
    {
        try
        {
            JobLogCounts counts = _jobs.Counts();
            if (counts.LogId != _logId || (_logId == null && counts.LastId < _lastId))
            {
                BeginLog(counts.LogId);
            }

            if (_sentId < 0)
            {
                _sentId = counts.AckedId;
            }

            _ackedId = counts.AckedId > _ackedId ? counts.AckedId : _ackedId;
            _lastId = counts.LastId;
            _batch = _jobs.ReadEvents(_sentId + 1, Batch, out JobLogCounts read);
            _next = 0;
            if (read.LogId != _logId)
            {
                // Replaced just now: the next read begins with it.
                _batch = new JobEvent[0];
            }
            else if (_batch.Length == 0)
            {
                // Damaged ones are skipped.
                _sentId = counts.LastId > _sentId ? counts.LastId : _sentId;
            }
            else
            {
                long readId = _batch[_batch.Length - 1].Id;
                _lastId = readId < counts.LastId ? readId : counts.LastId;
            }

            _lookMs = _clock.NowMs + LookMs;
            _hasWarned = false;
        }
        catch (HubException e)
        {
            Warn(e);
            _batch = new JobEvent[0];
            _next = 0;
            _lookMs = _clock.NowMs + RetryMs;
        }

        return _batch.Length > 0;
    }

    /// <summary>Another log: the hub's first, or one after a reset of the storage, whose events are counted from 1 again.</summary>
    private void BeginLog(string? logId)
    {
        _isReplaced |= _hasSent;
        _logId = logId;
        _sentId = -1;
        _topSentId = _ackedId = 0;
    }

    private void Warn(HubException error)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            _log.Warning(TunnelClient.LogArea, "job events cannot be reported to the cloud: " + error.Message);
        }
    }
}
