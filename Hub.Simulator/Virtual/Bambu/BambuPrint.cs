using System;
using System.Threading;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The job as a Bambu shows it: words made of the machine's state, FINISH and FAILED that stay until the next print,
/// and the error of the last one. Thread: any.
/// </summary>
internal sealed class BambuPrint
{
    private const int StageBedLeveling = 1;
    private const int StageBedPreheating = 2;
    private const int StageHeatingHotend = 7;
    private const int StageHoming = 13;
    private const int StagePausedByUser = 16;

    /// <summary>The part of the heating that shows as PREPARE.</summary>
    private const double PreparePart = 0.25;

    private const double SecondsPerLayer = 36;

    private readonly Lock _gate = new();
    private readonly VirtualMachine _machine;
    private readonly BambuModel _model;

    private BambuTask _task = BambuTask.None;
    private int _printError;
    private int _filamentError;
    private double _completion;
    private bool _isFresh = true;
    private bool _hasFailedToStart;
    private bool _hasSignatureFault;

    public BambuPrint(VirtualMachine machine, BambuModel model)
    {
        _machine = machine;
        _model = model;
        machine.Happened += OnHappened;
    }

    public BambuMoment Read()
    {
        MachineSnapshot machine = _machine.Read();
        lock (_gate)
        {
            _completion = machine.Completion ?? _completion;
            (string state, int stage) = StateOf(machine);
            double total = machine.Job?.EstimateSeconds ?? VirtualMachine.DefaultPrintSeconds;
            int layers = _task == BambuTask.None ? 0 : Math.Max(1, (int)(total / SecondsPerLayer));
            return new BambuMoment
            {
                Machine = machine,
                State = state,
                Stage = stage,
                PreparePercent = state == "PREPARE" ? (int)Math.Clamp(machine.PrintTimeSeconds / (VirtualMachine.HeatSeconds * PreparePart) * 100, 0, 100) : _task == BambuTask.None ? 0 : 100,
                Percent = (int)_completion,
                RemainingMinutes = machine.IsActive ? (int)Math.Ceiling(machine.TimeLeftSeconds / 60) : 0,
                Layer = (int)Math.Ceiling(layers * _completion / 100),
                Layers = layers,
                PrintError = machine.State == MachineState.Paused && _filamentError != 0 ? _filamentError : _printError,
                HasSignatureFault = _hasSignatureFault,
                Task = _task,
            };
        }
    }

    /// <summary>Prints a file; false when a print is under way.</summary>
    public bool Start(MachineJob job, BambuTask task)
    {
        // The machine's events take the lock, so it is not held while the machine is called.
        if (!_machine.Select(job))
        {
            return false;
        }

        lock (_gate)
        {
            // print_error stays for now: facts A4 say that it may be stale after a new start.
            Begin(task);
        }

        return _machine.Start();
    }

    /// <summary>The job that just began prepares and then pauses with this error, since it does not know where its filament comes from.</summary>
    public void StopAtFilament(int printError)
    {
        lock (_gate)
        {
            _filamentError = printError;
        }

        _machine.Pause();
    }

    /// <summary>The file turned out to be no print: FAILED, with nothing begun.</summary>
    public void FailToStart(BambuTask task, int printError)
    {
        lock (_gate)
        {
            Begin(task);
            _hasFailedToStart = true;
            _printError = printError;
        }
    }

    /// <summary>Shows an error.</summary>
    public void Raise(int printError)
    {
        lock (_gate)
        {
            _printError = printError;
        }
    }

    /// <summary>clean_print_error: the state stays as it is.</summary>
    public void ClearError()
    {
        lock (_gate)
        {
            _printError = 0;
            _hasSignatureFault = false;
        }
    }

    /// <summary>A command was not signed: the printer's screen says so until it is cleared.</summary>
    public void RaiseSignatureFault()
    {
        lock (_gate)
        {
            _hasSignatureFault = true;
        }
    }

    /// <summary>The machine breaks: a print under way fails with this error.</summary>
    public void Fail(int printError)
    {
        _machine.Fail("print_error " + printError.ToString("X8"));
        lock (_gate)
        {
            _printError = printError;
        }

        _machine.Connect();
    }

    /// <summary>As after power-on.</summary>
    public void Reboot()
    {
        _machine.Disconnect();
        lock (_gate)
        {
            Begin(BambuTask.None);
            _isFresh = true;
            _printError = 0;
            _hasSignatureFault = false;
        }

        _machine.Connect();
    }

    private void Begin(BambuTask task)
    {
        _task = task;
        _filamentError = 0;
        _completion = 0;
        _isFresh = false;
        _hasFailedToStart = false;
    }

    // On the machine's thread, which holds the machine's lock.
    private void OnHappened(MachineEvent what, MachineSnapshot machine)
    {
        lock (_gate)
        {
            _printError = what switch
            {
                MachineEvent.PrintCancelled => BambuErrors.Cancelled,
                MachineEvent.PrintFailed when machine.Result == JobResult.Failed => BambuErrors.Malfunction,
                MachineEvent.StateChanged when machine.State == MachineState.Heating => 0,
                _ => _printError,
            };
        }
    }

    private (string State, int Stage) StateOf(MachineSnapshot machine)
    {
        if (_hasFailedToStart)
        {
            return ("FAILED", _model.IdleStage);
        }

        switch (machine.State)
        {
            case MachineState.Idle when _isFresh || machine.Result == JobResult.None:
                return ("IDLE", _model.IdleStage);
            case MachineState.Idle:
                return (machine.Result == JobResult.Finished ? "FINISH" : "FAILED", _model.IdleStage);
            case MachineState.Starting:
                return ("PREPARE", _model.IdleStage);
            case MachineState.Paused:
                return ("PAUSE", _filamentError != 0 ? 0 : StagePausedByUser);
            case MachineState.Heating:
            case MachineState.Pausing when machine.Completion == 0:
                double part = machine.PrintTimeSeconds / VirtualMachine.HeatSeconds;
                return part switch
                {
                    < PreparePart => ("PREPARE", _model.IdleStage),
                    < 0.55 => ("RUNNING", StageBedPreheating),
                    < 0.80 => ("RUNNING", StageHeatingHotend),
                    < 0.90 => ("RUNNING", StageHoming),
                    _ => ("RUNNING", StageBedLeveling),
                };
            default:
                return ("RUNNING", 0);
        }
    }
}
