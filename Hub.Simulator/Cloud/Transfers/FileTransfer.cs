using System;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Hubs;

namespace Hub.Simulator.Cloud.Transfers;

/// <summary>
/// One file on its way to a printer. It ends once: complete, failed or cancelled. Where it is printed, complete is followed by started or
/// failed. Thread: any; one pump.
/// </summary>
internal sealed class FileTransfer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly Action<FileTransfer, bool> _changed;
    private long _credit;
    private bool _isTaken;
    private bool _isClaimed;
    private bool _isConfirmed;
    private HubSession? _session;

    /// <summary>Makes one that waits for its content.</summary>
    /// <param name="id">Its id, which is the job's on the wire.</param>
    /// <param name="streamId">Its stream, unlike every other of this cloud.</param>
    /// <param name="order">What is wanted.</param>
    /// <param name="clock">The cloud's clock.</param>
    /// <param name="changed">Called after each change, under no lock; with true when its stage or outcome changed.</param>
    public FileTransfer(string id, uint streamId, TransferOrder order, TimeProvider clock, Action<FileTransfer, bool> changed)
    {
        Id = id;
        StreamId = streamId;
        Order = order;
        _clock = clock;
        _changed = changed;
        Created = LastNews = clock.GetUtcNow();
    }

    public string Id { get; }

    public uint StreamId { get; }

    public TransferOrder Order { get; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>When something about it was last heard.</summary>
    public DateTimeOffset LastNews { get; private set; }

    /// <summary>Where it is: <see cref="FileStages"/>.</summary>
    public string Stage { get; private set; } = FileStages.Downloading;

    /// <summary>0 to 100, as the hub reports it.</summary>
    public int ProgressPercentage { get; private set; }

    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>The error's code, or null.</summary>
    public string? ErrorCode { get; private set; }

    /// <summary>True once the print is known to have begun.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Bytes that were sent to the hub.</summary>
    public long Sent { get; private set; }

    /// <summary>True once all bytes were sent to the hub.</summary>
    public bool IsTaken
    {
        get
        {
            lock (_gate)
            {
                return _isTaken;
            }
        }
    }

    /// <summary>True once its content is being sent or was.</summary>
    public bool IsClaimed
    {
        get
        {
            lock (_gate)
            {
                return _isClaimed;
            }
        }
    }

    /// <summary>True when nothing more is expected.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return HasEnded && (_isConfirmed || _session == null) && (Stage != FileStages.Complete || !Order.Start || IsStarted);
            }
        }
    }

    /// <summary>Cancelled when it has failed or was cancelled.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Completes when the hub has reported its end.</summary>
    public Task Confirmed => _confirmed.Task;

    private bool HasEnded => Stage is FileStages.Complete or FileStages.Failed or FileStages.Cancelled;

    /// <summary>The connection that the content goes to; null before and after.</summary>
    public HubSession? Session
    {
        get
        {
            lock (_gate)
            {
                return _session;
            }
        }
    }

    /// <summary>Makes the caller the one who sends the content.</summary>
    /// <returns>False when it is sent already, or over.</returns>
    public bool TryClaim(HubSession session)
    {
        lock (_gate)
        {
            if (_isClaimed || HasEnded)
            {
                return false;
            }

            _isClaimed = true;
            _session = session;
            return true;
        }
    }

    /// <summary>Waits until bytes may be sent.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="CloudException">409 when it has failed or was cancelled.</exception>
    public async ValueTask<long> CreditAsync(CancellationToken cancel)
    {
        while (true)
        {
            lock (_gate)
            {
                if (Stage is FileStages.Failed or FileStages.Cancelled)
                {
                    throw Failure();
                }

                if (_credit > 0)
                {
                    return _credit;
                }
            }

            await _wake.WaitAsync(cancel);
        }
    }

    /// <summary>The error for whoever sends the content.</summary>
    public CloudException Failure() => new(ErrorCode == "hub_offline" ? 503 : 409, ErrorCode ?? (Stage == FileStages.Cancelled ? "cancelled" : "transfer_failed"), Error ?? "The transfer was " + Stage + ".");

    /// <summary>Bytes were sent.</summary>
    public void Spent(long bytes)
    {
        lock (_gate)
        {
            _credit -= bytes;
            Sent += bytes;
        }
    }

    /// <summary>All bytes were sent.</summary>
    public void Taken()
    {
        lock (_gate)
        {
            _isTaken = true;
            LastNews = _clock.GetUtcNow();
        }
    }

    /// <summary>The hub allows more.</summary>
    /// <returns>False when it allows more than the file has.</returns>
    public bool Allow(long bytes)
    {
        lock (_gate)
        {
            if (bytes < 1 || bytes > Order.Size - Sent - _credit)
            {
                return false;
            }

            _credit += bytes;
            LastNews = _clock.GetUtcNow();
            Wake();
            return true;
        }
    }

    /// <summary>The hub reports a stage.</summary>
    public void Report(string stage, int percentage, string? error, string? errorCode, bool isStarted)
    {
        bool isNewStage;
        lock (_gate)
        {
            LastNews = _clock.GetUtcNow();
            if (_isConfirmed && !(Stage == FileStages.Complete && Order.Start && !IsStarted))
            {
                return;
            }

            bool isEnd = stage is FileStages.Complete or FileStages.Failed or FileStages.Cancelled;
            if (!isEnd && HasEnded)
            {
                return;
            }

            if (Stage == FileStages.Cancelled && stage == FileStages.Failed)
            {
                // Cancelled here; the hub's words for it.
                stage = FileStages.Cancelled;
            }
            else if (Stage == FileStages.Failed && stage == FileStages.Cancelled)
            {
                // Failed here, so the stream was cancelled: the hub knows no reason of its own.
                stage = FileStages.Failed;
                error = Error;
                errorCode = ErrorCode;
            }
            else if (stage == FileStages.Complete && !_isTaken && !HasEnded)
            {
                stage = FileStages.Failed;
                error = "The hub reported the file complete before it had all of it: check the printer.";
                errorCode = "bad_response";
                isStarted = false;
            }

            isNewStage = Stage != stage || isStarted != IsStarted || isEnd;
            Stage = stage;
            ProgressPercentage = stage is FileStages.Failed or FileStages.Cancelled ? ProgressPercentage : Math.Clamp(percentage, 0, 100);
            Error = stage is FileStages.Failed or FileStages.Cancelled ? error ?? Error : null;
            ErrorCode = stage is FileStages.Failed or FileStages.Cancelled ? errorCode ?? ErrorCode : null;
            IsStarted |= isStarted;
            _isConfirmed |= isEnd;
            Ended();
        }

        _changed(this, isNewStage);
    }

    /// <summary>It has failed or was cancelled, as far as the cloud knows; the hub's own word, if it comes, says more.</summary>
    /// <param name="stage">failed or cancelled.</param>
    /// <param name="errorCode">One word.</param>
    /// <param name="error">One line.</param>
    /// <returns>False when it was over already.</returns>
    public bool End(string stage, string errorCode, string error)
    {
        lock (_gate)
        {
            if (HasEnded)
            {
                return false;
            }

            Stage = stage;
            Error = error;
            ErrorCode = errorCode;
            LastNews = _clock.GetUtcNow();
            Ended();
        }

        _changed(this, true);
        return true;
    }

    /// <summary>The hub did not say whether the print began.</summary>
    public void StartUnknown(string error)
    {
        lock (_gate)
        {
            Stage = FileStages.Failed;
            Error = error;
            ErrorCode = "unknown_outcome";
            _isConfirmed = true;
        }

        _changed(this, true);
    }

    /// <summary>Its connection is not used any more.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _session = null;
        }
    }

    public void Dispose()
    {
        _over.Dispose();
        _wake.Dispose();
    }

    private void Ended()
    {
        if (Stage is FileStages.Failed or FileStages.Cancelled)
        {
            Wake();
            _ = _over.CancelAsync();
        }

        if (_isConfirmed)
        {
            _confirmed.TrySetResult();
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }
}
