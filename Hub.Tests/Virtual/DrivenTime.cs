using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Tests.Virtual;

/// <summary>A clock that stands still until a test moves it, and whose timers fire by it.</summary>
internal sealed class DrivenTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<Timer> _armed = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait.</summary>
    public int Armed
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => s_start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns when a timer waits: what fired before has been dealt with.</summary>
    public async Task UntilArmedAsync(CancellationToken stop)
    {
        while (Armed == 0)
        {
            await Task.Delay(1, stop);
        }
    }

    /// <summary>Moves the clock by seconds.</summary>
    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Moves the clock; timers that come due fire on this thread, each at its own time.</summary>
    public void Pass(TimeSpan time)
    {
        long end = GetTimestamp() + time.Ticks;
        while (TakeDue(end) is { } due)
        {
            due.Fire();
        }

        Interlocked.Exchange(ref _ticks, end);
    }

    private Timer? TakeDue(long end)
    {
        lock (_gate)
        {
            Timer? due = _armed.Where(t => t.DueTicks <= end).MinBy(t => t.DueTicks);
            if (due != null)
            {
                Interlocked.Exchange(ref _ticks, due.DueTicks);
                due.Arm();
            }

            return due;
        }
    }

    private sealed class Timer(DrivenTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long DueTicks { get; private set; }

        public void Fire() => callback(state);

        /// <summary>Waits for its next time, if it has a period; called with the gate held when it is due.</summary>
        public void Arm()
        {
            DueTicks += _period.Ticks;
            if (_period <= TimeSpan.Zero)
            {
                time._armed.Remove(this);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._armed.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    DueTicks = time.GetTimestamp() + dueTime.Ticks;
                    time._armed.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
