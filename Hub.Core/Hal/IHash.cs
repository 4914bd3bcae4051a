namespace Hub.Core.Hal;

/// <summary>Digests of whole buffers. Thread: any. Ownership: results are the caller's.</summary>
public interface IHash
{
    /// <summary>MD5, 16 bytes (HTTP Digest, plate checksums; not for security).</summary>
    byte[] Md5(byte[] data, int offset, int count);

    /// <summary>SHA-1, 20 bytes (WebSocket handshake; not for security).</summary>
    byte[] Sha1(byte[] data, int offset, int count);

    /// <summary>SHA-256, 32 bytes.</summary>
    byte[] Sha256(byte[] data, int offset, int count);

    /// <summary>HMAC-SHA256, 32 bytes.</summary>
    byte[] HmacSha256(byte[] key, byte[] data, int offset, int count);
}
