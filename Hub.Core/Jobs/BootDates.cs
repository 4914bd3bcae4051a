using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Jobs;

/// <summary>
/// The present boot and its events that were recorded before the clock was set: they get the time that follows from their uptime once it is. Thread:
/// any; <see cref="Recorded"/> and <see cref="Dated"/> under the store's lock.
/// </summary>
internal sealed class BootDates
{
    private const int BootBytes = 4;

    private readonly IHal _hal;
    private readonly object _gate = new object();
    private long _boot;
    private long _startMs;
    private long _firstUndatedId;

    /// <summary>Makes it when the hub starts; nothing is read yet.</summary>
    public BootDates(IHal hal)
    {
        _hal = hal;
    }

    /// <summary>Now.</summary>
    public JobMoment Now => new JobMoment(UnixTime.NowMs(_hal.Clock), _hal.Clock.NowMs, Boot);

    /// <summary>The first event of this boot that is stored without a time; 0 for none.</summary>
    public long FirstUndatedId
    {
        get
        {
            lock (_gate)
            {
                return _firstUndatedId;
            }
        }
    }

    /// <summary>True when there are such events, and their times are known by now.</summary>
    public bool OwesDates => FirstUndatedId != 0 && StartMs != 0;

    /// <summary>A random number: no boot counter has to be stored, and none can be lost.</summary>
    private long Boot
    {
        get
        {
            lock (_gate)
            {
                if (_boot == 0)
                {
                    byte[] random = new byte[BootBytes];
                    _hal.System.FillRandom(random);
                    _boot = (((long)(random[0] & 0x7F) << 24) | ((long)random[1] << 16) | ((long)random[2] << 8) | random[3]) + 1;
                }

                return _boot;
            }
        }
    }

    /// <summary>The time at which the uptime was 0, in Unix ms (UTC), by the clock as it was first seen set; 0 before that.</summary>
    private long StartMs
    {
        get
        {
            lock (_gate)
            {
                if (_startMs == 0 && _hal.Clock.IsUtcSynced)
                {
                    _startMs = UnixTime.NowMs(_hal.Clock) - _hal.Clock.NowMs;
                }

                return _startMs;
            }
        }
    }

    /// <summary>These events were stored.</summary>
    public void Recorded(ArrayList events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            JobEvent item = (JobEvent)events[i]!;
            if (IsUndated(item))
            {
                lock (_gate)
                {
                    _firstUndatedId = _firstUndatedId == 0 ? item.Id : _firstUndatedId;
                }
            }
        }
    }

    /// <summary>All events that were recorded have their times in the storage.</summary>
    public void Dated()
    {
        lock (_gate)
        {
            _firstUndatedId = 0;
        }
    }

    /// <summary>Gives an event its time, if it lacks it and it is known. True when that changed the event.</summary>
    public bool Date(JobEvent item)
    {
        if (!IsUndated(item) || StartMs == 0)
        {
            return false;
        }

        item.TimeMs = StartMs + item.UptimeMs;
        return true;
    }

    /// <summary>How long ago an event of this boot without a time was, in ms; <see cref="JobEvent.UnknownMs"/> for another.</summary>
    public long AgeMs(JobEvent item) => IsUndated(item) ? _hal.Clock.NowMs - item.UptimeMs : JobEvent.UnknownMs;

    /// <summary>True for an event of this boot that has no time yet.</summary>
    private bool IsUndated(JobEvent item)
    {
        lock (_gate)
        {
            return item.TimeMs == 0 && item.Boot != 0 && item.Boot == _boot;
        }
    }
}
