using System;
using System.Collections.Generic;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Buffers of 16 KiB with a limit like the board's, and larger ones that count as one each. Thread: any.</summary>
public sealed class PooledBuffers : IBufferPool, ILargeBuffers
{
    private const int SizeBytes = 16 * 1024;

    /// <summary>Most buffers that are kept for the next renter.</summary>
    private const int MaxKept = 64;

    private readonly int _limit;
    private readonly int _largeBytes;
    private readonly Stack<byte[]> _free = new();
    private readonly Stack<byte[]> _freeLarge = new();
    private readonly HashSet<byte[]> _rented = new(ReferenceEqualityComparer.Instance);
    private int _highWaterMark;

    /// <summary>Makes the pool; buffers are allocated when first needed.</summary>
    /// <param name="limit">How many may be rented at once.</param>
    /// <param name="largeBytes">Size of a large buffer; at least that of the others.</param>
    public PooledBuffers(int limit, int largeBytes = SizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfLessThan(largeBytes, SizeBytes);
        _limit = limit;
        _largeBytes = largeBytes;
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
    public byte[] Rent() => Rent(_free, SizeBytes);

    /// <inheritdoc/>
    public byte[] RentLarge() => _largeBytes == SizeBytes ? Rent() : Rent(_freeLarge, _largeBytes);

    /// <inheritdoc/>
    public void Return(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        lock (_free)
        {
            if (!_rented.Remove(buffer))
            {
                throw new ArgumentException("the buffer was not rented here or was returned before", nameof(buffer));
            }

            // What only a peak needed goes back to the system.
            Stack<byte[]> free = buffer.Length == SizeBytes ? _free : _freeLarge;
            if (free.Count < MaxKept)
            {
                free.Push(buffer);
            }
        }
    }

    private byte[] Rent(Stack<byte[]> free, int sizeBytes)
    {
        lock (_free)
        {
            if (_rented.Count >= _limit)
            {
                throw new HubException(ErrorCode.OutOfMemory, $"all {_limit} transfer buffers are in use; wait for a transfer to end");
            }

            byte[] buffer = free.Count > 0 ? free.Pop() : GC.AllocateUninitializedArray<byte>(sizeBytes);
            _rented.Add(buffer);
            _highWaterMark = Math.Max(_highWaterMark, _rented.Count);
            return buffer;
        }
    }
}
