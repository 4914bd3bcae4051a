using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Logging;
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
    private const string LogArea = "transfers";

    private readonly Log _log;
    private readonly int _maxThreads;
    private readonly SocketBudget _budget;
    private readonly Queue _jobs = new Queue();
    private int _threads;

    public TransferPool(Log log, int maxThreads, SocketBudget budget)
    {
        _log = log;
        _maxThreads = maxThreads;
        _budget = budget;
    }

    /// <summary>Queues an upload through this client; false when too many wait.</summary>
    public bool TryRun(IPrinterClient client, Transfer transfer)
    {
        lock (_jobs)
        {
            if (_jobs.Count >= MaxQueued)
            {
                return false;
            }

            _jobs.Enqueue(new TransferJob(client, transfer, _budget, _log));
            if (_threads >= _maxThreads || TryStartThread() || _threads > 0)
            {
                return true;
            }

            // No thread would ever run it. As there was none, nothing waited before it.
            _jobs.Clear();
            return false;
        }
    }

    /// <summary>The board has memory for a few threads only.</summary>
    private bool TryStartThread()
    {
        try
        {
            new Thread(Guard.Loop(_log, LogArea, new Worker(this).Run)).Start();
            _threads++;
            return true;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Warning(LogArea, "the hub has no thread left for one more upload: " + e.Message);
            return false;
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

    /// <summary>One thread. A fault begins its loop again (<see cref="Guard.Loop"/>), and what it was at then ends: nobody waits for it forever, nor for its sockets.</summary>
    private sealed class Worker
    {
        private readonly TransferPool _pool;
        private TransferJob? _job;

        public Worker(TransferPool pool)
        {
            _pool = pool;
        }

        public void Run()
        {
            _job?.Abandon();
            _job = _pool.Next();
            while (_job != null)
            {
                _job.Run();
                _job = _pool.Next();
            }
        }
    }

    /// <summary>One upload and the printer it goes to.</summary>
    private sealed class TransferJob : ISocketUser
    {
        private readonly IPrinterClient _client;
        private readonly Transfer _transfer;
        private readonly SocketLease _lease;
        private readonly Log _log;
        private readonly AutoResetEvent _turn = new AutoResetEvent(false);

        public TransferJob(IPrinterClient client, Transfer transfer, SocketBudget budget, Log log)
        {
            _log = log;
            _client = client;
            _transfer = transfer;
            _lease = budget.Lease(SocketUse.Transfer, client is IUploadSockets many ? many.UploadSockets : 1, this);
            transfer.Lease = _lease;
        }

        public void Run()
        {
            using (_transfer.CancelToken.Register(Wake))
            {
                while (!_transfer.CancelToken.IsCancellationRequested && !_lease.TryTake())
                {
                    _turn.WaitOne();
                }
            }

            if (_transfer.TryStart())
            {
                HubException? refusal = _transfer.Refusal();
                if (refusal == null)
                {
                    Upload();
                }
                else
                {
                    _transfer.Finish(null, refusal);
                }
            }

            _lease.Dispose();
        }

        /// <summary>Ends it after a fault.</summary>
        public void Abandon()
        {
            _lease.Dispose();
            _transfer.Finish(null, new HubException(ErrorCode.Internal, "the upload failed by a fault of the hub"));
        }

        void ISocketUser.SocketsChanged() => Wake();

        private void Wake() => _turn.Set();

        private void Upload()
        {
            string? storedPath = null;
            HubException? error = null;
            try
            {
                storedPath = _client.Upload(_transfer.Name, _transfer.Source, _transfer, _transfer.CancelToken);
            }
            catch (HubException e)
            {
                error = _log.Masked(e);
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception e)
            {
                _log.Fault(LogArea, e);
                error = _log.Masked(new HubException(ErrorCode.Internal, "the upload failed by a fault of the hub: " + e.Message, e));
            }

            // Before the end is announced, so that the next upload finds them free.
            _lease.Return();
            _transfer.Finish(storedPath, error);
        }
    }
}
