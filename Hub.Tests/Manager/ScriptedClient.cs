using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Support;

namespace Hub.Tests.Manager;

/// <summary>A printer client without a printer: shows the states it is told to, notes what it is asked.</summary>
internal class ScriptedClient : IPrinterClient, IGcode, ILight, ISpeedLevels, IErrorClearing, IEmergencyStop
{
    private readonly List<string> _calls = new List<string>();
    private readonly Queue<PrinterState> _states = new Queue<PrinterState>();

    public PrinterCapabilities Capabilities { get; set; } =
        PrinterCapabilities.Pause | PrinterCapabilities.Resume | PrinterCapabilities.Cancel
        | PrinterCapabilities.Gcode | PrinterCapabilities.Upload | PrinterCapabilities.Start
        | PrinterCapabilities.Light | PrinterCapabilities.Speed | PrinterCapabilities.ClearError | PrinterCapabilities.EmergencyStop;

    public PrinterStatus Status { get; } = new PrinterStatus();

    public IReportListener? Listener { get; set; }

    public StartEvidence Start { get; } = new StartEvidence();

    /// <summary>How a poll judges a start; by the state unless a test knows more.</summary>
    public Action<StartEvidence, PrinterStatus> JudgeStart { get; set; } = (start, status) => start.JudgeByState(status);

    public PrinterState State { get; set; } = PrinterState.Idle;

    /// <summary>What the polls after the next command show, one each; the last one stays.</summary>
    public PrinterState[]? AfterCommand { get; set; }

    public HubException? ConnectError { get; set; }

    /// <summary>When set, connecting waits for it.</summary>
    public ManualResetEvent? ConnectGate { get; set; }

    /// <summary>When set, what it can do as it turns out when it connects.</summary>
    public PrinterCapabilities? CapabilitiesOnceConnected { get; set; }

    public Exception? CommandError { get; set; }

    /// <summary>When set, a command waits for it once it is counted, whatever is cancelled.</summary>
    public ManualResetEvent? CommandGate { get; set; }

    public Exception? PollError { get; set; }

    /// <summary>When the report came; -1 when that is of no interest.</summary>
    public Func<long> ReportTime { get; set; } = () => -1;

    /// <summary>When set, a poll waits for it, whatever is cancelled.</summary>
    public ManualResetEvent? PollGate { get; set; }

    public bool HangInPoll { get; set; }

    /// <summary>The next poll answers, the one after it hangs.</summary>
    public bool HangAfterNextPoll { get; set; }

    public bool IsHanging { get; private set; }

    /// <summary>Polls that answered.</summary>
    public int Polls { get; private set; }

    /// <summary>What the worker's thread allocated between its last two polls.</summary>
    public long AllocatedBytes { get; private set; }

    private long _allocatedBefore;
    private int _collectionsBefore;

    public bool HoldUpload { get; set; }

    /// <summary>What an upload does first.</summary>
    public Action<IUploadProgress?>? OnUpload { get; set; }

    /// <summary>What an upload does with its source; null leaves it unread.</summary>
    public Action<IUploadSource, IUploadProgress?, CancellationToken>? OnSource { get; set; }

    /// <summary>What an upload throws.</summary>
    public Exception? UploadError { get; set; }

    /// <summary>What closing the link throws.</summary>
    public Exception? DisconnectError { get; set; }

    /// <summary>What disposing of it throws.</summary>
    public Exception? DisposeError { get; set; }

    public bool IsDisposed { get; private set; }

    public int Count(string call)
    {
        lock (_calls)
        {
            return _calls.Count(c => c == call);
        }
    }

    /// <summary>What was asked of it last, or an empty text.</summary>
    public string LastCall
    {
        get
        {
            lock (_calls)
            {
                return _calls.Count == 0 ? "" : _calls[^1];
            }
        }
    }

    public void Connect(CancellationToken cancel)
    {
        Note("connect");
        ConnectGate?.WaitOne(2 * Patience.LimitMs);
        Capabilities = CapabilitiesOnceConnected ?? Capabilities;
        if (ConnectError is { } error)
        {
            throw error;
        }
    }

    public virtual void Poll(CancellationToken cancel)
    {
        if (PollError is { } error)
        {
            throw error;
        }

        if (PollGate != null)
        {
            IsHanging = true;
            PollGate.WaitOne(Patience.LimitMs);
        }

        if (HangInPoll)
        {
            IsHanging = true;
            cancel.WaitHandle.WaitOne();
            throw new HubException(ErrorCode.Cancelled, "cancelled");
        }

        lock (_calls)
        {
            if (_states.Count > 0)
            {
                State = _states.Dequeue();
            }
        }

        Status.State = State;
        Status.LastReportMs = ReportTime();
        JudgeStart(Start, Status);
        Listener?.Reported(Status);
        HangInPoll |= HangAfterNextPoll;
        NoteAllocation();
        Polls++;
        OnPolled();
    }

    /// <summary>A garbage collection counts the unused rest of the thread's buffer (Support/Allocated.cs): such a round says nothing.</summary>
    private void NoteAllocation()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int collections = GC.CollectionCount(0);
        AllocatedBytes = collections == _collectionsBefore ? allocated - _allocatedBefore : 0;
        _allocatedBefore = allocated;
        _collectionsBefore = collections;
    }

    /// <summary>Called on the worker's thread with each poll that answered.</summary>
    protected virtual void OnPolled()
    {
    }

    /// <summary>A pause hangs until it is cancelled and then throws what no client should.</summary>
    public bool BreakWhenCancelled { get; set; }

    public void Pause(CancellationToken cancel)
    {
        Command("pause");
        if (BreakWhenCancelled)
        {
            cancel.WaitHandle.WaitOne();
            throw new OperationCanceledException();
        }
    }

    public void Resume(CancellationToken cancel) => Command("resume");

    public void Cancel(CancellationToken cancel) => Command("cancel");

    public void SendGcode(string[] lines, CancellationToken cancel) => Command("gcode");

    public void StartPrint(string storedPath, StartOptions options, CancellationToken cancel) => Command("start");

    /// <summary>What an emergency stop throws.</summary>
    public Exception? StopError { get; set; }

    /// <summary>When set, an emergency stop waits for it or for its cancellation.</summary>
    public ManualResetEvent? StopGate { get; set; }

    public void SetLight(bool isOn, CancellationToken cancel) => Command(isOn ? "light on" : "light off");

    public void SetSpeed(int level, CancellationToken cancel) => Command("speed " + level);

    public void ClearError(CancellationToken cancel) => Command("clear error");

    public void EmergencyStop(CancellationToken cancel)
    {
        Note("stop");
        if (StopGate != null && WaitHandle.WaitAny([StopGate, cancel.WaitHandle], Patience.LimitMs) == 1)
        {
            throw new HubException(ErrorCode.Cancelled, "cancelled");
        }

        if (StopError is { } error)
        {
            throw error;
        }
    }

    public string Upload(string name, IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
    {
        Note("upload");
        OnUpload?.Invoke(progress);
        OnSource?.Invoke(source, progress, cancel);
        if (UploadError is { } error)
        {
            throw error;
        }

        while (HoldUpload)
        {
            if (cancel.WaitHandle.WaitOne(10))
            {
                throw new HubException(ErrorCode.Cancelled, "cancelled");
            }
        }

        return "stored/" + name;
    }

    public void Disconnect()
    {
        Note("disconnect");
        if (DisconnectError is { } error)
        {
            throw error;
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        if (DisposeError is { } error)
        {
            throw error;
        }
    }

    private void Command(string name)
    {
        // Before the call is counted: a test that has seen it changes what the next one throws.
        Exception? error = CommandError;
        lock (_calls)
        {
            _calls.Add(name);
            foreach (PrinterState state in AfterCommand ?? [])
            {
                _states.Enqueue(state);
            }

            AfterCommand = null;
        }

        CommandGate?.WaitOne(2 * Patience.LimitMs);

        if (error != null)
        {
            throw error;
        }
    }

    private void Note(string call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }
    }
}
