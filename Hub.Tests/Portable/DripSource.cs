using System;
using System.Collections;
using Hub.Core.Streams;

namespace Hub.Tests.Portable;

/// <summary>
/// A file that comes in pieces with pauses between them, on a driven clock: waiting for it moves the clock. When its script is over
/// it is silent for ever, or at its end if all of it was given. The bytes are those of <see cref="PatternSource"/>.
/// </summary>
public sealed class DripSource : IUploadSource
{
    private readonly ManualClock _clock;
    private readonly ArrayList _steps = new ArrayList();
    private int _step;
    private long _dueMs = -1;
    private int _left;
    private int _position;

    /// <summary>Makes it; the script follows.</summary>
    public DripSource(ManualClock clock, int length)
    {
        _clock = clock;
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>The longest that one read was asked to wait, in ms.</summary>
    public int LongestWaitMs { get; private set; }

    /// <summary>When it was read last, on the clock.</summary>
    public long LastReadMs { get; private set; }

    /// <summary>The next step: this many bytes, there at once.</summary>
    public DripSource Gives(int bytes)
    {
        if (bytes > 0)
        {
            _steps.Add(bytes);
        }

        return this;
    }

    /// <summary>The next step: nothing for so long, from when it is first waited for.</summary>
    public DripSource Pauses(int milliseconds)
    {
        _steps.Add(-milliseconds);
        return this;
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        LongestWaitMs = Math.Max(LongestWaitMs, timeoutMs);
        LastReadMs = _clock.NowMs;
        if (_left == 0 && !TryStep(timeoutMs))
        {
            bool isOver = _step == _steps.Count && _position == Length;
            _clock.Advance(isOver ? 0 : timeoutMs);
            return isOver ? 0 : SourceRead.NothingYet;
        }

        int read = Math.Min(count, _left);
        for (int i = 0; i < read; i++)
        {
            buffer[offset + i] = PatternSource.At(_position + i);
        }

        _position += read;
        _left -= read;
        return read;
    }

    /// <summary>Goes on to the next bytes if they come in this time.</summary>
    private bool TryStep(int timeoutMs)
    {
        while (_step < _steps.Count)
        {
            int step = (int)_steps[_step]!;
            if (step > 0)
            {
                _step++;
                _left = step;
                return true;
            }

            if (_dueMs < 0)
            {
                _dueMs = _clock.NowMs - step;
            }

            if (_dueMs > _clock.NowMs + timeoutMs)
            {
                return false;
            }

            timeoutMs -= (int)(_dueMs - _clock.NowMs);
            _clock.Advance(_dueMs - _clock.NowMs);
            _dueMs = -1;
            _step++;
        }

        return false;
    }
}
