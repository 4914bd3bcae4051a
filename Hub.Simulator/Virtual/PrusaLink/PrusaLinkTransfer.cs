using System;
using System.Threading;

namespace Hub.Simulator.Virtual.PrusaLink;

/// <summary>An upload in progress. Thread: any.</summary>
internal sealed class PrusaLinkTransfer(int id, string path, string partPath, long size, bool startsPrint, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();
    private long _received;

    public int Id { get; } = id;

    public string Path { get; } = path;

    /// <summary>The partial file.</summary>
    public string PartPath { get; } = partPath;

    public long Size { get; } = size;

    public bool StartsPrint { get; } = startsPrint;

    public long Received => Interlocked.Read(ref _received);

    public double Progress => Received * 100.0 / Size;

    public double Seconds => time.GetElapsedTime(_since).TotalSeconds;

    public void Add(int count) => Interlocked.Add(ref _received, count);
}
