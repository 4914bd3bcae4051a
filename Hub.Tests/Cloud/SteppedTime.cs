using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Hub.Tests.Cloud;

/// <summary>A .NET clock that stands still until the test moves it.</summary>
/// <param name="start">When it begins; null for a day of 2030.</param>
internal sealed class SteppedTime(DateTimeOffset? start = null) : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now = (start ?? new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero)).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_timers)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Lets time pass and fires each timer that is due, once.</summary>
    public void Pass(TimeSpan time)
    {
        Interlocked.Add(ref _now, time.Ticks);
        Timer[] timers;
        lock (_timers)
        {
            timers = [.. _timers.Where(t => t.IsDue(GetTimestamp()))];
        }

        foreach (Timer timer in timers)
        {
            timer.Fire(GetTimestamp());
        }
    }

    private sealed class Timer(SteppedTime time, Action callback) : ITimer
    {
        private readonly Lock _gate = new();
        private long _due = long.MaxValue;
        private long _period;

        public bool IsDue(long now)
        {
            lock (_gate)
            {
                return _due <= now;
            }
        }

        public void Fire(long now)
        {
            lock (_gate)
            {
                _due = _period > 0 ? now + _period : long.MaxValue;
            }

            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _due = dueTime < TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
                _period = period > TimeSpan.Zero ? period.Ticks : 0;
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._timers)
            {
                time._timers.Remove(this);
            }
        }

        public System.Threading.Tasks.ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
