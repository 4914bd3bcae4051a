using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>A pool that knows its buffers, refuses foreign and double returns, and spoils what comes back.</summary>
public sealed class CountingBufferPool : IBufferPool
{
    private readonly ArrayList _rented = new ArrayList();
    private readonly ArrayList _free = new ArrayList();
    private readonly int _limit;

    /// <summary>Makes a pool.</summary>
    public CountingBufferPool(int bufferSize, int limit)
    {
        BufferSize = bufferSize;
        _limit = limit;
    }

    /// <inheritdoc/>
    public int BufferSize { get; }

    /// <inheritdoc/>
    public int Rented => _rented.Count;

    /// <inheritdoc/>
    public int HighWaterMark { get; private set; }

    /// <inheritdoc/>
    public byte[] Rent()
    {
        if (_rented.Count >= _limit)
        {
            throw new HubException(ErrorCode.OutOfMemory, "no buffer is left");
        }

        byte[] buffer;
        if (_free.Count > 0)
        {
            buffer = (byte[])_free[_free.Count - 1]!;
            _free.RemoveAt(_free.Count - 1);
        }
        else
        {
            buffer = new byte[BufferSize];
        }

        _rented.Add(buffer);
        HighWaterMark = Math.Max(HighWaterMark, _rented.Count);
        return buffer;
    }

    /// <inheritdoc/>
    public void Return(byte[] buffer)
    {
        for (int i = 0; i < _rented.Count; i++)
        {
            if (ReferenceEquals(_rented[i], buffer))
            {
                _rented.RemoveAt(i);
                Spoil(buffer);
                _free.Add(buffer);
                return;
            }
        }

        throw new ArgumentException("this buffer is not rented");
    }

    /// <summary>So that whoever uses a buffer after giving it back is found out.</summary>
    private static void Spoil(byte[] buffer)
    {
        for (int i = 0; i < buffer.Length && i < 64; i++)
        {
            buffer[i] = 0xEE;
        }
    }
}
