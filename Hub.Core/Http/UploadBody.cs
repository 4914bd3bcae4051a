using Hub.Core.Errors;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// A file as the whole body (PrusaLink's PUT), streamed from its source. It cannot rewind: a source is
/// read once. Thread: the transfer worker.
/// </summary>
public sealed class UploadBody : IHttpBody
{
    private readonly IUploadSource _source;
    private readonly IUploadProgress? _progress;
    private long _left;
    private bool _hasEnded;

    /// <summary>Makes the body; the caller opens and closes the source.</summary>
    public UploadBody(IUploadSource source, IUploadProgress? progress)
    {
        _source = source;
        _progress = progress;
        Length = source.Length;
        _left = Length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>
    /// Reads the next bytes. Errors: <see cref="ErrorCode.SourceChanged"/> when the source ends early or has more than it
    /// announced; the latter is found before the end is reported.
    /// </summary>
    public int Read(byte[] buffer, int offset, int count)
    {
        return _left > 0 ? ReadOn(buffer, offset, Ascii.Least(count, _left)) : ReadEnd(buffer, offset);
    }

    /// <inheritdoc/>
    public void OnSent(long sentBytes) => _progress?.Report(sentBytes, Length);

    /// <inheritdoc/>
    public bool TryRewind() => false;

    private int ReadOn(byte[] buffer, int offset, int wanted)
    {
        int read = _source.Read(buffer, offset, wanted);
        if (read <= 0 || read > wanted)
        {
            throw new HubException(ErrorCode.SourceChanged, "the file ended " + _left.ToString() + " bytes early: it changed while it was sent, send it again");
        }

        _left -= read;
        return read;
    }

    private int ReadEnd(byte[] buffer, int offset)
    {
        if (!_hasEnded && _source.Read(buffer, offset, 1) != 0)
        {
            throw new HubException(ErrorCode.SourceChanged, "the file grew while it was sent: send it again");
        }

        _hasEnded = true;
        return 0;
    }
}
