using System;
using System.Collections;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Logging;

namespace Hub.Core.Requests;

/// <summary>The threads of requests that take long: a few, and they end when nothing waits. Thread: any.</summary>
internal sealed class RequestPool
{
    private const int MaxQueued = 16;

    private readonly Log _log;
    private readonly int _maxThreads;
    private readonly Work _work;
    private readonly Queue _requests = new Queue();
    private readonly ManualResetEvent _isIdle = new ManualResetEvent(true);
    private int _threads;

    /// <summary>Makes a pool.</summary>
    /// <param name="log">Where faults are reported.</param>
    /// <param name="maxThreads">Most threads.</param>
    /// <param name="work">Answers a request; throws nothing but faults.</param>
    public RequestPool(Log log, int maxThreads, Work work)
    {
        _log = log;
        _maxThreads = maxThreads;
        _work = work;
    }

    /// <summary>Answers a request.</summary>
    public delegate void Work(HubRequest request);

    /// <summary>Queues a request. Errors: <see cref="ErrorCode.QueueFull"/>; <see cref="ErrorCode.OutOfMemory"/> when no thread is left.</summary>
    public void Run(HubRequest request)
    {
        lock (_requests)
        {
            if (_requests.Count >= MaxQueued)
            {
                throw new HubException(ErrorCode.QueueFull, "too many requests wait: try again later");
            }

            _requests.Enqueue(request);
            if (_threads >= _maxThreads || TryStartThread() || _threads > 0)
            {
                return;
            }

            // No thread would ever run it. As there was none, nothing waited before it.
            _requests.Clear();
        }

        throw new HubException(ErrorCode.OutOfMemory, "the hub has no thread left for this request: try again later");
    }

    /// <summary>Waits until no request runs; false when the time is over before.</summary>
    public bool WaitUntilIdle(int timeoutMs) => _isIdle.WaitOne(timeoutMs, false);

    private bool TryStartThread()
    {
        try
        {
            new Thread(Guard.Loop(_log, HubRequests.LogArea, new Worker(this).Run)).Start();
            _threads++;
            _isIdle.Reset();
            return true;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Warning(HubRequests.LogArea, "the hub has no thread left for one more request: " + e.Message);
            return false;
        }
    }

    private HubRequest? Next()
    {
        lock (_requests)
        {
            if (_requests.Count > 0)
            {
                return (HubRequest)_requests.Dequeue()!;
            }

            _threads--;
            if (_threads == 0)
            {
                _isIdle.Set();
            }

            return null;
        }
    }

    /// <summary>One thread. A fault begins its loop again (<see cref="Guard.Loop"/>), and the request that it was at is answered then.</summary>
    private sealed class Worker
    {
        private readonly RequestPool _pool;
        private HubRequest? _request;

        public Worker(RequestPool pool)
        {
            _pool = pool;
        }

        public void Run()
        {
            _request?.Answer(null, new HubException(ErrorCode.Internal, "the request failed by a fault of the hub"));
            _request = _pool.Next();
            while (_request != null)
            {
                _pool._work(_request);
                _request = _pool.Next();
            }
        }
    }
}
