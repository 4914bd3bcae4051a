namespace Hub.Core.Manager;

/// <summary>One printer's part of the <see cref="PollBudget"/>. Thread: any.</summary>
public sealed class PollShare
{
    private readonly PollBudget _budget;

    internal PollShare(PollBudget budget, IPollUser user, int wishMs)
    {
        _budget = budget;
        User = user;
        WishMs = wishMs;
    }

    /// <summary>Who is woken.</summary>
    internal IPollUser User { get; }

    /// <summary>poll_ms. Under the budget's lock, as the following.</summary>
    internal int WishMs { get; set; }

    /// <summary>True while its printer sends its reports by itself.</summary>
    internal bool IsPush { get; set; }

    /// <summary>Measured time of one poll, or of the reports of one second, in microseconds; the machine's factor is not in it.</summary>
    internal int CostUs { get; set; }

    /// <summary>The interval in force, in ms: that of poll_ms for a printer that is not counted or sends its reports by itself.</summary>
    /// <param name="wishMs">poll_ms as it is configured now, which the printer's worker may not have seen yet.</param>
    public int CurrentMs(int wishMs) => _budget.Current(this, wishMs);

    /// <summary>Counts its printer from now on.</summary>
    public void Join() => _budget.Join(this);

    /// <summary>Counts it no longer: the others may be asked more often.</summary>
    public void Leave() => _budget.Leave(this);

    /// <summary>Time between two polls that the budget allows, in ms; at least the wish.</summary>
    /// <param name="wishMs">poll_ms as it is configured now.</param>
    /// <param name="nowMs">Monotonic time.</param>
    public int IntervalMs(int wishMs, long nowMs) => _budget.IntervalOf(this, wishMs, nowMs);

    /// <summary>Reports what the printer costs.</summary>
    /// <param name="isPush">True while it sends its reports by itself.</param>
    /// <param name="costUs">Microseconds of one poll, or of the reports of one second.</param>
    public void Use(bool isPush, int costUs) => _budget.Use(this, isPush, costUs);

    /// <summary>The interval under a shortest one.</summary>
    internal int Interval(int shortestMs) => WishMs > shortestMs ? WishMs : shortestMs;
}
