namespace Hub.Core.Manager;

/// <summary>What the <see cref="Supervisor"/> follows from its submission to its end: a command or an upload.</summary>
internal interface ISupervised
{
    /// <summary>The printer it is for.</summary>
    string PrinterId { get; }

    /// <summary>Monotonic time in ms after which the supervisor ends it; <see cref="long.MaxValue"/> for never. Does not change.</summary>
    long DueMs { get; }

    /// <summary>True when a listener is to hear of it.</summary>
    bool HasListener { get; }

    /// <summary>Ends it, as its worker did not. Nothing happens when it has ended.</summary>
    /// <param name="isStopping">True when the hub stops, false when its time is over.</param>
    void GiveUp(bool isStopping);

    /// <summary>Notifies its listener of what is new. Thread: the supervisor's.</summary>
    void NotifyListener();
}
