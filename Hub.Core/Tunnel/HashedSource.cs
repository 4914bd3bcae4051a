using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <summary>
/// A source whose SHA-256 is checked while it is read. Its last bytes are handed out only when it matches, so a wrong file breaks the upload off
/// and is never whole at a printer. Thread: the transfer's.
/// </summary>
internal sealed class HashedSource : IUploadSource
{
    private readonly IUploadSource _source;
    private readonly IRunningHash _hash;
    private readonly string _expected;
    private long _left;

    /// <summary>Wraps a source.</summary>
    /// <param name="source">The bytes; the caller's.</param>
    /// <param name="hash">A new SHA-256; the caller's.</param>
    /// <param name="expected">What it has to be, 64 lower-case hex digits.</param>
    public HashedSource(IUploadSource source, IRunningHash hash, string expected)
    {
        _source = source;
        _hash = hash;
        _expected = expected;
        _left = source.Length;
    }

    /// <inheritdoc/>
    public long Length => _source.Length;

    /// <summary>Reads on. Errors: those of the source, and <see cref="ErrorCode.SourceChanged"/> for another file than expected.</summary>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = _source.Read(buffer, offset, count, timeoutMs);
        if (read <= 0 || _left <= 0)
        {
            return read;
        }

        _hash.Add(buffer, offset, read);
        _left -= read;
        if (_left <= 0 && HexText.Of(_hash.End()) != _expected)
        {
            throw new HubException(ErrorCode.SourceChanged, "the file is not the one that was announced (its SHA-256 differs): it was damaged or changed on its way, send it again");
        }

        return read;
    }
}
