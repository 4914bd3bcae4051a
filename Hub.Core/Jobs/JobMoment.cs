namespace Hub.Core.Jobs;

/// <summary>
/// When something happened, as the hub knew it then: by the time of day where the clock was set, and by the uptime of one boot. Uptimes of one boot can
/// be compared whatever becomes of the clock. Immutable. Thread: any.
/// </summary>
public sealed class JobMoment
{
    /// <summary>Not known when.</summary>
    public static readonly JobMoment Unknown = new JobMoment(0, 0, 0);

    /// <summary>A laptop may sleep in the middle of a job: then more time passes than its uptime counts, by this much at least, in ms.</summary>
    private const long ShortestSleepMs = 60 * 1000;

    /// <summary>Sleeps through a job are shorter: if more time seems to have passed, the clock was wrong before and was set, in ms.</summary>
    private const long LongestSleepMs = 24 * 60 * 60 * 1000L;

    /// <summary>Makes a moment.</summary>
    /// <param name="timeMs">In Unix ms (UTC); 0 while the clock is not set.</param>
    /// <param name="uptimeMs">In ms since the machine started, by <see cref="Hal.IClock.NowMs"/>.</param>
    /// <param name="boot">Which start of the machine that is; 0 when it is not known.</param>
    public JobMoment(long timeMs, long uptimeMs, long boot)
    {
        TimeMs = timeMs;
        UptimeMs = uptimeMs;
        Boot = boot;
    }

    /// <summary>In Unix ms (UTC); 0 while the clock was not set.</summary>
    public long TimeMs { get; }

    /// <summary>In ms since the machine started.</summary>
    public long UptimeMs { get; }

    /// <summary>Which start of the machine that is: a random number; 0 when it is not known.</summary>
    public long Boot { get; }

    /// <summary>False when it is not known at all.</summary>
    public bool IsKnown => TimeMs != 0 || Boot != 0;

    /// <summary>
    /// The time that passed since an earlier moment, in ms; <see cref="JobEvent.UnknownMs"/> when that cannot be said. Within one boot the uptime
    /// counts, so a clock that was set in between does no harm, except where it stood still because a laptop slept.
    /// </summary>
    public long MsSince(JobMoment earlier)
    {
        bool isTimed = TimeMs != 0 && earlier.TimeMs != 0 && TimeMs >= earlier.TimeMs;
        long timedMs = isTimed ? TimeMs - earlier.TimeMs : JobEvent.UnknownMs;
        if (Boot == 0 || Boot != earlier.Boot)
        {
            return timedMs;
        }

        long passedMs = UptimeMs - earlier.UptimeMs;
        long sleptMs = timedMs - passedMs;
        return isTimed && sleptMs >= ShortestSleepMs && sleptMs < LongestSleepMs ? timedMs : passedMs;
    }
}
