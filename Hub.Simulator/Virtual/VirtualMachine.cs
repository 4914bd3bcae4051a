using System;
using System.Collections.Generic;
using System.Threading;

namespace Hub.Simulator.Virtual;

/// <summary>
/// The printer itself, without a network: heaters, one job, the link to its board. It advances only when it
/// is queried, by the time that has passed on its clock. Thread: any.
/// </summary>
public sealed class VirtualMachine
{
    /// <summary>Seconds a job heats at speed 1.</summary>
    public const double HeatSeconds = 40;

    /// <summary>Seconds a job without a slicer's estimate prints at speed 1.</summary>
    public const double DefaultPrintSeconds = 1800;

    // Short phases last this long at any speed, so that a polling client can see them.
    private const double ConnectSeconds = 1;
    private const double StartSeconds = 0.5;
    private const double PauseSeconds = 1;
    private const double ResumeSeconds = 0.5;
    private const double CancelSeconds = 1;
    private const double FinishSeconds = 1;

    private const int GcodeLogLength = 200;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly double _speed;
    private readonly MachineHeat _heat = new();
    private readonly Queue<string> _gcode = new();

    // In seconds of the machine: real seconds times the speed.
    private double _clock;
    private double _phaseEnd = double.PositiveInfinity;
    private double _heatEnd;
    private double _onlineSince;
    private double _printed;
    private double _printTime;
    private double _endedAt = double.NegativeInfinity;

    private MachineLink _link = MachineLink.Online;
    private MachineState _state;
    private JobResult _result;
    private MachineJob? _job;
    private bool _hasProgress;
    private string? _error;

    /// <summary>Makes an idle printer that has been connected for a long time.</summary>
    public VirtualMachine(TimeProvider time, double speed)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        _time = time;
        _speed = speed;
        _epoch = time.GetTimestamp();
        _onlineSince = double.NegativeInfinity;
    }

    /// <summary>Raised while the machine moves, in order, on the thread that moves it. Must not call back into the machine.</summary>
    public event Action<MachineEvent, MachineSnapshot>? Happened;

    /// <summary>Number of prints started: shows whether a command ran twice.</summary>
    public int JobsStarted { get; private set; }

    public MachineSnapshot Read()
    {
        lock (_gate)
        {
            Advance();
            return Snapshot();
        }
    }

    /// <summary>The last accepted G-code lines, oldest first.</summary>
    public string[] ReadGcodeLog()
    {
        lock (_gate)
        {
            return [.. _gcode];
        }
    }

    /// <summary>Opens the link; no effect when it is open.</summary>
    public void Connect()
    {
        lock (_gate)
        {
            Advance();
            if (_link is MachineLink.Online or MachineLink.Connecting)
            {
                return;
            }

            _link = MachineLink.Connecting;
            _error = null;
            _phaseEnd = _clock + (ConnectSeconds * _speed);
            Raise(MachineEvent.Connecting);
            Raise(MachineEvent.StateChanged);
        }
    }

    /// <summary>Closes the link; an active job fails.</summary>
    public void Disconnect()
    {
        lock (_gate)
        {
            Advance();
            if (_link == MachineLink.Offline)
            {
                return;
            }

            Raise(MachineEvent.Disconnecting);
            Close(MachineLink.Offline, null);
            Raise(MachineEvent.Disconnected);
            Raise(MachineEvent.StateChanged);
        }
    }

    /// <summary>The board reports a fault: the link closes and the heaters are switched off.</summary>
    public void Fail(string error)
    {
        lock (_gate)
        {
            Advance();
            CloseFailed(error);
        }
    }

    /// <summary>Loads a file; false when the link is not online or a job is active.</summary>
    public bool Select(MachineJob job)
    {
        lock (_gate)
        {
            Advance();
            if (_link != MachineLink.Online || _state != MachineState.Idle)
            {
                return false;
            }

            _job = job;
            _result = JobResult.None;
            ClearProgress();
            Raise(MachineEvent.Selected);
            return true;
        }
    }

    /// <summary>Unloads the file; false while a job is active.</summary>
    public bool Unselect()
    {
        lock (_gate)
        {
            Advance();
            if (_state != MachineState.Idle)
            {
                return false;
            }

            Unload();
            return true;
        }
    }

    /// <summary>Forgets the job in any state: nothing is cancelled, the heaters stay as they are (Klipper's SDCARD_RESET_FILE).</summary>
    public void Drop()
    {
        lock (_gate)
        {
            Advance();
            bool wasActive = _state != MachineState.Idle;
            _result = JobResult.None;
            Unload();
            if (wasActive)
            {
                Enter(MachineState.Idle, double.PositiveInfinity);
            }
        }
    }

    /// <summary>Prints the loaded file; false without a file, offline, or while a job is active.</summary>
    public bool Start()
    {
        lock (_gate)
        {
            Advance();
            if (_link != MachineLink.Online || _state != MachineState.Idle || _job == null)
            {
                return false;
            }

            Begin();
            return true;
        }
    }

    /// <summary>Restarts a paused job from the beginning.</summary>
    public bool Restart()
    {
        lock (_gate)
        {
            Advance();
            if (_state != MachineState.Paused)
            {
                return false;
            }

            Begin();
            return true;
        }
    }

    /// <summary>
    /// Pauses; also true when it is already paused or pausing. While heating, the pause takes effect only once
    /// the printer is hot, because the board does not answer during M109.
    /// </summary>
    public bool Pause()
    {
        lock (_gate)
        {
            Advance();
            switch (_state)
            {
                case MachineState.Paused or MachineState.Pausing:
                    return true;
                case MachineState.Starting or MachineState.Heating:
                    Enter(MachineState.Pausing, _heatEnd - _clock + (PauseSeconds * _speed));
                    return true;
                case MachineState.Printing or MachineState.Resuming:
                    Enter(MachineState.Pausing, PauseSeconds * _speed);
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>Resumes; true without effect while it prints.</summary>
    public bool Resume()
    {
        lock (_gate)
        {
            Advance();
            if (_state == MachineState.Paused)
            {
                Enter(MachineState.Resuming, ResumeSeconds * _speed);
                Raise(MachineEvent.PrintResumed);
            }

            return _state != MachineState.Idle;
        }
    }

    /// <summary>Cancels; false without an active job.</summary>
    public bool Cancel()
    {
        lock (_gate)
        {
            Advance();
            if (_state == MachineState.Idle)
            {
                return false;
            }

            // A job that is finishing cannot be cancelled any more.
            if (_state is not (MachineState.Cancelling or MachineState.Finishing))
            {
                _hasProgress = false;
                Raise(MachineEvent.PrintCancelling);
                Enter(MachineState.Cancelling, CancelSeconds * _speed);
            }

            return true;
        }
    }

    /// <summary>Executes one G-code line; false when the link is not online.</summary>
    public bool SendGcode(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        lock (_gate)
        {
            Advance();
            if (_link != MachineLink.Online)
            {
                return false;
            }

            _gcode.Enqueue(line);
            if (_gcode.Count > GcodeLogLength)
            {
                _gcode.Dequeue();
            }

            if (MachineHeat.IsEmergencyStop(line))
            {
                // The text is OctoPrint 1.10's.
                CloseFailed("Closing serial port due to emergency stop M112.");
            }
            else
            {
                _heat.Execute(line);
            }

            return true;
        }
    }

    private void Begin()
    {
        JobsStarted++;
        ClearProgress();
        _hasProgress = true;
        _result = JobResult.None;
        _heatEnd = _clock + (StartSeconds * _speed) + HeatSeconds;
        Enter(MachineState.Starting, StartSeconds * _speed);
        Raise(MachineEvent.PrintStarted);
    }

    private void Advance()
    {
        double now = _time.GetElapsedTime(_epoch).TotalSeconds * _speed;
        while (_phaseEnd <= now)
        {
            StepTo(_phaseEnd);
            _phaseEnd = double.PositiveInfinity;
            EndPhase();
        }

        StepTo(now);
    }

    private void StepTo(double clock)
    {
        double seconds = clock - _clock;
        if (seconds <= 0)
        {
            return;
        }

        _heat.Step(seconds);
        if (_state == MachineState.Printing)
        {
            _printed += seconds;
        }

        if (_state is MachineState.Heating or MachineState.Printing or MachineState.Pausing)
        {
            _printTime += seconds;
        }

        _clock = clock;
    }

    private void EndPhase()
    {
        if (_link == MachineLink.Connecting)
        {
            _link = MachineLink.Online;
            _onlineSince = _clock;
            Raise(MachineEvent.StateChanged);
            Raise(MachineEvent.Connected);
            return;
        }

        switch (_state)
        {
            case MachineState.Starting:
                _heat.HeatFor(_job!);
                Enter(MachineState.Heating, HeatSeconds);
                break;
            case MachineState.Heating or MachineState.Resuming:
                Enter(MachineState.Printing, Total() - _printed);
                break;
            case MachineState.Printing:
                _printed = Total();
                _result = JobResult.Finished;
                Enter(MachineState.Finishing, FinishSeconds * _speed);
                Raise(MachineEvent.PrintDone);
                break;
            case MachineState.Pausing:
                // A pause during Starting skips the phase that sets the targets.
                _heat.HeatFor(_job!);
                Enter(MachineState.Paused, double.PositiveInfinity);
                Raise(MachineEvent.PrintPaused);
                break;
            case MachineState.Cancelling:
                _result = JobResult.Cancelled;
                _heat.Off();
                ClearProgress();
                Raise(MachineEvent.PrintCancelled);
                Raise(MachineEvent.PrintFailed);
                _endedAt = _clock;
                Enter(MachineState.Idle, double.PositiveInfinity);
                break;
            case MachineState.Finishing:
                _heat.Off();
                _endedAt = _clock;
                Enter(MachineState.Idle, double.PositiveInfinity);
                break;
        }
    }

    private void CloseFailed(string error)
    {
        Close(MachineLink.Failed, error);
        Raise(MachineEvent.Error);
        Raise(MachineEvent.Disconnected);
        Raise(MachineEvent.StateChanged);
    }

    private void Close(MachineLink link, string? error)
    {
        bool wasActive = _state != MachineState.Idle;
        _link = link;
        _error = error;
        _state = MachineState.Idle;
        _phaseEnd = double.PositiveInfinity;
        _heat.Off();
        if (wasActive)
        {
            _result = JobResult.Failed;
            Raise(MachineEvent.PrintFailed);
        }

        Unload();
    }

    private void Unload()
    {
        if (_job != null)
        {
            _job = null;
            ClearProgress();
            Raise(MachineEvent.Deselected);
        }
    }

    private void Enter(MachineState state, double seconds)
    {
        _state = state;
        _phaseEnd = _clock + seconds;
        Raise(MachineEvent.StateChanged);
    }

    private void ClearProgress()
    {
        _hasProgress = false;
        _printed = 0;
        _printTime = 0;
    }

    private double Total() => _job?.EstimateSeconds ?? DefaultPrintSeconds;

    private void Raise(MachineEvent what) => Happened?.Invoke(what, Snapshot());

    private MachineSnapshot Snapshot() => new()
    {
        Link = _link,
        State = _state,
        Result = _result,
        Error = _error,
        Job = _job,
        Completion = _hasProgress ? Math.Min(100, _printed / Total() * 100) : null,
        PrintTimeSeconds = _printTime,
        TimeLeftSeconds = Math.Max(0, Total() - _printed),
        EndedSeconds = (_clock - _endedAt) / _speed,
        OnlineSeconds = _link == MachineLink.Online ? (_clock - _onlineSince) / _speed : 0,
        Nozzle = _heat.Nozzle.Actual,
        NozzleTarget = _heat.Nozzle.Target,
        Bed = _heat.Bed.Actual,
        BedTarget = _heat.Bed.Target,
        FanPercent = _heat.FanPercent,
    };
}
