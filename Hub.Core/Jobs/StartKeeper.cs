using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>
/// Keeps one printer's pending start: at most one among all processes, stored before its transfer begins and before it is sent, until its one
/// outcome is recorded. Whoever finds a stored start whose owner is gone takes it over: never sent, it has failed; sent, it is watched.
/// Storage that fails costs this protection, not the print. Thread: any; calls are serialised inside and may wait for the storage, but for
/// <see cref="Refusal"/>.
/// </summary>
internal sealed partial class StartKeeper
{
    /// <summary>How often a start that another process has is looked after, in ms.</summary>
    private const int LookMs = 1000;

    /// <summary>Time until storage that failed is tried again, in ms.</summary>
    private const int RetryMs = 10000;

    private readonly object _lock = new object();
    private readonly JobStore _store;
    private readonly IHal _hal;
    private readonly Log _log;
    private readonly PrinterConfig _printer;
    private readonly string _id;
    private PrinterPlace? _place;
    private StartClaim? _claim;
    private StartMachine? _machine;
    private PrintRequest? _request;
    private StartOutcomeChange? _outcome;
    private bool _isStored;
    private long _lookMs;
    private bool _isStorageBad;
    private HubException? _storageError;
    private PendingStart? _lost;
    private StartOutcomeChange? _lostOutcome;

    public StartKeeper(JobStore store, IHal hal, Log log, PrinterConfig printer)
    {
        _store = store;
        _hal = hal;
        _log = log;
        _printer = printer;
        _id = printer.Id;
        _lookMs = long.MinValue;
    }

    /// <summary>Records the same printer's jobs in this process, or null. Set before the first call.</summary>
    public JobRecorder? Recorder { get; set; }

    /// <summary>True when a start that needs a clear bed is refused while the bed waits to be cleared. Thread: any.</summary>
    public bool RequiresClearBed { get; set; } = true;

    /// <summary>Why no start is accepted now; null when one may be. Never waits.</summary>
    public HubException? Refusal { get; private set; }

    /// <summary>True while a start is pending, or its outcome is not recorded yet. Never waits.</summary>
    public bool HasPending => Refusal != null || _machine != null;

    /// <summary>True while <see cref="Refusal"/> is about a start that was sent before and what the printer shows next may settle it. Never waits.</summary>
    public bool MayBeSettled
    {
        get
        {
            StartMachine? machine = _machine;
            return machine != null && _request == null && machine.MayBeSettled;
        }
    }

    /// <summary>When <see cref="Tick"/> has something to do, in monotonic ms.</summary>
    public long DueMs
    {
        get
        {
            lock (_lock)
            {
                return _machine == null || !_machine.IsOpen ? _lookMs : _machine.DueMs;
            }
        }
    }

    private long NowMs => _hal.Clock.NowMs;

    /// <summary>Errors: those of the machine's SHA-256; a board may lack it.</summary>
    private PrinterPlace Place => _place ??= _store.PlaceOf(_printer);

    /// <summary>Accepts a request and remembers it; else says why not, and nothing is remembered.</summary>
    public HubException? Accept(PrintRequest request)
    {
        lock (_lock)
        {
            _storageError = null;
            Settle();
            HubException? refusal = BedRefusal(request, null) ?? (_machine == null ? Enter() : Pending(_machine.Start));
            if (refusal != null)
            {
                return refusal;
            }

            PendingStart start = new PendingStart { CommandId = request.Id, File = request.File, ExpiresAtMs = request.ExpiresAtMs };
            StartMachine machine = StartMachine.Receive(start, NowMs, _store.NowMs);
            if (!machine.IsOpen)
            {
                Leave();
                return machine.Error;
            }

            _machine = machine;
            _request = request;
            request.Keeper = this;
            _isStored = TryStore(new PendingStartChange(start, true).Do, "a restart of the hub would not know of this start");
            request.StorageError = _storageError;
            Publish(Pending(start));
            return null;
        }
    }

    /// <summary>A request's transfer is about to begin; else says why it must not.</summary>
    public HubException? TransferBegins(PrintRequest request)
    {
        lock (_lock)
        {
            if (!IsCurrent(request))
            {
                return request.Error ?? NotPending();
            }

            return _machine!.TransferBegins(NowMs, _store.NowMs) ? null : EndNow();
        }
    }

    /// <summary>A request's transfer has ended well, and the printer stored the file under this name.</summary>
    public void TransferEnds(PrintRequest request, string storedName)
    {
        lock (_lock)
        {
            if (IsCurrent(request))
            {
                _machine!.TransferEnds(NowMs, _store.NowMs);
                _machine.Start.StoredName = storedName;
            }
        }
    }

    /// <summary>A request is about to be sent, and counts as sent from here on; else says why it must not be.</summary>
    /// <param name="request">The request.</param>
    /// <param name="status">What the printer shows now.</param>
    /// <param name="waitMs">How long its asker waits for the job.</param>
    public HubException? Sending(PrintRequest request, PrinterStatus status, long waitMs)
    {
        lock (_lock)
        {
            if (!IsCurrent(request))
            {
                return request.Error ?? NotPending();
            }

            HubException? bed = BedRefusal(request, status);
            if (bed != null)
            {
                // Another job has ended since the request was accepted.
                _machine!.Fail(bed);
                return EndNow();
            }

            if (!_machine!.Sending(status, waitMs, NowMs, _store.NowMs))
            {
                return EndNow();
            }

            PendingStartChange sent = new PendingStartChange(_machine.Start, false);
            if (_isStored && !TryStore(sent.Do, "the start is not sent"))
            {
                // What is stored says that nothing was sent, and a hub that finds it must be right.
                _machine.NotActed();
                _machine.Fail(new HubException(ErrorCode.StorageFailed, "the hub cannot store that it starts this print, so it did not: check its data folder"));
                return EndNow();
            }

            if (sent.IsOver)
            {
                _machine.Shown();
                EndNow();
                return new HubException(ErrorCode.WrongState, "the job of this start was seen to begin already: it is not sent again");
            }

            Publish(Pending(_machine.Start));
            return null;
        }
    }

    /// <summary>A request had no effect and is to be sent again.</summary>
    public void NotActed(PrintRequest request)
    {
        lock (_lock)
        {
            if (IsCurrent(request))
            {
                _machine!.NotActed();
                PendingStartChange waiting = new PendingStartChange(_machine.Start, false);
                _isStored = _isStored && TryStore(waiting.Do, "a restart of the hub would take this start for sent");
                if (waiting.IsOver)
                {
                    // The printer has shown its job, whatever it answered: it must not be sent again.
                    _machine.Shown();
                    EndNow();
                }
            }
        }
    }

    /// <summary>A request that was not sent has failed. Nothing happens to one that was, or that has ended.</summary>
    public void Fail(PrintRequest request, HubException error)
    {
        lock (_lock)
        {
            if (IsCurrent(request) && _machine!.Start.Phase == StartPhase.Waiting)
            {
                _machine.Fail(error);
                EndNow();
            }
        }
    }

    /// <summary>A request that was sent had no effect, and has failed.</summary>
    public void Refused(PrintRequest request, HubException error)
    {
        lock (_lock)
        {
            if (IsCurrent(request))
            {
                _machine!.Fail(error);
                EndNow();
            }
        }
    }

    /// <summary>The printer has shown the outcome of a request that was sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="status">What it shows.</param>
    /// <param name="failure">Why the job does not start; null when it does.</param>
    public void Judged(PrintRequest request, PrinterStatus status, HubException? failure)
    {
        lock (_lock)
        {
            if (IsCurrent(request) && (failure == null ? _machine!.Shown() : _machine!.Fail(failure)))
            {
                End(status);
            }
        }
    }

    /// <summary>A fresh report of the printer, for a start that another process or an earlier run of the hub sent.</summary>
    public void Reported(PrinterStatus status)
    {
        lock (_lock)
        {
            LookIfDue();
            if (_machine != null && _request == null && _machine.Reported(status, NowMs, _store.NowMs))
            {
                _log.Info(_id, _machine.Error == null ? "the start that was sent before is seen now" : "the start that was sent before failed: " + _machine.Error.Message);
                End(status);
            }
        }
    }

    /// <summary>Time passed: gives up what is over, takes over what has lost its owner, tries again what could not be stored.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            long nowMs = NowMs;
            if (_machine == null)
            {
                LookIfDue();
            }
            else if (_machine.IsOpen ? _machine.Tick(nowMs, _store.NowMs) : nowMs >= _lookMs)
            {
                EndNow();
            }
        }
    }

    /// <summary>The printer's worker ends. What was not sent has failed; what was is left to whoever takes it over.</summary>
    public void Close(HubException error)
    {
        lock (_lock)
        {
            if (_machine != null && _machine.IsOpen && _machine.Start.Phase == StartPhase.Waiting)
            {
                _machine.Fail(error);
                EndNow();
            }

            Leave();
        }
    }

    /// <summary>The refusal of a start beside this one.</summary>
    private HubException Pending(PendingStart start) => new HubException(
        ErrorCode.WrongState,
        start.Phase == StartPhase.Sent
            ? "an earlier start was sent and the printer has not shown it yet: check the printer, or wait some minutes"
            : "a print of " + _log.Shown(start.File) + " is on its way to this printer already: wait for it");

    /// <summary>The refusal of a start that needs a clear bed; one whose bed cannot be known is refused too.</summary>
    /// <param name="request">The request.</param>
    /// <param name="status">What the printer shows now; null when that is not known.</param>
    private HubException? BedRefusal(PrintRequest request, PrinterStatus? status)
    {
        if (!request.NeedsClearBed || !RequiresClearBed)
        {
            return null;
        }

        try
        {
            if (status != null && Recorder != null)
            {
                // Another process may have recorded the job whose end this one has seen.
                Recorder.CatchUp(status);
            }

            return BedRule.Refusal(_id, _store.Read(Place));
        }
        catch (HubException e)
        {
            return new HubException(ErrorCode.BedNotClear, "the hub cannot read whether the bed was cleared: " + e.Message, e);
        }
    }

    private static HubException NotPending() => new HubException(ErrorCode.Internal, "a fault of the hub itself: the start was not accepted");

    private bool IsCurrent(PrintRequest request) => _request == request && _machine != null && _machine.IsOpen;

    private HubException? Publish(HubException? refusal)
    {
        Refusal = refusal;
        return refusal;
    }
}
