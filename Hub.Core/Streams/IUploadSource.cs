using Hub.Core.Errors;

namespace Hub.Core.Streams;

/// <summary>Bytes to upload, read once from front to back. Thread: the transfer worker that reads it.</summary>
public interface IUploadSource
{
    /// <summary>Exact number of bytes that will be read.</summary>
    long Length { get; }

    /// <summary>Reads the next bytes. Errors: <see cref="ErrorCode.SourceFailed"/>, <see cref="ErrorCode.SourceChanged"/>.</summary>
    /// <returns>Bytes read, at least 1 while any are left, 0 at the end.</returns>
    int Read(byte[] buffer, int offset, int count);
}
