using System;

namespace Hub.Core.Manager;

/// <summary>
/// One user's part in the <see cref="SocketBudget"/>, used again and again: asked for, waited for, held, given back.
/// Thread: one owner, any thread may read. Ownership: who got it from the budget disposes it.
/// </summary>
public sealed class SocketLease : IDisposable
{
    private readonly SocketBudget _budget;
    private readonly ISocketUser? _user;

    internal SocketLease(SocketBudget budget, SocketUse use, int sockets, ISocketUser? user)
    {
        _budget = budget;
        _user = user;
        Use = use;
        Sockets = sockets;
    }

    /// <summary>What it is for.</summary>
    public SocketUse Use { get; internal set; }

    /// <summary>How many sockets it is about.</summary>
    public int Sockets { get; }

    /// <summary>True while the sockets may be opened or are open.</summary>
    public bool IsHeld => _budget.IsHeld(this);

    /// <summary>True when its owner should close its connection and <see cref="Return"/> it at once. (For a poll that runs, <see cref="TryKeep"/> says so at its end.)</summary>
    public bool IsWanted => _budget.IsWanted(this);

    /// <summary>Why it waits, as one line for people; null when it does not.</summary>
    public string? Reason => _budget.Reason(this);

    /// <summary>Where it stands; the budget's, guarded by its lock.</summary>
    internal LeaseState State { get; set; }

    /// <summary>
    /// Begins to use the sockets; false when they are not to be had now: the lease then waits in the queue, and its owner
    /// is woken when its turn has come.
    /// </summary>
    public bool TryTake() => _budget.Take(this, false);

    /// <summary>The same for a polled printer that carries out a command: goes before the turns of others.</summary>
    public bool TryTakeSoon() => _budget.Take(this, true);

    /// <summary>
    /// Ends a poll, or the connecting of a printer that reports by itself. True: the connection may stay open. False: it is
    /// wanted, so the owner closes it and calls <see cref="Return"/>.
    /// </summary>
    public bool TryKeep() => _budget.Keep(this);

    /// <summary>Gives the sockets back once they are closed, or stops waiting for them. It counts as a printer that will ask again.</summary>
    public void Return() => _budget.GiveBack(this, false);

    /// <summary>The same for one that will not ask again soon, such as a printer that was given up.</summary>
    public void Withdraw() => _budget.GiveBack(this, true);

    /// <summary>A printer turns out to send its reports by itself, or not to.</summary>
    public void Become(SocketUse use) => _budget.Change(this, use);

    /// <summary>As <see cref="Withdraw"/>.</summary>
    public void Dispose() => Withdraw();

    internal void Step(LeaseEvent what) => State = LeaseSteps.After(State, what);

    internal void Wake() => _user?.SocketsChanged();
}
