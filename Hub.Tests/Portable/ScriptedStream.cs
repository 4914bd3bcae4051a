using System;
using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>
/// A connection in memory whose peer follows a script: bytes in given pieces, delays on a driven clock,
/// waiting for what the hub sends, an end or a reset. When the script is over nothing more comes.
/// Waits move the clock, so no test waits in real time.
/// </summary>
public sealed class ScriptedStream : IByteStream
{
    private static readonly byte[] s_none = Encoding.UTF8.GetBytes("");

    private readonly ManualClock _clock;
    private readonly ArrayList _steps = new ArrayList();
    private int _step;
    private byte[] _written = new byte[256];
    private int _writtenCount;
    private int _takesAtMost = int.MaxValue;
    private int _stallsAfter = int.MaxValue;
    private int _resetsAfter = int.MaxValue;
    private int _takesAfterMs;

    /// <summary>Makes a peer that says nothing.</summary>
    public ScriptedStream(ManualClock clock)
    {
        _clock = clock;
    }

    /// <inheritdoc/>
    public TlsPeer? Peer { get; set; }

    /// <summary>How often it was disposed of.</summary>
    public int Disposals { get; private set; }

    /// <summary>Waits for readability that were made so far.</summary>
    public int Waits { get; private set; }

    /// <summary>Bytes the hub sent.</summary>
    public int WrittenCount => _writtenCount;

    /// <summary>The script's next step: these bytes, readable at once.</summary>
    public ScriptedStream Gives(byte[] bytes)
    {
        _steps.Add(new Step(StepKind.Data, bytes, 0));
        return this;
    }

    /// <summary>The script's next step: this ASCII text.</summary>
    public ScriptedStream Gives(string text) => Gives(Encoding.UTF8.GetBytes(text));

    /// <summary>The script's next steps: bytes in pieces of one size.</summary>
    public ScriptedStream GivesInPieces(byte[] bytes, int size)
    {
        for (int start = 0; start < bytes.Length; start += size)
        {
            byte[] piece = new byte[Math.Min(size, bytes.Length - start)];
            Array.Copy(bytes, start, piece, 0, piece.Length);
            Gives(piece);
        }

        return this;
    }

    /// <summary>The script's next step: nothing for a while, counted from the end of the step before (or from when it is looked at).</summary>
    public ScriptedStream Pauses(int milliseconds) => Add(StepKind.Delay, milliseconds);

    /// <summary>The script's next step: nothing before the hub has sent this many bytes in all.</summary>
    public ScriptedStream AwaitsBytes(int count) => Add(StepKind.AwaitBytes, count);

    /// <summary>The script's next step: nothing before the hub's next request begins.</summary>
    public ScriptedStream AwaitsRequest(int number) => Add(StepKind.AwaitRequest, number);

    /// <summary>The script's next step: the end of the stream.</summary>
    public ScriptedStream Ends() => Add(StepKind.End, 0);

    /// <summary>The script's next step: a reset.</summary>
    public ScriptedStream Resets() => Add(StepKind.Reset, 0);

    /// <summary>Every write takes at most so many bytes.</summary>
    public ScriptedStream TakesAtMost(int bytes)
    {
        _takesAtMost = bytes;
        return this;
    }

    /// <summary>Every write lasts so long.</summary>
    public ScriptedStream TakesAfter(int milliseconds)
    {
        _takesAfterMs = milliseconds;
        return this;
    }

    /// <summary>Takes no more after so many bytes.</summary>
    public ScriptedStream StallsAfter(int bytes)
    {
        _stallsAfter = bytes;
        return this;
    }

    /// <summary>Writes fail after so many bytes.</summary>
    public ScriptedStream ResetsAfter(int bytes)
    {
        _resetsAfter = bytes;
        return this;
    }

    /// <summary>What the hub sent, as text.</summary>
    public string WrittenText() => Encoding.UTF8.GetString(_written, 0, _writtenCount);

    /// <summary>What the hub sent.</summary>
    public byte[] WrittenBytes()
    {
        byte[] bytes = new byte[_writtenCount];
        Array.Copy(_written, 0, bytes, 0, _writtenCount);
        return bytes;
    }

    /// <summary>Forgets what the hub sent, so that the record of a long test does not grow.</summary>
    public void ForgetWritten() => _writtenCount = 0;

    /// <summary>Begins the script anew, at a step.</summary>
    public void Rewind(int step = 0) => _step = step;

    /// <inheritdoc/>
    public bool WaitReadable(int timeoutMs)
    {
        CheckOpen();
        Waits++;
        long untilMs = _clock.NowMs + timeoutMs;
        SkipDoneSteps();
        while (_step < _steps.Count && Present().Kind == StepKind.Delay && Present().DueMs <= untilMs)
        {
            _clock.Advance(Math.Max((int)(Present().DueMs - _clock.NowMs), 0));
            SkipDoneSteps();
        }

        if (_step < _steps.Count && IsReadable(Present().Kind))
        {
            return true;
        }

        _clock.Advance(Math.Max((int)(untilMs - _clock.NowMs), 0));
        return false;
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        if (!WaitReadable(timeoutMs))
        {
            return -1;
        }

        Step step = Present();
        if (step.Kind == StepKind.Reset)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the script resets the connection");
        }

        if (step.Kind == StepKind.End)
        {
            return 0;
        }

        int read = Math.Min(count, step.Bytes.Length - step.Position);
        Array.Copy(step.Bytes, step.Position, buffer, offset, read);
        step.Position += read;
        if (step.Position == step.Bytes.Length)
        {
            step.Position = 0;
            _step++;
            SkipDoneSteps();
        }

        return read;
    }

    /// <inheritdoc/>
    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        CheckOpen();
        if (_writtenCount >= _resetsAfter)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the script resets the connection");
        }

        int taken = Math.Min(Math.Min(count, _takesAtMost), Math.Min(_stallsAfter, _resetsAfter) - _writtenCount);
        if (taken <= 0)
        {
            _clock.Advance(timeoutMs);
            return 0;
        }

        _clock.Advance(_takesAfterMs);
        Record(buffer, offset, taken);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose() => Disposals++;

    private static bool IsReadable(StepKind kind) => kind == StepKind.Data || kind == StepKind.End || kind == StepKind.Reset;

    private ScriptedStream Add(StepKind kind, int number)
    {
        _steps.Add(new Step(kind, s_none, number));
        return this;
    }

    private Step Present() => (Step)_steps[_step]!;

    private void CheckOpen()
    {
        if (Disposals > 0)
        {
            throw new InvalidOperationException("the stream was disposed of");
        }
    }

    /// <summary>Passes what is no longer waited for and empty data.</summary>
    private void SkipDoneSteps()
    {
        while (_step < _steps.Count && IsDone(Present()))
        {
            _step++;
        }
    }

    private bool IsDone(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Data:
                return step.Bytes.Length == 0;
            case StepKind.Delay:
                if (step.DueMs < 0)
                {
                    step.DueMs = _clock.NowMs + step.Number;
                }

                return step.DueMs <= _clock.NowMs;
            case StepKind.AwaitBytes:
                return _writtenCount >= step.Number;
            case StepKind.AwaitRequest:
                return CountRequests() >= step.Number;
            default:
                return false;
        }
    }

    /// <summary>Heads that the hub sent in full.</summary>
    private int CountRequests()
    {
        int count = 0;
        for (int i = 3; i < _writtenCount; i++)
        {
            if (_written[i] == '\n' && _written[i - 1] == '\r' && _written[i - 2] == '\n' && _written[i - 3] == '\r')
            {
                count++;
            }
        }

        return count;
    }

    private void Record(byte[] buffer, int offset, int count)
    {
        if (_writtenCount + count > _written.Length)
        {
            byte[] larger = new byte[Math.Max(_written.Length * 2, _writtenCount + count)];
            Array.Copy(_written, 0, larger, 0, _writtenCount);
            _written = larger;
        }

        Array.Copy(buffer, offset, _written, _writtenCount, count);
        _writtenCount += count;
    }

    private enum StepKind
    {
        Data,
        Delay,
        AwaitBytes,
        AwaitRequest,
        End,
        Reset,
    }

    private sealed class Step
    {
        public Step(StepKind kind, byte[] bytes, int number)
        {
            Kind = kind;
            Bytes = bytes;
            Number = number;
        }

        public StepKind Kind { get; }

        public byte[] Bytes { get; }

        public int Number { get; }

        public int Position { get; set; }

        public long DueMs { get; set; } = -1;
    }
}
