namespace Hub.Core.Manager;

/// <summary>Whoever polls by a <see cref="PollShare"/>.</summary>
public interface IPollUser
{
    /// <summary>The printer may be polled more often than before. Called under the budget's lock: it must return at once. Thread: any.</summary>
    void PollsSooner();
}
