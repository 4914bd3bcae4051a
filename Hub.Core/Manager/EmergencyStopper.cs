using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer's emergency stops: each goes out at once, on a thread and over a connection of its own, whatever the
/// printer's worker is at. Thread: any.
/// </summary>
internal sealed class EmergencyStopper
{
    /// <summary>A stop that hangs must not hold up the next try, but a script that runs wild gets no thread for each.</summary>
    private const int MaxAtOnce = 4;

    /// <summary>Time in which a cancelled one ends.</summary>
    private const int EndMs = 300;

    /// <summary>How long a socket is waited for when all are in use; then it is tried without.</summary>
    private const int SocketWaitMs = 3000;

    private readonly Log _log;
    private readonly SocketBudget _budget;
    private readonly string _id;
    private readonly IPrinterClient _client;
    private readonly object _lock = new object();
    private readonly CancellationTokenSource _giveUp = new CancellationTokenSource();
    private readonly ManualResetEvent _isIdle = new ManualResetEvent(true);
    private readonly AutoResetEvent _wakeWorker;
    private int _running;
    private int _count;
    private bool _isNews;

    public EmergencyStopper(Log log, string id, IPrinterClient client, AutoResetEvent wakeWorker, SocketBudget budget)
    {
        _log = log;
        _id = id;
        _client = client;
        _wakeWorker = wakeWorker;
        _budget = budget;
    }

    /// <summary>How many were begun.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>The error of a stop that the printer did not accept: what to do comes first.</summary>
    public static HubException Refused(HubException error) => error.Reworded("the printer may go on, cut its power: " + error.Message);

    /// <summary>Begins one; else says why not.</summary>
    public HubException? Send(PrinterCommand command)
    {
        lock (_lock)
        {
            if (_running >= MaxAtOnce)
            {
                return new HubException(ErrorCode.QueueFull, "several emergency stops are on their way already and none was answered");
            }

            _running++;
            _count++;
            _isIdle.Reset();
        }

        try
        {
            new Thread(Guard.Once(_log, _id, new Run(this, command).Do)).Start();
            return null;
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            // The board has memory for a few threads only.
            Ended();
            return new HubException(ErrorCode.Internal, "the hub has no thread left (" + e.Message + ")", e);
        }
    }

    /// <summary>True once after a stop has ended: the printer's state should be polled.</summary>
    public bool TakeNews()
    {
        lock (_lock)
        {
            bool isNews = _isNews;
            _isNews = false;
            return isNews;
        }
    }

    /// <summary>Waits for those that run, then gives them up.</summary>
    public void Join(int timeoutMs)
    {
        if (!_isIdle.WaitOne(timeoutMs, false))
        {
            _giveUp.Cancel();
            _isIdle.WaitOne(EndMs, false);
        }
    }

    private void Carry(PrinterCommand command, Run run)
    {
        try
        {
            HubException? error = Send(command, run);
            if (error != null)
            {
                _log.Warning(_id, "emergency stop: " + error.Message);
            }

            command.Finish(error);
        }
        finally
        {
            Ended();
            _wakeWorker.Set();
        }
    }

    private HubException? Send(PrinterCommand command, Run run)
    {
        HubException error;
        try
        {
            using SocketLease socket = _budget.Lease(SocketUse.Emergency, run);
            run.AwaitSocket(socket, _giveUp.Token);
            command.TrySend();
            ((IEmergencyStop)_client).EmergencyStop(_giveUp.Token);
            _log.Warning(_id, "emergency stop: the printer accepted it");
            return null;
        }
        catch (HubException e)
        {
            error = Refused(e);
        }
        catch (ThreadAbortException)
        {
            throw;
        }
        catch (Exception e)
        {
            _log.Fault(_id, e);
            error = Refused(new HubException(ErrorCode.Internal, "a fault of the hub itself: " + e.Message, e));
        }

        return _log.Masked(error);
    }

    private void Ended()
    {
        lock (_lock)
        {
            _running--;
            _isNews = true;
            if (_running == 0)
            {
                _isIdle.Set();
            }
        }
    }

    /// <summary>One stop and the thread that sends it. (The board's threads take no argument.)</summary>
    private sealed class Run : ISocketUser
    {
        private readonly AutoResetEvent _turn = new AutoResetEvent(false);
        private readonly EmergencyStopper _owner;
        private readonly PrinterCommand _command;

        public Run(EmergencyStopper owner, PrinterCommand command)
        {
            _owner = owner;
            _command = command;
        }

        public void Do() => _owner.Carry(_command, this);

        public void AwaitSocket(SocketLease socket, CancellationToken cancel)
        {
            using (cancel.Register(Wake))
            {
                // It is woken when its turn has come, and when it is given up.
                if (!socket.TryTake() && _turn.WaitOne(SocketWaitMs, false))
                {
                    socket.TryTake();
                }
            }
        }

        void ISocketUser.SocketsChanged() => Wake();

        private void Wake() => _turn.Set();
    }
}
