using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Streams;

/// <summary>The buffer through which a message or a file is sent. Thread: any.</summary>
internal static class WindowBuffer
{
    /// <summary>
    /// Rents it, a large one for what does not fit an ordinary buffer, where the machine has large ones. The caller gives it back to the
    /// pool. Errors: <see cref="ErrorCode.OutOfMemory"/>.
    /// </summary>
    internal static byte[] Rent(IBufferPool pool, long length) =>
        length > pool.BufferSize && pool is ILargeBuffers large ? large.RentLarge() : pool.Rent();
}
