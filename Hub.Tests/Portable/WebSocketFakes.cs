using System;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>The entropy of RFC 6455's example: the key is always "the sample nonce", a mask counts up.</summary>
public sealed class SampleEntropy : ISystem
{
    private static readonly byte[] s_nonce = Encoding.UTF8.GetBytes("the sample nonce");

    private int _masks;

    /// <inheritdoc/>
    public string DeviceId => "test";

    /// <inheritdoc/>
    public string? MacAddress => null;

    /// <inheritdoc/>
    public string? HardwareVersion => "test-1";

    /// <inheritdoc/>
    public string ResetReason => "unknown";

    /// <inheritdoc/>
    public int CpuCostFactor { get; set; }

    /// <inheritdoc/>
    public long UsedMemoryBytes => 0;

    /// <inheritdoc/>
    public long FreeMemoryBytes => -1;

    /// <inheritdoc/>
    public void FillRandom(byte[] buffer)
    {
        if (buffer.Length == s_nonce.Length)
        {
            Array.Copy(s_nonce, 0, buffer, 0, buffer.Length);
            return;
        }

        for (int i = 0; i < buffer.Length; i++)
        {
            _masks++;
            buffer[i] = (byte)(0xA5 + _masks);
        }
    }

    /// <inheritdoc/>
    public void Reboot(string reason) => throw new InvalidOperationException("nobody asks for that here");

    /// <inheritdoc/>
    public void ArmWatchdog(int timeoutMs) => throw new InvalidOperationException("nobody asks for that here");

    /// <inheritdoc/>
    public void FeedWatchdog() => throw new InvalidOperationException("nobody asks for that here");
}

/// <summary>Knows one digest: the SHA-1 of RFC 6455's example key with the suffix (section 1.3).</summary>
public sealed class SampleHash : IHash
{
    private const string Known = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <inheritdoc/>
    public byte[] Sha1(byte[] data, int offset, int count)
    {
        if (Encoding.UTF8.GetString(data, offset, count) != Known)
        {
            throw new InvalidOperationException("not the text of the example");
        }

        return WebSocketBytes.Hex("b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea");
    }

    /// <inheritdoc/>
    public byte[] Md5(byte[] data, int offset, int count) => throw new InvalidOperationException("nobody asks for that here");

    /// <inheritdoc/>
    public byte[] Sha256(byte[] data, int offset, int count) => throw new InvalidOperationException("nobody asks for that here");

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count) => throw new InvalidOperationException("nobody asks for that here");
}
