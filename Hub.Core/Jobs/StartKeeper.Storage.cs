using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Jobs;

/// <summary>The keeper's dealings with the storage: who owns the stored start, and how it gets its outcome. All under the keeper's lock.</summary>
internal sealed partial class StartKeeper
{
    /// <summary>Records an outcome that could not be recorded yet. One that still cannot be is lost once the next start is stored: the storage must not stand in a print's way.</summary>
    private void Settle()
    {
        if (_machine != null && !_machine.IsOpen)
        {
            EndNow();
            _lost = _machine?.Start;
            _lostOutcome = _outcome;
            _outcome = null;
            _machine = null;
            Leave();
        }
    }

    /// <summary>Takes the right to start, and over what is stored; else says why not.</summary>
    private HubException? Enter()
    {
        try
        {
            // A fault may have left it here: it is not to be had twice, and would look like another owner's from then on.
            _claim ??= StartClaim.TryTake(_hal.Nvs, Place);
        }
        catch (HubException e)
        {
            return GoOn(e);
        }

        return _claim == null ? RefuseBesideOther() : EnterClaimed();
    }

    /// <summary>Another owner is at it, whatever can be read of what it does.</summary>
    private HubException? RefuseBesideOther()
    {
        PendingStart? stored = null;
        try
        {
            stored = _store.Read(Place).PendingStart;
        }
        catch (HubException e)
        {
            NoteStorage(e, "the hub does not know which start is on its way to this printer");
        }

        _lookMs = NowMs + LookMs;
        return Publish(stored != null ? Pending(stored) : new HubException(ErrorCode.WrongState, "another print is being started on this printer: wait for it"));
    }

    private HubException? EnterClaimed()
    {
        try
        {
            PendingStart? stored = _store.Read(Place).PendingStart;
            Publish(null);
            if (stored != null && _lost != null && stored.IsSame(_lost))
            {
                Change(_lostOutcome!.Do);
            }
            else if (stored != null)
            {
                TakeOver(stored);
            }

            return Refusal;
        }
        catch (HubException e)
        {
            return GoOn(e);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // What is stored is not known, so nothing may be started beside it; nor may the claim stay.
            _log.Fault(_id, e);
            Leave();
            _lookMs = NowMs + RetryMs;
            return new HubException(ErrorCode.Internal, "a fault of the hub itself: try again");
        }
    }

    /// <summary>Storage that fails does not stand in a print's way.</summary>
    private HubException? GoOn(HubException error)
    {
        NoteStorage(error, "other programs and a restart of the hub would not know of a start on this printer");
        _lookMs = NowMs + RetryMs;
        return null;
    }

    private void LookIfDue()
    {
        if (_machine == null && NowMs >= _lookMs)
        {
            Look();
        }
    }

    /// <summary>Checks for a stored start that is not ours.</summary>
    private void Look()
    {
        _lookMs = long.MaxValue;
        try
        {
            if (_store.Read(Place).PendingStart == null)
            {
                Publish(null);
                return;
            }
        }
        catch (HubException e)
        {
            NoteStorage(e, "the hub does not know whether a start is on its way to this printer");
            _lookMs = NowMs + RetryMs;
            return;
        }

        Enter();
        if (_machine == null)
        {
            Leave();
        }
    }

    /// <summary>Takes over a stored start, with the claim in hand. One that was not sent has failed, which is recorded.</summary>
    private void TakeOver(PendingStart stored)
    {
        _request = null;
        _isStored = true;
        StartMachine machine = StartMachine.OwnerLost(stored, NowMs, _store.NowMs);
        if (_store.HasStarted(stored, Place.PrinterId))
        {
            machine.Shown();
            Change(Outcome(machine, null, true, true).Do);
        }
        else if (machine.IsOpen)
        {
            _machine = machine;
            Publish(Pending(stored));
        }
        else
        {
            _log.Warning(_id, "the print of " + _log.Shown(stored.File) + " was not started: " + machine.Error!.Message);
            Change(Outcome(machine, null, true, false).Do);
        }
    }

    private HubException? EndNow() => End(null);

    /// <summary>Records the outcome and is free for the next start. Gives the error.</summary>
    private HubException? End(PrinterStatus? status)
    {
        StartMachine machine = _machine!;
        bool isRecorded = IsRecordedAsStarted(machine);
        HubException? error = isRecorded ? null : machine.Error;
        _outcome = isRecorded || _outcome == null ? Outcome(machine, status, _isStored, isRecorded) : _outcome;

        // What is known here refuses no start here, recorded or not.
        Publish(null);
        bool isStored = TryStore(_outcome.Do, "the outcome of this start is not recorded yet");
        PrintRequest? request = _request;
        _request = null;
        request?.End(error);
        if (!isStored && _isStored)
        {
            _lookMs = NowMs + RetryMs;
            return error;
        }

        _outcome = null;
        _machine = null;
        Leave();
        return error;
    }

    /// <summary>True for a start whose job this hub did not see, where the log says that it began: another process saw it.</summary>
    private bool IsRecordedAsStarted(StartMachine machine)
    {
        if (!_isStored || machine.Error == null || machine.Error.Code != ErrorCode.StartNotShown)
        {
            return false;
        }

        try
        {
            return _store.HasStarted(machine.Start, Place.PrinterId);
        }
        catch (HubException)
        {
            // Storing the outcome fails too, which is said then, and both are tried again.
            return false;
        }
    }

    /// <summary>What is recorded of it; a printer's words may hold a key that it was sent.</summary>
    private StartOutcomeChange Outcome(StartMachine machine, PrinterStatus? status, bool wasStored, bool isRecorded) => new StartOutcomeChange(
        machine,
        _log.Shown(machine.Start.File),
        status?.Job == null ? null : _log.Shown(status.Job),
        status?.JobKey,
        machine.Error == null ? null : _log.Shown(machine.Error.Message),
        wasStored,
        isRecorded);

    private void Leave()
    {
        _claim?.Dispose();
        _claim = null;
    }

    /// <summary>Through the recorder where there is one, so that it knows what is stored.</summary>
    private void Change(JobChange change)
    {
        if (Recorder == null)
        {
            _store.Change(Place, change);
        }
        else
        {
            Recorder.Change(change);
        }
    }

    private bool TryStore(JobChange change, string loss)
    {
        try
        {
            Change(change);
            _isStorageBad = false;
            return true;
        }
        catch (HubException e)
        {
            NoteStorage(e, loss);
            return false;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // As storage that fails: what is half done here would stand in the way of every later start.
            _log.Fault(_id, e);
            NoteStorage(new HubException(ErrorCode.StorageFailed, "a fault of the hub itself"), loss);
            return false;
        }
    }

    private void NoteStorage(HubException error, string loss)
    {
        if (!_isStorageBad)
        {
            _log.Warning(_id, loss + ": " + error.Message);
        }

        _isStorageBad = true;
        _storageError = error;
        if (_request != null)
        {
            _request.StorageError = error;
        }
    }
}
