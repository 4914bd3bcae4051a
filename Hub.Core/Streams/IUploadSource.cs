using Hub.Core.Errors;

namespace Hub.Core.Streams;

/// <summary>
/// Bytes to upload, read once from front to back. They may come slowly, from a network for example: a read then waits for them, but
/// never longer than it was asked to, so that who reads sees a cancellation and the printer's own answer in time. A source therefore
/// needs no cancellation of its own. Thread: the transfer worker that reads it.
/// </summary>
public interface IUploadSource
{
    /// <summary>Exact number of bytes that will be read.</summary>
    long Length { get; }

    /// <summary>Reads the next bytes. Errors: <see cref="ErrorCode.SourceFailed"/>, <see cref="ErrorCode.SourceChanged"/>.</summary>
    /// <param name="buffer">Where to put them.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="count">At most how many, at least 1.</param>
    /// <param name="timeoutMs">How long to wait while there are none, in ms; 0 for not at all. A local file does not wait.</param>
    /// <returns>Bytes read, at least 1; 0 at the end; <see cref="SourceRead.NothingYet"/> when none came in this time.</returns>
    int Read(byte[] buffer, int offset, int count, int timeoutMs);
}
