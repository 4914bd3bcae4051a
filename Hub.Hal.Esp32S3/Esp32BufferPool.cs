using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// Buffers made once and kept: the managed heap lies in PSRAM, and a block of this size may no longer
/// be found in it after hours of use.
/// </summary>
internal sealed class Esp32BufferPool : IBufferPool
{
    private readonly byte[][] _buffers;
    private readonly bool[] _isRented;
    private readonly object _lock = new object();

    internal Esp32BufferPool(int bufferSize, int count)
    {
        BufferSize = bufferSize;
        _isRented = new bool[count];
        _buffers = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            _buffers[i] = new byte[bufferSize];
        }
    }

    /// <inheritdoc/>
    public int BufferSize { get; }

    /// <inheritdoc/>
    public int Rented { get; private set; }

    /// <inheritdoc/>
    public int HighWaterMark { get; private set; }

    /// <inheritdoc/>
    public byte[] Rent()
    {
        lock (_lock)
        {
            for (int i = 0; i < _buffers.Length; i++)
            {
                if (!_isRented[i])
                {
                    _isRented[i] = true;
                    Rented++;
                    HighWaterMark = Rented > HighWaterMark ? Rented : HighWaterMark;
                    return _buffers[i];
                }
            }
        }

        throw new HubException(ErrorCode.OutOfMemory, "all " + _buffers.Length.ToString() + " transfer buffers are in use; try again when a transfer has ended");
    }

    /// <inheritdoc/>
    public void Return(byte[] buffer)
    {
        lock (_lock)
        {
            for (int i = 0; i < _buffers.Length; i++)
            {
                if (_buffers[i] == buffer && _isRented[i])
                {
                    _isRented[i] = false;
                    Rented--;
                    return;
                }
            }
        }

        throw new ArgumentException("this buffer was not rented here");
    }
}
