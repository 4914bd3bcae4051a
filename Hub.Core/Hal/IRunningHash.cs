using System;

namespace Hub.Core.Hal;

/// <summary>A digest of bytes that arrive piece by piece. Thread: one owner, who disposes of it.</summary>
public interface IRunningHash : IDisposable
{
    /// <summary>Adds the next bytes. The buffer stays the caller's.</summary>
    void Add(byte[] data, int offset, int count);

    /// <summary>The digest of all of them; nothing can be added afterwards. The result is the caller's.</summary>
    byte[] End();
}

/// <summary>
/// For an <see cref="IHash"/> that can also digest a stream, such as a file that is being sent. The board has no such
/// function, and managed code would need minutes for a file there. Thread: any.
/// </summary>
public interface IRunningHashes
{
    /// <summary>Begins a SHA-256, 32 bytes.</summary>
    IRunningHash BeginSha256();
}
