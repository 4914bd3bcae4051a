using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Streams;

/// <summary>A source that must give exactly the bytes it announced, or the upload fails. Thread: the transfer worker.</summary>
internal sealed class CheckedSource : IUploadSource
{
    private readonly IUploadSource _source;
    private long _left;
    private bool _hasEnded;

    /// <summary>Wraps a source; the caller opens and closes it.</summary>
    internal CheckedSource(IUploadSource source)
    {
        _source = source;
        Length = source.Length;
        _left = Length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>
    /// Reads the next bytes. Errors: those of the source, and <see cref="ErrorCode.SourceChanged"/> when it ends early or has
    /// more than it announced; the latter is found before the end is reported.
    /// </summary>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs) =>
        _left > 0 ? ReadOn(buffer, offset, Ascii.Least(count, _left), timeoutMs) : ReadEnd(buffer, offset, timeoutMs);

    private int ReadOn(byte[] buffer, int offset, int wanted, int timeoutMs)
    {
        int read = _source.Read(buffer, offset, wanted, timeoutMs);
        if (read == SourceRead.NothingYet)
        {
            return read;
        }

        if (read <= 0 || read > wanted)
        {
            throw new HubException(ErrorCode.SourceChanged, "the file ended " + _left.ToString() + " bytes early: it changed while it was sent, send it again");
        }

        _left -= read;
        return read;
    }

    private int ReadEnd(byte[] buffer, int offset, int timeoutMs)
    {
        int read = _hasEnded ? 0 : _source.Read(buffer, offset, 1, timeoutMs);
        if (read == SourceRead.NothingYet)
        {
            return read;
        }

        if (read != 0)
        {
            throw new HubException(ErrorCode.SourceChanged, "the file grew while it was sent: send it again");
        }

        _hasEnded = true;
        return 0;
    }
}
