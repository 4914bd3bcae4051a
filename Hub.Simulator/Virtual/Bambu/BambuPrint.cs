using System;
using System.Threading;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>
/// The job as a Bambu printer shows it: words for the machine's state, FINISH and FAILED that stay until the next print,
/// and the error of the last one. Thread: any.
/// </summary>
internal sealed class BambuPrint : IDisposable
{
    private const double SecondsPerLayer = 36;

    private readonly Lock _gate = new();
    private readonly VirtualMachine _machine;
    private readonly BambuModel _model;
    private readonly TimeProvider _time;

    // Times are seconds of _time; negative infinity means never.
    private ITimer? _starting;
    private BambuMoment? _former;
    private double _workSince = double.NegativeInfinity;
    private double _cancelledAt = double.NegativeInfinity;
    private bool _isErrorStale;
    private int _failReason;
    private BambuTask _task = BambuTask.None;
    private int _printError;
    private int _filamentError;
    private double _completion;
    private bool _isFresh = true;
    private bool _hasFailedToStart;
    private bool _hasSignatureFault;

    public BambuPrint(VirtualMachine machine, BambuModel model, TimeProvider time)
    {
        _time = time;
        _machine = machine;
        _model = model;
        machine.Happened += OnHappened;
    }

    private double Now => (double)_time.GetTimestamp() / _time.TimestampFrequency;

    public void Dispose() => _starting?.Dispose();

    public BambuMoment Read()
    {
        MachineSnapshot machine = _machine.Read();
        lock (_gate)
        {
            _completion = machine.Completion ?? _completion;
            (string state, int stage) = _hasFailedToStart ? ("FAILED", _model.IdleStage) : BambuStages.Of(machine, _model, _isFresh, _task.UsesAms, _filamentError != 0);
            if (_isErrorStale && state is ("RUNNING" or "FINISH"))
            {
                _isErrorStale = false;
                _printError = 0;
            }

            double total = machine.Job?.EstimateSeconds ?? VirtualMachine.DefaultPrintSeconds;
            int layers = _task == BambuTask.None ? 0 : Math.Max(1, (int)(total / SecondsPerLayer));
            bool hasCode = _printError != BambuErrors.Cancelled || Now - _cancelledAt >= _model.CancelCodeSeconds;
            BambuMoment now = new()
            {
                Machine = machine,
                State = state,
                Stage = stage,
                PreparePercent = state == "PREPARE" ? (int)Math.Clamp(machine.PrintTimeSeconds / (VirtualMachine.HeatSeconds * BambuStages.PreparePart) * 100, 0, 100) : _task == BambuTask.None ? 0 : 100,
                Percent = (int)_completion,
                RemainingMinutes = machine.IsActive ? (int)Math.Ceiling(machine.TimeLeftSeconds / 60) : 0,
                Layer = (int)Math.Ceiling(layers * _completion / 100),
                Layers = layers,
                PrintError = machine.State == MachineState.Paused && _filamentError != 0 ? _filamentError : hasCode ? _printError : 0,
                FailReason = hasCode && state == "FAILED" && _printError != 0 ? _failReason = _printError : _failReason,
                Task = _task,
                HasSignatureFault = _hasSignatureFault,
            };
            return AfterTheFormer(now);
        }
    }

    /// <summary>Prints a file; false when a print is under way.</summary>
    /// <param name="job">The file.</param>
    /// <param name="task">What the start command said about it.</param>
    /// <param name="filamentError">The error with which it stops because its filament is unknown; 0 for none.</param>
    /// <param name="delaySeconds">How long the previous job's end stays visible.</param>
    public bool Start(MachineJob job, BambuTask task, int filamentError = 0, double delaySeconds = 0)
    {
        double delay = Math.Max(_model.StartSeconds, delaySeconds);
        if (delay > 0)
        {
            return StartLater(job, task, filamentError, delay);
        }

        // The machine's events take the lock, so it is not held while the machine is called.
        if (!_machine.Select(job))
        {
            return false;
        }

        lock (_gate)
        {
            Begin(task);
            _isErrorStale = _printError != 0;
        }

        return Run(filamentError);
    }

    /// <summary>The job prepares and then pauses with this error, because the source of its filament is unknown.</summary>
    private void StopAtFilament(int printError)
    {
        lock (_gate)
        {
            _filamentError = printError;
        }

        _machine.Pause();
    }

    /// <summary>The file is not printable: FAILED, and nothing was started.</summary>
    public void FailToStart(BambuTask task, int printError)
    {
        lock (_gate)
        {
            ForgetStart();
            Begin(task);
            _hasFailedToStart = true;
            _isErrorStale = false;
            _printError = printError;
        }
    }

    /// <summary>Shows an error.</summary>
    public void Raise(int printError)
    {
        lock (_gate)
        {
            _printError = printError;
            _isErrorStale = false;
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

    /// <summary>The machine breaks: an active print fails with this error.</summary>
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
            ForgetStart();
            Begin(BambuTask.None);
            _isFresh = true;
            _printError = 0;
            _hasSignatureFault = false;
        }

        _machine.Connect();
    }

    /// <summary>The previous job's end stays visible under the new name; another start in this time replaces this one.</summary>
    private bool StartLater(MachineJob job, BambuTask task, int filamentError, double seconds)
    {
        if (_machine.Read().IsActive)
        {
            return false;
        }

        BambuMoment former = Read() with { Task = task };
        lock (_gate)
        {
            ForgetStart();
            _former = former;
            _starting = _time.CreateTimer(_ => StartNow(job, task, filamentError), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    private void ForgetStart()
    {
        _starting?.Dispose();
        _starting = null;
        _former = null;
        _workSince = double.NegativeInfinity;
    }

    private void StartNow(MachineJob job, BambuTask task, int filamentError)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_former?.Task, task) || !double.IsNegativeInfinity(_workSince))
            {
                return;
            }
        }

        if (!_machine.Select(job))
        {
            return;
        }

        lock (_gate)
        {
            Begin(task);
            _isErrorStale = _printError != 0;
            _workSince = Now;
        }

        Run(filamentError);
    }

    private bool Run(int filamentError)
    {
        if (!_machine.Start())
        {
            return false;
        }

        if (filamentError != 0)
        {
            StopAtFilament(filamentError);
        }

        return true;
    }

    /// <summary>What a report still shows of the previous job.</summary>
    private BambuMoment AfterTheFormer(BambuMoment now)
    {
        if (_former is not { } former)
        {
            return now;
        }

        if (double.IsNegativeInfinity(_workSince))
        {
            return former with { Machine = now.Machine, PrintError = now.PrintError, HasSignatureFault = now.HasSignatureFault };
        }

        if (Now - _workSince < _model.StaleLayerSeconds)
        {
            return now with { Layer = former.Layer };
        }

        ForgetStart();
        return now;
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
            switch (what)
            {
                case MachineEvent.PrintCancelled:
                    _printError = BambuErrors.Cancelled;
                    _cancelledAt = Now;
                    _isErrorStale = false;
                    break;
                case MachineEvent.PrintFailed when machine.Result == JobResult.Failed:
                    _printError = BambuErrors.Malfunction;
                    _isErrorStale = false;
                    break;
            }
        }
    }
}
