using System.Threading;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>What can be asked of a printer through its worker.</summary>
public enum PrinterVerb
{
    /// <summary>Pause the job; done when the printer is paused.</summary>
    Pause = 0,

    /// <summary>Resume the job; done when it prints again.</summary>
    Resume = 1,

    /// <summary>Cancel the job; done when no job is left.</summary>
    Cancel = 2,

    /// <summary>Send G-code lines; done when the printer's server took them.</summary>
    Gcode = 3,

    /// <summary>Start a stored file; done when it is preparing or printing.</summary>
    Start = 4,
}

/// <summary>
/// One command on its way through a printer's inbox. Made by the asker, finished exactly once by the
/// worker: with the state that proves it, or with an error. Thread: any.
/// </summary>
public sealed class PrinterCommand
{
    private readonly ManualResetEvent _finished = new ManualResetEvent(false);

    /// <summary>Makes a command.</summary>
    /// <param name="verb">What to do.</param>
    /// <param name="timeoutMs">Time until it must be proven, counted from its submission.</param>
    public PrinterCommand(PrinterVerb verb, int timeoutMs)
    {
        Verb = verb;
        TimeoutMs = timeoutMs;
    }

    /// <summary>What to do.</summary>
    public PrinterVerb Verb { get; }

    /// <summary>What a printer needs for it.</summary>
    public PrinterCapabilities Needs => Verb switch
    {
        PrinterVerb.Pause => PrinterCapabilities.Pause,
        PrinterVerb.Resume => PrinterCapabilities.Resume,
        PrinterVerb.Cancel => PrinterCapabilities.Cancel,
        PrinterVerb.Gcode => PrinterCapabilities.Gcode,
        _ => PrinterCapabilities.Start,
    };

    /// <summary>Time until it must be proven, in ms.</summary>
    public int TimeoutMs { get; }

    /// <summary>Lines for <see cref="PrinterVerb.Gcode"/>.</summary>
    public string[]? Lines { get; set; }

    /// <summary>Stored path for <see cref="PrinterVerb.Start"/>, as the upload returned it.</summary>
    public string? StoredPath { get; set; }

    /// <summary>Monotonic time after which it has failed; set by the manager.</summary>
    public long DeadlineMs { get; internal set; }

    /// <summary>The error that hid the printer's answer, when the command may have arrived all the same.</summary>
    internal HubException? LostAnswer { get; set; }

    /// <summary>True once it is done or failed.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Why it failed; null while it runs and when it is done.</summary>
    public HubException? Error { get; private set; }

    /// <summary>Waits until it is done or failed; false when it still runs after <paramref name="timeoutMs"/>.</summary>
    public bool Wait(int timeoutMs) => _finished.WaitOne(timeoutMs, false);

    /// <summary>Called once, by whoever has the command at that moment.</summary>
    internal void Finish(HubException? error)
    {
        Error = error;
        IsFinished = true;
        _finished.Set();
    }
}
