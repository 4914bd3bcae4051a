using System;
using System.Collections;
using System.Threading;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// The transfer workers: a small bounded set of threads, each running one upload at a time over a
/// connection of its own, so that an hour's upload never holds up a pause or a status. Threads end when
/// nothing waits. Thread: any.
/// </summary>
internal sealed class TransferPool
{
    private const int MaxQueued = 64;

    private readonly int _maxThreads;
    private readonly Queue _jobs = new Queue();
    private int _threads;

    public TransferPool(int maxThreads)
    {
        _maxThreads = maxThreads;
    }

    /// <summary>Queues an upload; false when too many wait. <paramref name="worker"/> is told when it is over.</summary>
    public bool TryRun(PrinterWorker worker, Transfer transfer)
    {
        lock (_jobs)
        {
            if (_jobs.Count >= MaxQueued)
            {
                return false;
            }

            _jobs.Enqueue(new TransferJob(worker, transfer));
            if (_threads < _maxThreads)
            {
                _threads++;
                new Thread(Run).Start();
            }

            return true;
        }
    }

    private void Run()
    {
        TransferJob? job = Next();
        while (job != null)
        {
            job.Run();
            job = Next();
        }
    }

    private TransferJob? Next()
    {
        lock (_jobs)
        {
            if (_jobs.Count > 0)
            {
                return (TransferJob)_jobs.Dequeue()!;
            }

            _threads--;
            return null;
        }
    }

    /// <summary>One upload and the printer it goes to.</summary>
    private sealed class TransferJob
    {
        private readonly PrinterWorker _worker;
        private readonly Transfer _transfer;

        public TransferJob(PrinterWorker worker, Transfer transfer)
        {
            _worker = worker;
            _transfer = transfer;
        }

        public void Run()
        {
            string? storedPath = null;
            HubException? error = null;
            try
            {
                if (_transfer.CancelToken.IsCancellationRequested)
                {
                    throw new HubException(ErrorCode.Cancelled, "the upload was cancelled before it began");
                }

                storedPath = _worker.Client.Upload(_transfer.Name, _transfer.Source, _transfer, _transfer.CancelToken);
            }
            catch (HubException e)
            {
                error = e;
            }
            catch (Exception e) when (e is not ThreadAbortException)
            {
                error = new HubException(ErrorCode.Internal, "the upload failed by a fault of the hub: " + e.Message, e);
            }

            // The printer is free for the next transfer before the asker hears that this one is over.
            _worker.Transfer = null;
            _transfer.Finish(storedPath, error);
        }
    }
}
