using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Core.Streams;

namespace Hub.Core.Manager;

/// <summary>
/// One upload on its way to a printer. Made by the asker, run by a transfer worker, finished exactly
/// once. Thread: any may read and cancel.
/// </summary>
public sealed class Transfer : IUploadProgress, ISupervised, IPrintCarrier
{
    /// <summary>Least time between two reports of progress to the listener, in ms.</summary>
    private const int ProgressMs = 250;

    private readonly ManualResetEvent _finished = new ManualResetEvent(false);
    private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
    private Supervisor? _supervisor;
    private IClock? _clock;
    private long _nextProgressMs;
    private bool _isStarted;
    private bool _isPrinterGone;
    private bool _isEndTold;

    /// <summary>Makes a transfer.</summary>
    /// <param name="name">The file's name for people.</param>
    /// <param name="source">The bytes; the asker closes it after the end.</param>
    public Transfer(string name, IUploadSource source)
    {
        Name = name;
        Source = source;
        TotalBytes = source.Length;
    }

    /// <summary>What the asker calls it; as <see cref="PrinterCommand.Id"/>.</summary>
    public string Id { get; set; } = "";

    /// <summary>The printer it was submitted to; empty before.</summary>
    public string PrinterId { get; private set; } = "";

    /// <summary>Hears of its progress and its end; set before it is submitted.</summary>
    public ITransferListener? Listener { get; set; }

    /// <summary>The file's name for people.</summary>
    public string Name { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long TotalBytes { get; }

    /// <summary>Bytes handed to the connection so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>True once it is complete or failed.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Why it failed; null while it runs and when it is complete.</summary>
    public HubException? Error { get; private set; }

    /// <summary>Where the printer stored the file; null before it is complete.</summary>
    public string? StoredPath { get; private set; }

    /// <summary>Why it has not begun, as one line for people; null once it has.</summary>
    public string? WaitReason => _isStarted || IsFinished ? null : Lease?.Reason ?? "waits for another upload to end";

    /// <summary>The accepted request that this upload is for; null for an upload alone. Set before it is submitted.</summary>
    public PrintRequest? Print { get; set; }

    /// <summary>Its part in the socket budget, while it waits and runs.</summary>
    internal SocketLease? Lease { get; set; }

    internal IUploadSource Source { get; }

    internal CancellationToken CancelToken => _cancel.Token;

    /// <summary>Ends it with <see cref="ErrorCode.Cancelled"/>, at once when it still waits; nothing happens when it is finished.</summary>
    public void Cancel()
    {
        bool isWaiting;
        _cancel.Cancel();
        lock (_finished)
        {
            isWaiting = !_isStarted;
        }

        if (isWaiting)
        {
            Finish(null, new HubException(ErrorCode.Cancelled, "the upload was cancelled before it began"));
        }
    }

    /// <summary>The same, because the printer is removed or changed, or the hub stops.</summary>
    internal void CancelAsGone()
    {
        _isPrinterGone = true;
        Cancel();
    }

    /// <summary>One that still waits for a thread or a socket ends with its request.</summary>
    void IPrintCarrier.RequestEnded(PrintRequest request)
    {
        bool isWaiting;
        lock (_finished)
        {
            isWaiting = !_isStarted && !IsFinished;
        }

        if (isWaiting)
        {
            Finish(null, request.Error ?? new HubException(ErrorCode.Cancelled, "the print was given up before its upload began"));
            _cancel.Cancel();
        }
    }

    long ISupervised.DueMs => long.MaxValue;

    bool ISupervised.HasListener => Listener != null;

    /// <summary>Waits until it is complete or failed; false when it still runs after <paramref name="timeoutMs"/> (-1: however long it takes).</summary>
    public bool Wait(int timeoutMs) => _finished.WaitOne(timeoutMs, false);

    /// <summary>The same, and returns at once after a cancellation, which ends the wait and not the upload.</summary>
    public bool Wait(int timeoutMs, CancellationToken cancel) => Waits.For(_finished, timeoutMs, cancel);

    void ISupervised.GiveUp(bool isStopping)
    {
        // Its own thread reads the source until it ends: nothing else may say that it has.
    }

    void ISupervised.NotifyListener()
    {
        if (!IsFinished)
        {
            Listener!.Progressed(this);
        }
        else if (!_isEndTold)
        {
            _isEndTold = true;
            Listener!.Ended(this);
        }
    }

    void IUploadProgress.Report(long sentBytes, long totalBytes)
    {
        SentBytes = sentBytes;
        if (Listener != null && _clock!.NowMs >= _nextProgressMs)
        {
            _nextProgressMs = _clock.NowMs + ProgressMs;
            _supervisor!.Notify(this);
        }
    }

    /// <summary>From now on it is supervised.</summary>
    internal void Submitted(string printerId, GeneratedIds ids, IClock clock, Supervisor supervisor)
    {
        PrinterId = printerId;
        if (Id.Length == 0)
        {
            Id = ids.Next();
        }

        _clock = clock;
        _supervisor = supervisor;
        if (Listener != null)
        {
            supervisor.Watch(this);
        }

        if (Print != null)
        {
            Print.Carrier = this;
            if (Print.IsEnded)
            {
                ((IPrintCarrier)this).RequestEnded(Print);
            }
        }
    }

    /// <summary>A transfer worker begins it; false when it was cancelled before.</summary>
    internal bool TryStart()
    {
        lock (_finished)
        {
            // One that is being cancelled at this moment ends there.
            _isStarted = !IsFinished && !_cancel.IsCancellationRequested;
            return _isStarted;
        }
    }

    /// <summary>Why it must not begin any more, or null: from here on its time does not count for its request.</summary>
    internal HubException? Refusal() => Print?.Keeper?.TransferBegins(Print);

    /// <summary>What a cancelled request to the server means to the one who asked for the print.</summary>
    private HubException Cancelled() => _isPrinterGone ? CommandErrors.Gone() : new HubException(ErrorCode.Cancelled, "the print was given up during its upload: nothing was printed");

    /// <summary>Ends it; what comes second does not count.</summary>
    internal void Finish(string? storedPath, HubException? error)
    {
        lock (_finished)
        {
            if (IsFinished)
            {
                return;
            }

            StoredPath = storedPath;
            Error = error;
            IsFinished = true;
        }

        Exception? fault = null;
        try
        {
            if (error != null)
            {
                Print?.Keeper?.Fail(Print, _cancel.IsCancellationRequested && error.Code == ErrorCode.Cancelled ? Cancelled() : error);
            }
            else
            {
                Print?.Keeper?.TransferEnds(Print, UploadNames.OfPath(storedPath!));
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        // Not in a finally: the supervisor may catch (docs/board.md).
        _finished.Set();
        _supervisor?.Ended(this);
        if (fault != null)
        {
            throw fault;
        }
    }
}
