namespace Hub.Core.Streams;

/// <summary>Follows a transfer. Thread: the transfer worker; must return soon and not throw.</summary>
public interface IUploadProgress
{
    /// <summary><paramref name="sentBytes"/> bytes of the file were handed to the connection.</summary>
    void Report(long sentBytes, long totalBytes);
}
