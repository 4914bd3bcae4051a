using System;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Non-volatile storage: a namespaced key to bytes. Every write is atomic: after a power cut at any
/// moment a key holds its old value or its new one, never a mix.
/// </summary>
/// <remarks>
/// Thread: any; calls are serialised inside. Ownership: buffers stay the caller's, returned arrays
/// are the caller's copy. Names hold 1 to 40 characters of a-z, 0-9, '.', '-' and '_'.
/// Errors: <see cref="ErrorCode.StorageFailed"/> with the reason (read-only, full, damaged);
/// <see cref="ArgumentException"/> for a bad name.
/// </remarks>
public interface INvs
{
    /// <summary>The value, or <c>null</c> when the key was never written or was deleted.</summary>
    byte[]? Read(string ns, string key);

    /// <summary>
    /// What is left of a value that <see cref="Read"/> finds damaged: the raw bytes of its files, one after the other, at
    /// most as many as a value may have. <c>null</c> when the value is intact or there is none.
    /// </summary>
    byte[]? ReadDamaged(string ns, string key);

    /// <summary>Writes the value; it is on the medium when the call returns.</summary>
    void Write(string ns, string key, byte[] value);

    /// <summary>Removes the key for good; no error when it does not exist.</summary>
    void Delete(string ns, string key);

    /// <summary>The keys of a namespace that hold a value or a damaged one, in no particular order.</summary>
    string[] Keys(string ns);

    /// <summary>
    /// Exclusive access by name among all threads and processes that use this storage. Waits for nobody: <c>null</c> when the lock is
    /// held already, by this thread too. It ends with Dispose, which any thread may call, or with the process, however that ends.
    /// </summary>
    IDisposable? TryLock(string name);

    /// <summary>False when the medium refuses writes or a stored value was found damaged and could not be recovered.</summary>
    bool IsHealthy { get; }
}
