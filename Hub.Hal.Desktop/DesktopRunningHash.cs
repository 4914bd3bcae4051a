using System;
using System.Security.Cryptography;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>The platform's SHA-256 over bytes that arrive piece by piece. Thread: one owner.</summary>
internal sealed class DesktopRunningHash : IRunningHash
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public void Add(byte[] data, int offset, int count) => _hash.AppendData(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public byte[] End() => _hash.GetHashAndReset();

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
