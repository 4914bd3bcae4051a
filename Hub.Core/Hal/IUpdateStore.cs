using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>Where a new application image is written, in two slots. Thread: one owner at a time.</summary>
public interface IUpdateStore
{
    /// <summary>True when this machine can take an update by itself.</summary>
    bool IsAvailable { get; }

    /// <summary>Starts a new image of a known size in the slot that is not running. Errors: <see cref="ErrorCode.NotSupported"/>, <see cref="ErrorCode.StorageFailed"/>.</summary>
    void Begin(long sizeBytes);

    /// <summary>Appends to the image.</summary>
    void Append(byte[] buffer, int offset, int count);

    /// <summary>Checks the image and makes it the one that starts next.</summary>
    void Commit(byte[] sha256);
}
