using System;
using System.Security.Cryptography;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

#pragma warning disable CA5350, CA5351 // HTTP Digest and WebSocket require MD5 and SHA-1; nothing relies on them for security.

/// <summary>The platform's digests. Thread: any.</summary>
public sealed class DesktopHash : IHash, IRunningHashes
{
    /// <inheritdoc/>
    public byte[] Md5(byte[] data, int offset, int count) => MD5.HashData(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public byte[] Sha1(byte[] data, int offset, int count) => SHA1.HashData(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public byte[] Sha256(byte[] data, int offset, int count) => SHA256.HashData(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count) =>
        HMACSHA256.HashData(key, data.AsSpan(offset, count));

    /// <inheritdoc/>
    public IRunningHash BeginSha256() => new DesktopRunningHash();
}
