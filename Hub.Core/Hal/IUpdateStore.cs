using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Where a new application image is written. The order is <see cref="Begin"/>, <see cref="Append"/> until all is written, then
/// <see cref="Commit"/> or <see cref="Abort"/>; after the restart that follows a commit, <see cref="Confirm"/>. A boot that was
/// not confirmed does not count as good, whatever ran: the next one returns to the image before. (ESPHome separates the same
/// acts: <c>esphome/components/ota/ota_backend.h</c> and <c>safe_mode/safe_mode.h</c>.)
/// </summary>
/// <remarks>
/// Thread: one owner at a time. Errors of every method: <see cref="ErrorCode.NotSupported"/> where <see cref="IsAvailable"/> is
/// false; <see cref="ErrorCode.WrongState"/> for a call out of order, which changes nothing.
/// </remarks>
public interface IUpdateStore
{
    /// <summary>True when this machine can update itself.</summary>
    bool IsAvailable { get; }

    /// <summary>True from the first boot of a committed image until <see cref="Confirm"/>: should it fail before, the image before returns.</summary>
    bool IsTrial { get; }

    /// <summary>
    /// Starts an image in the place that is not running. Not during a trial, whose way back it would overwrite; one that was
    /// begun before must be aborted first. Errors: <see cref="ErrorCode.TooLarge"/>, <see cref="ErrorCode.StorageFailed"/>.
    /// </summary>
    /// <param name="sizeBytes">Exact size of the image.</param>
    void Begin(long sizeBytes);

    /// <summary>
    /// Appends to the image; after <see cref="Begin"/> and as often as needed. The buffer stays the caller's. Errors:
    /// <see cref="ErrorCode.TooLarge"/> (more than announced), <see cref="ErrorCode.StorageFailed"/>. Only <see cref="Abort"/> may follow an error.
    /// </summary>
    void Append(byte[] buffer, int offset, int count);

    /// <summary>
    /// Checks the image and makes it the one that starts next, on trial; once all bytes were appended. It starts with the next
    /// restart, which is the caller's to ask for. Errors: <see cref="ErrorCode.BadResponse"/> (size or digest differ),
    /// <see cref="ErrorCode.StorageFailed"/>; the running image stays the one that starts next, and only <see cref="Abort"/> may follow.
    /// </summary>
    /// <param name="sha256">Digest of the whole image, 32 bytes.</param>
    void Commit(byte[] sha256);

    /// <summary>
    /// Drops the image that was begun, or takes a commit back before the restart. Any time; no error when there is nothing to
    /// drop. Throws nothing: a transfer that fails calls it on its way out.
    /// </summary>
    void Abort();

    /// <summary>
    /// Declares this boot good: the running image stays. Only once the hub has shown that it works, which is its supervisor's
    /// decision and never the driver's. No error outside a trial. Errors: <see cref="ErrorCode.StorageFailed"/>, after which it may be called again.
    /// </summary>
    void Confirm();
}
