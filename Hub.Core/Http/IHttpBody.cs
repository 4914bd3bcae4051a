using Hub.Core.Streams;

namespace Hub.Core.Http;

/// <summary>A request's body, pulled in pieces. Thread: the one that sends.</summary>
public interface IHttpBody
{
    /// <summary>Exact length in bytes; sent as Content-Length.</summary>
    long Length { get; }

    /// <summary>
    /// Reads the next bytes, and waits up to <paramref name="timeoutMs"/> while there are none. More or fewer bytes than
    /// <see cref="Length"/> fail the request.
    /// </summary>
    /// <returns>Bytes read, 0 at the end, <see cref="SourceRead.NothingYet"/> when none came in this time.</returns>
    int Read(byte[] buffer, int offset, int count, int timeoutMs);

    /// <summary>Called after every write with the bytes of the body that went to the connection so far. Must return soon and not throw.</summary>
    void OnSent(long sentBytes);

    /// <summary>Goes back to the start; false when it cannot, and the request is then not repeated.</summary>
    bool TryRewind();
}
