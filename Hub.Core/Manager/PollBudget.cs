using System.Collections;
using Hub.Core.Logging;

namespace Hub.Core.Manager;

/// <summary>
/// Shares the CPU of a slow machine among the printers that are polled: none is asked more often than its poll_ms, and all of
/// them no more often than the estimate of their load allows (docs/board.md, "Polls and the CPU"). On a machine whose speed
/// needs no consideration it limits nothing. Time comes in as an argument; no I/O, except one line of the log once a change has lasted. Thread: any.
/// </summary>
/// <remarks>
/// The limit is one shortest interval for all, the least at which the load fits: who wishes to be asked less often is, and
/// leaves its share to the others. Printers that push their reports cannot be slowed down, so the polled ones get what
/// they leave, and in any case <see cref="PolledPermille"/>.
/// </remarks>
public sealed class PollBudget
{
    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "polls";

    /// <summary>What reports may take of the CPU, in thousandths.</summary>
    public const int TotalPermille = 500;

    /// <summary>What polled printers may take of it in any case, in thousandths.</summary>
    public const int PolledPermille = 250;

    /// <summary>Longest interval that is imposed, in ms: half of the time after which a report is stale, so that one lost poll takes no printer offline.</summary>
    public const int LongestMs = 30000;

    /// <summary>Intervals are multiples of this, in ms, so that they do not change for nothing.</summary>
    private const int StepMs = 100;

    /// <summary>A change is reported once it has lasted so long, in ms: a farm that starts passes through many.</summary>
    private const int SettledMs = 10000;

    /// <summary>Loads are added up in millionths of the CPU.</summary>
    private const int Permille = 1000;

    private readonly object _lock = new object();
    private readonly ArrayList _shares = new ArrayList();
    private readonly int _cpuFactor;
    private readonly Log? _log;
    private int _shortestMs;
    private bool _isTooMuch;
    private long _sinceMs = -1;
    private int _toldMs;
    private bool _toldTooMuch;

    /// <summary>Makes the budget.</summary>
    /// <param name="cpuFactor"><see cref="Hub.Core.Hal.ISystem.CpuCostFactor"/>.</param>
    /// <param name="log">Where changes are reported; null for nowhere.</param>
    public PollBudget(int cpuFactor, Log? log)
    {
        _cpuFactor = cpuFactor;
        _log = log;
    }

    /// <summary>True where the machine's speed limits polls.</summary>
    public bool IsLimited => _cpuFactor > 0;

    /// <summary>Shortest interval between two polls of a printer, in ms; 0 while every wish fits.</summary>
    public int ShortestMs
    {
        get
        {
            lock (_lock)
            {
                return _shortestMs;
            }
        }
    }

    /// <summary>Estimated load of all printers' reports at the present intervals, in thousandths of the CPU; above 1000 if it cannot keep up.</summary>
    public int LoadPermille
    {
        get
        {
            lock (_lock)
            {
                return (int)((Load(true, 0) + Load(false, _shortestMs)) / Permille);
            }
        }
    }

    /// <summary>Makes a share, not counted yet.</summary>
    /// <param name="user">Is woken when its printer may be polled more often.</param>
    /// <param name="wishMs">poll_ms.</param>
    public PollShare Share(IPollUser user, int wishMs) => new PollShare(this, user, wishMs);

    internal void Join(PollShare share)
    {
        lock (_lock)
        {
            if (IsLimited && !_shares.Contains(share))
            {
                _shares.Add(share);
            }
        }

        Plan();
    }

    internal void Leave(PollShare share)
    {
        lock (_lock)
        {
            _shares.Remove(share);
        }

        Plan();
    }

    internal int IntervalOf(PollShare share, int wishMs, long nowMs)
    {
        if (!IsLimited)
        {
            return wishMs;
        }

        bool isNews;
        lock (_lock)
        {
            isNews = share.WishMs != wishMs;
            share.WishMs = wishMs;
        }

        if (isNews)
        {
            Plan();
        }

        Tell(nowMs);
        return Current(share, wishMs);
    }

    internal int Current(PollShare share, int wishMs)
    {
        lock (_lock)
        {
            return share.IsPush || wishMs > _shortestMs || !_shares.Contains(share) ? wishMs : _shortestMs;
        }
    }

    internal void Use(PollShare share, bool isPush, int costUs)
    {
        if (!IsLimited)
        {
            return;
        }

        lock (_lock)
        {
            if (share.IsPush == isPush && share.CostUs == costUs)
            {
                return;
            }

            share.IsPush = isPush;
            share.CostUs = costUs;
        }

        Plan();
    }

    /// <summary>Finds the shortest interval anew, and wakes those who may now be asked sooner.</summary>
    private void Plan()
    {
        if (!IsLimited)
        {
            return;
        }

        lock (_lock)
        {
            long left = (TotalPermille * Permille) - Load(true, 0);
            long least = PolledPermille * Permille;
            long allowed = left > least ? left : least;
            int before = _shortestMs;
            bool wasTooMuch = _isTooMuch;
            _shortestMs = Shortest(allowed);
            _isTooMuch = Load(false, _shortestMs) > allowed;
            if (_shortestMs < before)
            {
                Wake();
            }

            if (_shortestMs != before || _isTooMuch != wasTooMuch)
            {
                _sinceMs = -1;
            }
        }
    }

    /// <summary>Reports a change that has lasted.</summary>
    private void Tell(long nowMs)
    {
        string? news = null;
        bool isWarning = false;
        lock (_lock)
        {
            if (_sinceMs < 0)
            {
                _sinceMs = nowMs;
            }
            else if (nowMs - _sinceMs >= SettledMs && IsNews())
            {
                news = News();
                isWarning = _isTooMuch;
                _toldMs = _shortestMs;
                _toldTooMuch = _isTooMuch;
            }
        }

        if (news != null && _log != null)
        {
            if (isWarning)
            {
                _log.Warning(LogArea, news);
            }
            else
            {
                _log.Info(LogArea, news);
            }
        }
    }

    private int Shortest(long allowed)
    {
        if (Load(false, 0) <= allowed)
        {
            return 0;
        }

        int low = 0;
        int high = LongestMs / StepMs;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Load(false, middle * StepMs) <= allowed)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return high * StepMs;
    }

    /// <summary>Millionths of the CPU that the pushing or the polled printers take. A cost is one poll's, or that of a second of pushing.</summary>
    private long Load(bool isPush, int shortestMs)
    {
        long load = 0;
        for (int i = 0; i < _shares.Count; i++)
        {
            PollShare share = (PollShare)_shares[i]!;
            if (share.IsPush == isPush)
            {
                int intervalMs = isPush ? 1000 : share.Interval(shortestMs);
                load += (long)share.CostUs * _cpuFactor * 1000 / (intervalMs > 0 ? intervalMs : 1);
            }
        }

        return load;
    }

    private void Wake()
    {
        for (int i = 0; i < _shares.Count; i++)
        {
            PollShare share = (PollShare)_shares[i]!;
            if (!share.IsPush)
            {
                share.User.PollsSooner();
            }
        }
    }

    /// <summary>A fifth more or less than what was reported is worth a line.</summary>
    private bool IsNews()
    {
        int difference = _shortestMs > _toldMs ? _shortestMs - _toldMs : _toldMs - _shortestMs;
        return difference * 5 > _toldMs || _isTooMuch != _toldTooMuch;
    }

    private string News()
    {
        if (_shortestMs == 0)
        {
            return "every printer is polled as often as its poll_ms says";
        }

        string interval = "printers are polled at most every " + (_shortestMs / 1000).ToString() + "." + (_shortestMs % 1000 / StepMs).ToString() + " s";
        long percent = (Load(true, 0) + Load(false, _shortestMs)) / (10 * Permille);
        return _isTooMuch
            ? interval + ", and that is still an estimated " + percent.ToString() + " % of this machine's CPU: move printers to another hub"
            : interval + ", which takes an estimated " + percent.ToString() + " % of this machine's CPU with all other reports";
    }
}
