using System;
using System.Collections.Generic;
using Hub.Core.Printers;

namespace Hub.Tests.Kills;

/// <summary>
/// A printer that does what real ones do to a start: shows its job soon, minutes later or never, shows an error, another person's job, or nothing after a
/// restart. It counts what arrives. Thread: the test's.
/// </summary>
internal sealed class ModelPrinter(Random random, StepTime time)
{
    private const int Soon = 2000;
    private const int Late = 240000;

    private readonly PriorityQueue<Action, long> _plan = new();
    private int _boots;

    private PrinterState _state = PrinterState.Idle;

    public PrinterState State
    {
        get => _state;
        private set
        {
            _state = value;
            History.Add($"{time.UnixMs} {PrinterStates.Name(value)} {JobNumber} '{Job}'");
        }
    }

    /// <summary>What it did, for people.</summary>
    public List<string> History { get; } = [];

    public string? Job { get; private set; }

    /// <summary>Counts jobs.</summary>
    public int JobNumber { get; private set; }

    public bool IsReachable { get; private set; } = true;

    /// <summary>A job that had begun is over and lies on the bed.</summary>
    public bool IsBedOccupied { get; set; }

    /// <summary>The jobs that a hub was shown at work, and lived on.</summary>
    public HashSet<int> SeenJobs { get; } = [];

    /// <summary>Hears of each start that arrives, before it acts.</summary>
    public Action<string>? Arrived { get; init; }

    /// <summary>When each file's start arrived.</summary>
    public Dictionary<string, List<long>> Arrivals { get; } = [];

    /// <summary>When it does something by itself next.</summary>
    public long NextMs => _plan.TryPeek(out _, out long atMs) ? atMs : long.MaxValue;

    public void Advance()
    {
        while (_plan.TryPeek(out _, out long atMs) && atMs <= time.NowMs)
        {
            _plan.Dequeue()();
        }
    }

    /// <summary>A start arrives. False when it is refused.</summary>
    public bool Receive(string file)
    {
        if (!PrinterStates.CanStart(State, PrinterErrorCodes.PrintFailed))
        {
            return false;
        }

        Arrived?.Invoke(file);
        if (!Arrivals.TryGetValue(file, out List<long>? times))
        {
            Arrivals[file] = times = [];
        }

        times.Add(time.NowMs);
        int kind = random.Next(100);
        if (kind < 8)
        {
            return true;
        }

        int delayMs = kind < 70 ? random.Next(Soon) : random.Next(Late);
        int boots = _boots;
        Plan(delayMs, () =>
        {
            if (boots == _boots && kind < 15)
            {
                Fail();
            }
            else if (boots == _boots)
            {
                Begin(file);
            }
        });
        return true;
    }

    /// <summary>A person starts a job at the printer.</summary>
    public void BeginAnother()
    {
        IsBedOccupied = false;
        Begin("another.gcode");
    }

    /// <summary>It is switched off and on: its job and a start that it has not shown are gone.</summary>
    public void Restart()
    {
        _boots++;
        IsBedOccupied |= PrinterStates.HasJob(State);
        Job = null;
        State = PrinterState.Idle;
        Vanish(random.Next(30000));
    }

    /// <summary>The network is away for a while.</summary>
    public void Vanish(int forMs)
    {
        IsReachable = false;
        Plan(forMs, () => IsReachable = true);
    }

    private void Begin(string file)
    {
        if (PrinterStates.HasJob(State))
        {
            return;
        }

        Job = file;
        JobNumber++;
        State = PrinterState.Preparing;
        int boots = _boots;
        int number = JobNumber;
        int heatMs = random.Next(10000);
        Then(heatMs, PrinterState.Printing);
        Then(heatMs + 1 + random.Next(random.Next(3) == 0 ? 2000 : 300000), random.Next(10) < 8 ? PrinterState.Finished : PrinterState.Cancelled);

        void Then(int afterMs, PrinterState state) => Plan(afterMs, () =>
        {
            if (boots == _boots && number == JobNumber)
            {
                State = state;
                IsBedOccupied |= !PrinterStates.HasJob(state);
            }
        });
    }

    private void Fail()
    {
        if (!PrinterStates.HasJob(State))
        {
            State = PrinterState.Error;
            int boots = _boots;
            Plan(20000, () => State = boots == _boots && State == PrinterState.Error ? PrinterState.Idle : State);
        }
    }

    private void Plan(int afterMs, Action act) => _plan.Enqueue(act, time.NowMs + afterMs);
}
