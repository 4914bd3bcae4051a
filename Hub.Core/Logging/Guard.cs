using System;
using System.Threading;

namespace Hub.Core.Logging;

/// <summary>
/// Wraps what a thread or a callback of the hub runs, so that no exception ends the process, or the thread for good. What is
/// caught is a fault of the hub itself: it is logged and counted (<see cref="Log.Faults"/>), and the hub goes on.
/// Every thread of the hub begins here: <c>new Thread(Guard.Loop(log, area, Run))</c>. Thread: any.
/// </summary>
/// <remarks>An exception that leaves a thread ends the whole process, on .NET as on the board: one printer's bad answer would stop the farm's hub.</remarks>
public sealed class Guard
{
    /// <summary>Pause between a fault of a loop and its next round, so that a loop that fails at once does not use up the processor.</summary>
    internal const int PauseMs = 1000;

    private readonly Log? _log;
    private readonly string _area;
    private readonly ThreadStart _body;
    private readonly bool _isLoop;

    private Guard(Log? log, string area, ThreadStart body, bool isLoop)
    {
        _log = log;
        _area = area;
        _body = body;
        _isLoop = isLoop;
    }

    /// <summary>For a thread with one piece of work: a fault ends the work and nothing else.</summary>
    /// <param name="log">Where a fault is reported and counted; null where there is none.</param>
    /// <param name="area">Area of its log line: a printer's id, or a part of the hub.</param>
    /// <param name="body">The work.</param>
    public static ThreadStart Once(Log? log, string area, ThreadStart body) => new Guard(log, area, body, false).Run;

    /// <summary>For a thread that serves until it is asked to end: after a fault the body runs again, a second later. It ends when the body returns.</summary>
    /// <param name="log">Where a fault is reported and counted; null where there is none.</param>
    /// <param name="area">Area of its log line.</param>
    /// <param name="body">The loop. It first checks whether it should end.</param>
    public static ThreadStart Loop(Log? log, string area, ThreadStart body) => new Guard(log, area, body, true).Run;

    /// <summary>Runs a step here and now. True when it ended without a fault.</summary>
    /// <param name="log">Where a fault is reported and counted; null where there is none.</param>
    /// <param name="area">Area of its log line.</param>
    /// <param name="step">The step.</param>
    public static bool Try(Log? log, string area, ThreadStart step)
    {
        try
        {
            step();
            return true;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            Note(log, area, e);
            return false;
        }
    }

    private static void Note(Log? log, string area, Exception fault)
    {
        try
        {
            log?.Fault(area, fault);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception)
        {
            // Out of memory, most likely: there is none left for reporting it either.
        }
    }

    private void Run()
    {
        while (!Try(_log, _area, _body) && _isLoop)
        {
            Thread.Sleep(PauseMs);
        }
    }
}
