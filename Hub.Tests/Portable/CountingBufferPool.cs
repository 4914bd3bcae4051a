using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>A pool that knows its buffers, refuses foreign and double returns, and spoils what comes back.</summary>
public sealed class CountingBufferPool : IBufferPool, ILargeBuffers
{
    private readonly ArrayList _rented = new ArrayList();
    private readonly ArrayList _free = new ArrayList();
    private readonly int _limit;
    private readonly int _largeSize;

    /// <summary>Makes a pool without larger buffers.</summary>
    public CountingBufferPool(int bufferSize, int limit)
        : this(bufferSize, limit, bufferSize)
    {
    }

    /// <summary>Makes a pool.</summary>
    public CountingBufferPool(int bufferSize, int limit, int largeSize)
    {
        BufferSize = bufferSize;
        _limit = limit;
        _largeSize = largeSize;
    }

    /// <inheritdoc/>
    public int BufferSize { get; }

    /// <inheritdoc/>
    public int Rented => _rented.Count;

    /// <inheritdoc/>
    public int HighWaterMark { get; private set; }

    /// <summary>How often a large buffer was rented.</summary>
    public int LargeRents { get; private set; }

    /// <inheritdoc/>
    public byte[] Rent() => Rent(BufferSize);

    /// <inheritdoc/>
    public byte[] RentLarge()
    {
        LargeRents++;
        return Rent(_largeSize);
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

    private byte[] Rent(int size)
    {
        if (_rented.Count >= _limit)
        {
            throw new HubException(ErrorCode.OutOfMemory, "no buffer is left");
        }

        byte[] buffer = TakeFree(size) ?? new byte[size];
        _rented.Add(buffer);
        HighWaterMark = Math.Max(HighWaterMark, _rented.Count);
        return buffer;
    }

    private byte[]? TakeFree(int size)
    {
        for (int i = _free.Count - 1; i >= 0; i--)
        {
            byte[] buffer = (byte[])_free[i]!;
            if (buffer.Length == size)
            {
                _free.RemoveAt(i);
                return buffer;
            }
        }

        return null;
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
