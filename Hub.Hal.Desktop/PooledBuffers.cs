using System;
using System.Collections.Generic;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Buffers of 16 KiB with a limit like the board's. Thread: any.</summary>
public sealed class PooledBuffers : IBufferPool
{
    private const int SizeBytes = 16 * 1024;

    private readonly int _limit;
    private readonly Stack<byte[]> _free = new();
    private readonly HashSet<byte[]> _rented = new(ReferenceEqualityComparer.Instance);
    private int _highWaterMark;

    /// <summary>Makes the pool; buffers are allocated when first needed.</summary>
    /// <param name="limit">How many may be rented at once.</param>
    public PooledBuffers(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _limit = limit;
    }

    /// <inheritdoc/>
    public int BufferSize => SizeBytes;

    /// <inheritdoc/>
    public int Rented
    {
        get
        {
            lock (_free)
            {
                return _rented.Count;
            }
        }
    }

    /// <inheritdoc/>
    public int HighWaterMark
    {
        get
        {
            lock (_free)
            {
                return _highWaterMark;
            }
        }
    }

    /// <inheritdoc/>
    public byte[] Rent()
    {
        lock (_free)
        {
            if (_rented.Count >= _limit)
            {
                throw new HubException(ErrorCode.OutOfMemory, $"all {_limit} transfer buffers are in use; wait for a transfer to end");
            }

            byte[] buffer = _free.Count > 0 ? _free.Pop() : GC.AllocateUninitializedArray<byte>(SizeBytes);
            _rented.Add(buffer);
            _highWaterMark = Math.Max(_highWaterMark, _rented.Count);
            return buffer;
        }
    }

    /// <inheritdoc/>
    public void Return(byte[] buffer)
    {
        lock (_free)
        {
            if (!_rented.Remove(buffer))
            {
                throw new ArgumentException("the buffer was not rented here or was returned before", nameof(buffer));
            }

            _free.Push(buffer);
        }
    }
}
