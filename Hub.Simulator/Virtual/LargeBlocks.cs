using System;
using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Hub.Simulator.Virtual;

/// <summary>
/// Lets Kestrel receive into blocks of 64 KiB instead of 4 KiB: a large upload costs a sixteenth of the system calls.
/// </summary>
internal sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 * 1024;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockBytes));

    protected override void Dispose(bool disposing)
    {
        // The shared pool outlives every connection.
    }
}
