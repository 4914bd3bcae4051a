using System;
using System.Security.Cryptography;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>Digests: HMAC-SHA256 is nanoFramework's own; the others are managed code, for it has none. Thread: any.</summary>
internal sealed class Esp32Hash : IHash
{
    /// <inheritdoc/>
    public byte[] Md5(byte[] data, int offset, int count) => Hub.Core.Drivers.Md5.Compute(data, offset, count);

    /// <inheritdoc/>
    public byte[] Sha1(byte[] data, int offset, int count) => Hub.Core.Drivers.Sha1.Compute(data, offset, count);

    /// <inheritdoc/>
    public byte[] Sha256(byte[] data, int offset, int count) => Hub.Core.Drivers.Sha256.Compute(data, offset, count);

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count)
    {
        byte[] message = data;
        if (offset != 0 || count != data.Length)
        {
            message = new byte[count];
            Array.Copy(data, offset, message, 0, count);
        }

        return HMACSHA256.HashData(key, message);
    }
}
