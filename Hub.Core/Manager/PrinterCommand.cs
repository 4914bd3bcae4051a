using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One command on its way through a printer's inbox. Made by the asker, finished exactly once: by the worker with the state that
/// proves it or with an error, or by the manager once it is past its deadline. Thread: any.
/// </summary>
public sealed class PrinterCommand : ISupervised
{
    /// <summary>The worker's own words about a deadline are better than the supervisor's: they get this long.</summary>
    private const int GraceMs = 500;

    private readonly ManualResetEvent _finished = new ManualResetEvent(false);
    private Supervisor? _supervisor;

    /// <summary>Makes a command that may take as long as its verb usually does.</summary>
    public PrinterCommand(PrinterVerb verb)
        : this(verb, VerbRule.Of(verb).TimeoutMs)
    {
    }

    /// <summary>Makes a command.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="timeoutMs">Time until it must be proven, counted from its submission.</param>
    public PrinterCommand(PrinterVerb verb, int timeoutMs)
    {
        Rule = VerbRule.Of(verb);
        TimeoutMs = timeoutMs;
    }

    /// <summary>
    /// What the asker calls it, such as a cloud's command_id. Empty until it is submitted when the asker gives none: it then gets one
    /// that no other command or upload of this hub has, after a restart either.
    /// </summary>
    public string Id { get; set; } = "";

    /// <summary>The printer it was submitted to; empty before.</summary>
    public string PrinterId { get; private set; } = "";

    /// <summary>Hears of its end; set before it is submitted.</summary>
    public ICommandListener? Listener { get; set; }

    /// <summary>What to do.</summary>
    public PrinterVerb Verb => Rule.Verb;

    /// <summary>What is known of its verb.</summary>
    public VerbRule Rule { get; }

    /// <summary>Time until it must be proven, in ms.</summary>
    public int TimeoutMs { get; }

    /// <summary>Lines for <see cref="PrinterVerb.Gcode"/>.</summary>
    public string[]? Lines { get; set; }

    /// <summary>Stored path for <see cref="PrinterVerb.Start"/>, as the upload returned it.</summary>
    public string? StoredPath { get; set; }

    /// <summary>The request that this <see cref="PrinterVerb.Start"/> belongs to; null for one that began with no transfer: the hub makes one for it.</summary>
    public PrintRequest? Print { get; set; }

    /// <summary>How to print it, for <see cref="PrinterVerb.Start"/>.</summary>
    public StartOptions Options { get; set; } = StartOptions.Default;

    /// <summary>For <see cref="PrinterVerb.Light"/> 1 for on and 0 for off; for <see cref="PrinterVerb.Speed"/> the level, 1 to 4.</summary>
    public int Level { get; set; }

    /// <summary>Monotonic time after which it has failed; set by the manager.</summary>
    public long DeadlineMs { get; private set; }

    /// <summary>True once it is done or failed.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Why it failed; null while it runs and when it is done.</summary>
    public HubException? Error { get; private set; }

    /// <summary>The error that hid the printer's answer, when the command may have arrived all the same.</summary>
    internal HubException? LostAnswer { get; set; }

    /// <summary>True once it went to the printer, or may have.</summary>
    internal bool IsSent { get; private set; }

    /// <summary>Why the printer did not accept it yet, while it is kept until the job is ready; else null.</summary>
    internal HubException? TooEarly { get; set; }

    /// <summary>Monotonic time in ms before which a command that came too early is not sent again.</summary>
    internal long NotBeforeMs { get; set; }

    /// <summary>How often it was kept because the connection broke before it had left.</summary>
    internal int TimesSentAgain { get; set; }

    /// <summary>How many emergency stops the printer had been sent when this command was accepted.</summary>
    internal int StopsBefore { get; set; }

    long ISupervised.DueMs => DeadlineMs + GraceMs;

    bool ISupervised.HasListener => Listener != null;

    /// <summary>Waits until it is done or failed; false when it still runs after <paramref name="timeoutMs"/> (-1: however long it takes).</summary>
    public bool Wait(int timeoutMs) => _finished.WaitOne(timeoutMs, false);

    /// <summary>The same, and returns at once after a cancellation, which ends the wait and not the command.</summary>
    public bool Wait(int timeoutMs, CancellationToken cancel) => Waits.For(_finished, timeoutMs, cancel);

    void ISupervised.GiveUp(bool isStopping)
    {
        // With the lock held, what the error says about its sending stays true.
        HubException error;
        lock (_finished)
        {
            error = isStopping ? CommandErrors.Stopped(this) : CommandErrors.Late(this);
            if (!TryEnd(error))
            {
                return;
            }
        }

        Announce(error);
    }

    void ISupervised.NotifyListener() => Listener!.Ended(this);

    /// <summary>Starts its time.</summary>
    internal void Begin(IClock clock) => DeadlineMs = clock.NowMs + TimeoutMs;

    /// <summary>Its time has started: from now on it is supervised.</summary>
    internal void Submitted(string printerId, GeneratedIds ids, Supervisor supervisor)
    {
        PrinterId = printerId;
        if (Print != null)
        {
            Print.IsHandedOver = true;
            Id = Print.Id;
        }

        if (Id.Length == 0)
        {
            Id = ids.Next();
        }

        _supervisor = supervisor;
        supervisor.Watch(this);
    }

    /// <summary>It goes to the printer now. False when it has ended: its asker was told that it was not sent, so it must not be.</summary>
    internal bool TrySend()
    {
        lock (_finished)
        {
            IsSent |= !IsFinished;
            return !IsFinished;
        }
    }

    /// <summary>The printer did not accept it: it has not been sent after all.</summary>
    internal void NotSent() => IsSent = false;

    /// <summary>Ends it; what comes second does not count.</summary>
    internal void Finish(HubException? error)
    {
        if (TryEnd(error))
        {
            Announce(error);
        }
    }

    private bool TryEnd(HubException? error)
    {
        lock (_finished)
        {
            if (IsFinished)
            {
                return false;
            }

            Error = error;
            IsFinished = true;
            return true;
        }
    }

    private void Announce(HubException? error)
    {
        Exception? fault = null;
        try
        {
            if (error != null)
            {
                // What was sent stays pending until the printer shows its outcome.
                Print?.Keeper?.Fail(Print, error);
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        // Not in a finally: the supervisor may catch (docs/board.md).
        _finished.Set();
        _supervisor?.Ended(this);
        if (fault != null)
        {
            throw fault;
        }
    }
}
