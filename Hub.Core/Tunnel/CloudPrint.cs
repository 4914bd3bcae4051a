using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;

namespace Hub.Core.Tunnel;

/// <summary>
/// One print of the cloud: its file is downloaded and uploaded at once, then it is started. Thread: its own until the transfer is submitted, the
/// manager's from then on.
/// </summary>
internal sealed class CloudPrint : ITransferListener, ICommandListener
{
    /// <summary>Longest time until the file begins to come, in ms: the ack then comes within 25 s.</summary>
    internal const int OpenMs = 15 * 1000;

    /// <summary>Least time between two reports of progress, in ms.</summary>
    internal const int ProgressMs = 500;

    /// <summary>How long a start may take to be shown, in ms: an H2D Pro takes up to 210 s.</summary>
    private const int StartMs = 300 * 1000;

    private const int StopMs = 2000;
    private const int ShortTarget = 24;
    private const int Whole = 100;

    private readonly CloudPrints _owner;
    private readonly PrintRequest _request;
    private readonly string _wireId;
    private readonly string _jobId;
    private readonly string _printerId;
    private readonly SocketLease? _lease;
    private readonly CancellationTokenSource _cancel = new CancellationTokenSource();
    private DownloadSource? _source;
    private Secret? _masked;
    private Thread? _thread;
    private long _nextProgressMs;
    private int _percentage = -1;

    public CloudPrint(CloudPrints owner, PrintRequest request, string wireId, string jobId, string printerId, SocketLease? lease)
    {
        _owner = owner;
        _request = request;
        _wireId = wireId;
        _jobId = jobId;
        _printerId = printerId;
        _lease = lease;
    }

    private IHal Hal => _owner.Hal;

    private Log Log => _owner.Log;

    private PrinterManager Manager => _owner.Manager;

    private TunnelOutbox Outbox => _owner.Outbox;

    /// <summary>Prepares the download; the link stays out of the log from here on.</summary>
    public void Open(DownloadUrl url, TlsOptions? tls, string? tlsHost)
    {
        _source = new DownloadSource(Hal, url, tls, tlsHost, _cancel.Token);
        Secret secret = new Secret(url.Target);
        if ((url.Target.Length >= ShortTarget || url.Target.IndexOf('?') >= 0) && Log.Mask(secret))
        {
            _masked = secret;
        }
    }

    /// <summary>Begins it on a thread of its own; else says why it cannot.</summary>
    public HubException? TryBegin()
    {
        try
        {
            Thread thread = new Thread(Guard.Once(Log, TunnelClient.LogArea, Run));
            _thread = thread;
            thread.Start();
            return null;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _thread = null;
            return new HubException(ErrorCode.OutOfMemory, "the hub has no thread left for one more print: " + e.Message);
        }
    }

    /// <summary>Ends it before it began; nobody is told.</summary>
    public void GiveUp()
    {
        _request.Dispose();
        CloseSource();
        Over();
    }

    /// <summary>Ends a download that has not begun, and waits for that.</summary>
    public void Stop()
    {
        _cancel.Cancel();
        if (_thread != null)
        {
            _thread.Join(StopMs);
        }
    }

    /// <inheritdoc/>
    public void Progressed(Transfer transfer)
    {
        long nowMs = Hal.Clock.NowMs;
        int percentage = transfer.TotalBytes > 0 ? (int)(transfer.SentBytes * Whole / transfer.TotalBytes) : 0;
        if (percentage != _percentage && nowMs >= _nextProgressMs)
        {
            _percentage = percentage;
            _nextProgressMs = nowMs + ProgressMs;
            Outbox.PutProgress(new FileProgressAnswer(_wireId, _jobId, "uploading", percentage));
        }
    }

    /// <inheritdoc/>
    public void Ended(Transfer transfer)
    {
        CloseSource();
        if (transfer.Error != null)
        {
            Fail(transfer.Error);
            return;
        }

        Outbox.PutLast(_jobId, new FileProgressAnswer(_wireId, _jobId, "complete", Whole));
        PrinterCommand start = new PrinterCommand(PrinterVerb.Start, StartMs) { StoredPath = transfer.StoredPath, Print = _request, Listener = this };
        Manager.Submit(_printerId, start);
    }

    /// <inheritdoc/>
    public void Ended(PrinterCommand command)
    {
        if (command.Error != null)
        {
            Fail(command.Error);
            return;
        }

        Log.Info(_printerId, "prints " + _request.File + " for the cloud");
        Over();
    }

    private void Run()
    {
        HubException? failure = null;
        try
        {
            if (_lease != null && !_lease.TryTake())
            {
                throw new HubException(ErrorCode.OutOfSockets, "the connections for files are in use: try again later");
            }

            _source!.Open(OpenMs);
        }
        catch (HubException e)
        {
            failure = e;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            Log.Fault(TunnelClient.LogArea, e);
            failure = new HubException(ErrorCode.Internal, "a fault of the hub ended the download");
        }

        if (failure != null)
        {
            CloseSource();
            Fail(failure);
            _owner.Acknowledged(_request.Id, failure);
            return;
        }

        Outbox.PutProgress(new FileProgressAnswer(_wireId, _jobId, "downloading", 0));
        Transfer transfer = new Transfer(_request.File, _source!) { Id = _request.Id, Print = _request, Listener = this };
        transfer.CancelToken.Register(_cancel.Cancel);
        Manager.Submit(_printerId, transfer);

        // A refusal has ended it already; its listener reports the failure.
        _owner.Acknowledged(_request.Id, transfer.IsFinished ? transfer.Error : null);
    }

    private void Fail(HubException error)
    {
        HubException shown = Log.Masked(error);
        Outbox.PutLast(_jobId, new FileFailedAnswer(_wireId, _jobId, Log.Shown(shown.Message)));
        _request.Keeper?.Fail(_request, shown);
        Log.Warning(_printerId, _request.File + " of the cloud is not printed: " + shown.Message);
        Over();
    }

    private void CloseSource()
    {
        _source?.Dispose();
        _lease?.Dispose();
    }

    private void Over()
    {
        if (_masked != null)
        {
            Log.Unmask(_masked);
        }

        _owner.Remove(this);
    }
}
