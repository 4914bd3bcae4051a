using System;
using Hub.Core.Hal;

namespace Hub.Tests.Portable;

/// <summary>The core's own MD5, and nothing else.</summary>
public sealed class Md5Only : IHash
{
    /// <inheritdoc/>
    public byte[] Md5(byte[] data, int offset, int count) => Core.Drivers.Md5.Compute(data, offset, count);

    /// <inheritdoc/>
    public byte[] Sha1(byte[] data, int offset, int count) => throw Missing();

    /// <inheritdoc/>
    public byte[] Sha256(byte[] data, int offset, int count) => throw Missing();

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count) => throw Missing();

    private static InvalidOperationException Missing() => new InvalidOperationException("this hash has only MD5");
}

/// <summary>A machine whose randomness is known: every byte is the same one, a higher one at each call.</summary>
public sealed class KnownRandom : ISystem
{
    private byte _next = 1;

    /// <inheritdoc/>
    public string DeviceId => "test";

    /// <inheritdoc/>
    public string? MacAddress => null;

    /// <inheritdoc/>
    public string? HardwareVersion => "test-1";

    /// <inheritdoc/>
    public string ResetReason => "start";

    /// <inheritdoc/>
    public int CpuCostFactor => 0;

    /// <inheritdoc/>
    public long UsedMemoryBytes => 0;

    /// <inheritdoc/>
    public long FreeMemoryBytes => -1;

    /// <inheritdoc/>
    public void FillRandom(byte[] buffer)
    {
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = _next;
        }

        _next++;
    }

    /// <inheritdoc/>
    public void Reboot(string reason) => throw new InvalidOperationException("a test does not restart");

    /// <inheritdoc/>
    public void ArmWatchdog(int timeoutMs)
    {
    }

    /// <inheritdoc/>
    public void FeedWatchdog()
    {
    }
}
