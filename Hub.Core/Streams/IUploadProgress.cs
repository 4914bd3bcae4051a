namespace Hub.Core.Streams;

/// <summary>Hears how far a transfer is. Thread: the transfer worker; must return soon and not throw.</summary>
public interface IUploadProgress
{
    /// <summary>So many bytes of the file were handed to the connection.</summary>
    void Report(long sentBytes, long totalBytes);
}
