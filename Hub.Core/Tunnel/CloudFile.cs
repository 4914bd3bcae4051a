using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Streams;

namespace Hub.Core.Tunnel;

/// <summary>
/// One file of the cloud on its way to a printer, from whatever source: uploaded as it comes, then printed if that is wanted, with the cloud told
/// of its progress and its one end. Thread: its source's until the transfer is submitted, the manager's from then on; any for
/// <see cref="TryCancel"/>.
/// </summary>
internal abstract class CloudFile : ITransferListener, ICommandListener
{
    /// <summary>Least time between two reports of progress, in ms.</summary>
    internal const int ProgressMs = 500;

    /// <summary>How long a start may take to be shown, in ms: an H2D Pro takes up to 210 s.</summary>
    private const int StartMs = 300 * 1000;

    private const int Whole = 100;

    private readonly object _gate = new object();
    private readonly ThreadStart _afterUpload;
    private readonly ThreadStart _afterStart;
    private readonly ThreadStart _endFaulty;
    private Transfer? _transfer;
    private PrinterCommand? _start;
    private IRunningHash? _hash;
    private HubException? _why;
    private bool _isUploaded;
    private bool _isOver;
    private bool _isFaulty;
    private long _nextProgressMs;
    private int _percentage = -1;
    private int _latest = -1;

    /// <summary>Makes it; nothing happens yet.</summary>
    protected CloudFile(CloudFiles owner, FileOrder order)
    {
        Owner = owner;
        Order = order;

        // Made now: what deals with a fault must need no memory.
        _afterUpload = AfterUpload;
        _afterStart = AfterStart;
        _endFaulty = EndFaulty;
    }

    /// <summary>What the cloud wants.</summary>
    public FileOrder Order { get; }

    /// <summary>Whom it belongs to.</summary>
    protected CloudFiles Owner { get; }

    /// <summary>Why it was ended before its time; null while it was not.</summary>
    protected HubException? Why
    {
        get
        {
            lock (_gate)
            {
                return _why;
            }
        }
    }

    private PrintRequest? Request => Order.Request;

    /// <summary>Begins it; else says why it cannot, and nothing was begun.</summary>
    public abstract HubException? TryBegin();

    /// <summary>Ends it before it began; the cloud is not told.</summary>
    public void GiveUp()
    {
        Request?.Dispose();
        Close(null);
        Over();
    }

    /// <summary>
    /// Ends it at whatever stage it is, and removes what the printer has of it. False when its print has begun or was sent to the printer, or
    /// it is over. Waits for the hub's storage alone.
    /// </summary>
    public bool TryCancel(HubException why)
    {
        Transfer? transfer;
        PrinterCommand? start;
        lock (_gate)
        {
            if (_isOver || _why != null)
            {
                return _why != null;
            }

            if (!_isUploaded)
            {
                _why = why;
            }

            transfer = _transfer;
            start = _start;
        }

        // Recorded first, so that the job's history has the reason; what is still to be done ends by it.
        Request?.Keeper?.Fail(Request, why);
        if (Why == null)
        {
            bool isNotSent = Request != null && Request.Error == why;
            if (isNotSent)
            {
                start?.Finish(why);
            }

            return isNotSent;
        }

        StopSource(why);
        transfer?.Cancel();
        return true;
    }

    /// <summary>Ends what has not begun to send, and waits for that: the hub stops.</summary>
    public virtual void Stop()
    {
    }

    /// <inheritdoc/>
    public void Progressed(Transfer transfer)
    {
        long nowMs = Owner.Hal.Clock.NowMs;
        int percentage = transfer.TotalBytes > 0 ? (int)(transfer.SentBytes * Whole / transfer.TotalBytes) : 0;
        lock (_gate)
        {
            _latest = percentage;
        }

        ReportLatest(nowMs);
    }

    /// <summary>
    /// Reports the progress that came too soon after the last report: an upload that stalls may bring no other. Ends what a fault of the hub kept from
    /// ending.
    /// </summary>
    public void Tick()
    {
        ReportLatest(Owner.Hal.Clock.NowMs);
        if (_isFaulty)
        {
            Guarded(_endFaulty);
        }
    }

    /// <inheritdoc/>
    public void Ended(Transfer transfer) => Guarded(_afterUpload);

    /// <inheritdoc/>
    public void Ended(PrinterCommand command) => Guarded(_afterStart);

    private void AfterUpload()
    {
        Transfer transfer = _transfer!;
        HubException? error;
        lock (_gate)
        {
            // A cancellation that came after the last byte ends the print, but not an upload alone.
            error = transfer.Error == null && Request == null ? null : _why ?? transfer.Error;
            _isUploaded = true;
        }

        Close(error == null ? null : Owner.Log.Masked(error).Message);
        if (error != null)
        {
            Fail(error);
            return;
        }

        FileProgressAnswer complete = Answer(FileProgressAnswer.Complete);
        if (Request == null)
        {
            complete.MarkLast(Owner.Book, Order.CommandId);
        }

        Owner.Outbox.PutLast(Order.JobId, complete);
        if (Request == null)
        {
            Owner.Log.Info(Order.Printer.Id, "has " + Order.File + " of the cloud");
            Over();
            return;
        }

        PrinterCommand start = new PrinterCommand(PrinterVerb.Start, StartMs)
        {
            StoredPath = transfer.StoredPath,
            Print = Request,
            Options = Order.Options,
            Listener = this,
        };
        lock (_gate)
        {
            _start = start;
        }

        Owner.Manager.Submit(Order.Printer.Id, start);
    }

    private void AfterStart()
    {
        PrinterCommand command = _start!;
        if (command.Error != null)
        {
            Fail(command.Error);
            return;
        }

        if (Owner.TellsStarts)
        {
            FileProgressAnswer started = Answer(FileProgressAnswer.Complete);
            started.IsStarted = true;
            started.MarkLast(Owner.Book, Order.CommandId);
            Owner.Outbox.PutLast(Order.JobId, started);
        }
        else
        {
            Owner.Book.Told(Order.CommandId);
        }

        Owner.Log.Info(Order.Printer.Id, "prints " + Order.File + " for the cloud");
        Over();
    }

    /// <summary>Nobody is told of an end twice: what a fault interrupts is tried again by <see cref="Tick"/>, until it is over.</summary>
    private void Guarded(ThreadStart step) => _isFaulty = !Guard.Try(Owner.Log, TunnelClient.LogArea, step) && !_isOver;

    private void EndFaulty()
    {
        PrinterCommand? start = _start;
        if (start == null || start.PrinterId.Length == 0)
        {
            Fail(new HubException(ErrorCode.Internal, "a fault of the hub ended the print"));
        }
        else if (start.IsFinished)
        {
            AfterStart();
        }
        else
        {
            // It was being submitted and may be on its way: it ends by the rules of one that is too late, and its end comes to the listener.
            ((ISupervised)start).GiveUp(false);
        }
    }

    /// <summary>Submits the upload.</summary>
    /// <param name="source">Where its bytes come from.</param>
    /// <returns>Why it was refused at once; null when it is on its way.</returns>
    protected HubException? Upload(IUploadSource source)
    {
        Transfer transfer = new Transfer(Order.File, Checked(source)) { Id = Order.CommandId, Print = Request, Listener = this };
        lock (_gate)
        {
            _transfer = transfer;
        }

        // The manager may cancel it too: the printer is removed, the hub stops.
        transfer.CancelToken.Register(SourceCancelled);
        Report(FileProgressAnswer.Downloading, 0);
        Owner.Manager.Submit(Order.Printer.Id, transfer);
        if (Why != null)
        {
            transfer.Cancel();
        }

        // A refusal has ended it already; its listener reports the failure.
        return transfer.IsFinished ? Why ?? transfer.Error : null;
    }

    /// <summary>A fault interrupted <see cref="Upload"/>: what was submitted is cancelled, and ends as such.</summary>
    /// <returns>Why it failed at once; null when its end comes later.</returns>
    protected HubException? EndSubmission(HubException fault)
    {
        Transfer? transfer = _transfer;
        if (transfer != null && transfer.PrinterId.Length > 0)
        {
            transfer.Cancel();
            return null;
        }

        Close(fault.Message);
        Fail(fault);
        return fault;
    }

    /// <summary>Ends it with an error, which the cloud gets.</summary>
    protected void Fail(HubException error)
    {
        HubException shown = Owner.Log.Masked(error);
        bool isCancelled = error.Code == ErrorCode.Cancelled && Owner.TellsStarts;
        FileProgressAnswer answer = Answer(isCancelled ? FileProgressAnswer.Cancelled : FileProgressAnswer.Failed);
        answer.Error = shown.Message;
        answer.ErrorCode = Owner.TellsStarts ? ErrorCodes.Name(error.Code) : null;
        answer.MarkLast(Owner.Book, Order.CommandId);
        Owner.Outbox.PutLast(Order.JobId, answer);
        Request?.Keeper?.Fail(Request, shown);
        Owner.Log.Warning(Order.Printer.Id, Order.File + " of the cloud is not printed: " + shown.Message);
        Over();
    }

    /// <summary>Makes the source's next read fail; what it waits for ends.</summary>
    protected abstract void StopSource(HubException why);

    /// <summary>The file needs its source no more.</summary>
    /// <param name="error">Why it failed; null when it did not.</param>
    protected abstract void CloseSource(string? error);

    /// <summary>It is over; called once.</summary>
    protected virtual void Over()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        Owner.Remove(this);
    }

    /// <summary>Closes its source.</summary>
    protected void Close(string? error)
    {
        CloseSource(error);
        _hash?.Dispose();
        _hash = null;
    }

    private void SourceCancelled() => StopSource(Why ?? new HubException(ErrorCode.Cancelled, "the upload was cancelled"));

    private IUploadSource Checked(IUploadSource source)
    {
        if (Order.Sha256 == null)
        {
            return source;
        }

        _hash = ((IRunningHashes)Owner.Hal.Hash).BeginSha256();
        return new HashedSource(source, _hash, Order.Sha256);
    }

    private void Report(string stage, int percentage) =>
        Owner.Outbox.PutProgress(new FileProgressAnswer(Order.WireId, Order.JobId, stage, percentage));

    /// <summary>Under the lock, as no progress may follow the last word.</summary>
    private void ReportLatest(long nowMs)
    {
        lock (_gate)
        {
            if (!_isUploaded && !_isOver && _latest != _percentage && nowMs >= _nextProgressMs)
            {
                _percentage = _latest;
                _nextProgressMs = nowMs + ProgressMs;
                Report(FileProgressAnswer.Uploading, _latest);
            }
        }
    }

    private FileProgressAnswer Answer(string stage) => new FileProgressAnswer(Order.WireId, Order.JobId, stage, 0);
}
