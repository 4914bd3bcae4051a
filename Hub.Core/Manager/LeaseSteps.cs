using System;

namespace Hub.Core.Manager;

/// <summary>What happens to a lease.</summary>
internal enum LeaseEvent
{
    /// <summary>Its owner begins to use the sockets, or to wait for them.</summary>
    Ask = 0,

    /// <summary>The same for a command.</summary>
    AskUrgent = 1,

    /// <summary>The budget gives it the sockets.</summary>
    Grant = 2,

    /// <summary>Its owner has ended a use.</summary>
    EndUse = 3,

    /// <summary>Others need its sockets.</summary>
    Want = 4,

    /// <summary>Others need them no more.</summary>
    Unwant = 5,

    /// <summary>Its owner gives them back, or stops waiting, and will ask again.</summary>
    Return = 6,

    /// <summary>The same, and will not ask again soon.</summary>
    Withdraw = 7,
}

/// <summary>The transitions of a lease. Pure. Thread: any.</summary>
internal static class LeaseSteps
{
    /// <summary>The state after an event. Errors: <see cref="InvalidOperationException"/> for one that cannot come in this state.</summary>
    public static LeaseState After(LeaseState state, LeaseEvent what)
    {
        switch (what)
        {
            case LeaseEvent.Ask:
                return IsHeld(state) ? Used(state, true) : IsWaiting(state) ? state : LeaseState.Waiting;
            case LeaseEvent.AskUrgent:
                return IsHeld(state) ? Used(state, true) : LeaseState.WaitingUrgent;
            case LeaseEvent.Grant:
                return IsWaiting(state) ? LeaseState.Busy : throw Impossible(state, what);
            case LeaseEvent.EndUse:
                return IsHeld(state) ? Used(state, false) : state;
            case LeaseEvent.Want:
                return IsHeld(state) ? Wanted(state, true) : throw Impossible(state, what);
            case LeaseEvent.Unwant:
                return IsHeld(state) ? Wanted(state, false) : throw Impossible(state, what);
            case LeaseEvent.Return:
                return state == LeaseState.Away ? LeaseState.Away : LeaseState.Resting;
            case LeaseEvent.Withdraw:
                return LeaseState.Away;
            default:
                throw Impossible(state, what);
        }
    }

    /// <summary>True while its sockets may be open.</summary>
    public static bool IsHeld(LeaseState state) => state >= LeaseState.Busy;

    /// <summary>True while it is in a queue.</summary>
    public static bool IsWaiting(LeaseState state) => state == LeaseState.Waiting || state == LeaseState.WaitingUrgent;

    /// <summary>True while its sockets are in use.</summary>
    public static bool IsBusy(LeaseState state) => state == LeaseState.Busy || state == LeaseState.BusyWanted;

    /// <summary>True while it should give its sockets up.</summary>
    public static bool IsWanted(LeaseState state) => state == LeaseState.BusyWanted || state == LeaseState.IdleWanted;

    private static LeaseState Used(LeaseState state, bool isBusy) =>
        IsWanted(state) ? (isBusy ? LeaseState.BusyWanted : LeaseState.IdleWanted) : (isBusy ? LeaseState.Busy : LeaseState.Idle);

    private static LeaseState Wanted(LeaseState state, bool isWanted) =>
        IsBusy(state) ? (isWanted ? LeaseState.BusyWanted : LeaseState.Busy) : (isWanted ? LeaseState.IdleWanted : LeaseState.Idle);

    private static InvalidOperationException Impossible(LeaseState state, LeaseEvent what) =>
        new InvalidOperationException("event " + ((int)what).ToString() + " cannot come to a lease in state " + ((int)state).ToString());
}
