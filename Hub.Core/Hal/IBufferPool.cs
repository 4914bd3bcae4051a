using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Fixed-size buffers for windows and transfers (PSRAM blocks on the board). Thread: any.
/// Ownership: the renter owns a buffer until it gives it back, exactly once.
/// </summary>
public interface IBufferPool
{
    /// <summary>Size in bytes of every buffer.</summary>
    int BufferSize { get; }

    /// <summary>Buffers rented now.</summary>
    int Rented { get; }

    /// <summary>The most buffers that were ever rented at once.</summary>
    int HighWaterMark { get; }

    /// <summary>Rents a buffer with undefined content. Errors: <see cref="ErrorCode.OutOfMemory"/> when the pool's limit is reached.</summary>
    byte[] Rent();

    /// <summary>Gives a buffer back; throws <see cref="System.ArgumentException"/> when it was not rented here, where the pool can see that.</summary>
    void Return(byte[] buffer);
}

/// <summary>
/// For an <see cref="IBufferPool"/> that also has larger buffers, through which a file is sent with fewer system calls. The board
/// has none. Thread: any.
/// </summary>
public interface ILargeBuffers
{
    /// <summary>Rents a larger buffer, to be given back to the pool like any other. Errors: as <see cref="IBufferPool.Rent"/>.</summary>
    byte[] RentLarge();
}
