using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>
/// A printer whose bed repeatedly gets a new target, and the time until each is shown. It is measured
/// from the moment the report that carries it leaves the printer; for a polled system from the change itself, so that the
/// wait for the next poll is part of it. Thread: any.
/// </summary>
internal sealed class ChangingPrinter
{
    private const int LeastTarget = 40;
    private const int Targets = 70;

    private readonly Lock _gate = new();
    private readonly Action<int> _setTarget;
    private readonly List<double> _milliseconds = [];
    private int _target;
    private long _since;
    private bool _isOpen;

    /// <summary>A printer whose report leaves it with the change.</summary>
    /// <param name="setTarget">Changes its target.</param>
    /// <param name="number">Spreads the targets of several printers.</param>
    public ChangingPrinter(Action<int> setTarget, int number)
    {
        _setTarget = setTarget;
        _target = number % Targets;
    }

    public ChangingPrinter(VirtualPrinter printer, int number)
        : this(target => printer.Machine.SendGcode("M140 S" + target), number)
    {
        IsPushed = printer.Type is PrinterTypes.Moonraker or PrinterTypes.Bambu;
        if (IsPushed)
        {
            printer.BedTargetLeaves = Leaves;
        }
    }

    /// <summary>True when it pushes its reports.</summary>
    public bool IsPushed { get; }

    /// <summary>Changes that the hub had not shown before the next one.</summary>
    public int Missed { get; private set; }

    /// <summary>Times from change to snapshot so far, in ms.</summary>
    public double[] Milliseconds
    {
        get
        {
            lock (_gate)
            {
                return [.. _milliseconds];
            }
        }
    }

    /// <summary>Forgets what was measured so far.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _milliseconds.Clear();
            _isOpen = false;
            Missed = 0;
        }
    }

    /// <summary>Changes the target.</summary>
    public void Change()
    {
        int target;
        lock (_gate)
        {
            Missed += _isOpen ? 1 : 0;
            _target = (_target + 1) % Targets;
            target = LeastTarget + _target;
            _isOpen = true;
            _since = IsPushed ? 0 : Stopwatch.GetTimestamp();
        }

        _setTarget(target);
    }

    /// <summary>The hub shows this target.</summary>
    public void Seen(double target, long timestamp)
    {
        lock (_gate)
        {
            if (_isOpen && _since != 0 && target == LeastTarget + _target)
            {
                _milliseconds.Add(Stopwatch.GetElapsedTime(_since, timestamp).TotalMilliseconds);
                _isOpen = false;
            }
        }
    }

    private void Leaves(double target)
    {
        lock (_gate)
        {
            if (_isOpen && _since == 0 && target == LeastTarget + _target)
            {
                _since = Stopwatch.GetTimestamp();
            }
        }
    }
}
