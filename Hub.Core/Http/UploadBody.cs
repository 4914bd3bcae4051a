using Hub.Core.Streams;

namespace Hub.Core.Http;

/// <summary>
/// A file as the whole body (PrusaLink's PUT), streamed from its source. It cannot rewind: a source is
/// read once. Thread: the transfer worker.
/// </summary>
public sealed class UploadBody : IHttpBody
{
    private readonly CheckedSource _source;
    private readonly IUploadProgress? _progress;

    /// <summary>Makes the body; the caller opens and closes the source.</summary>
    public UploadBody(IUploadSource source, IUploadProgress? progress)
    {
        _source = new CheckedSource(source);
        _progress = progress;
    }

    /// <inheritdoc/>
    public long Length => _source.Length;

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs) => _source.Read(buffer, offset, count, timeoutMs);

    /// <inheritdoc/>
    public void OnSent(long sentBytes) => _progress?.Report(sentBytes, Length);

    /// <inheritdoc/>
    public bool TryRewind() => false;
}
