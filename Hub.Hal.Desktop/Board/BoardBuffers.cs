using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>Buffers of threads that stop as on the board; there are no larger ones. Thread: any.</summary>
internal sealed class BoardBuffers(IBufferPool pool, SingleCore core) : IBufferPool
{
    public int BufferSize => pool.BufferSize;

    public int Rented => pool.Rented;

    public int HighWaterMark => pool.HighWaterMark;

    public byte[] Rent()
    {
        core.Pass();
        return pool.Rent();
    }

    public void Return(byte[] buffer)
    {
        core.Pass();
        pool.Return(buffer);
    }
}
