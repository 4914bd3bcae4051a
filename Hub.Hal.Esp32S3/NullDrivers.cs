using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>A board build without storage: refuses reads too, so that it is not mistaken for an empty one.</summary>
internal sealed class NullNvs : INvs
{
    /// <inheritdoc/>
    public bool IsHealthy => false;

    /// <inheritdoc/>
    public byte[]? Read(string ns, string key) => throw Refusal();

    /// <inheritdoc/>
    public byte[]? ReadDamaged(string ns, string key) => throw Refusal();

    /// <inheritdoc/>
    public void Write(string ns, string key, byte[] value) => throw Refusal();

    /// <inheritdoc/>
    public void Delete(string ns, string key) => throw Refusal();

    /// <inheritdoc/>
    public string[] Keys(string ns) => throw Refusal();

    /// <inheritdoc/>
    public IDisposable? TryLock(string name) => throw Refusal();

    private static HubException Refusal() =>
        new HubException(ErrorCode.StorageFailed, "this board build has no storage yet");
}

/// <summary>A board build without a network.</summary>
internal sealed class NullSocketFactory : ISocketFactory
{
    /// <inheritdoc/>
    public bool HasRootStore => false;

    /// <inheritdoc/>
    public bool CanReuseTlsSession => false;

    /// <inheritdoc/>
    public int MaxSockets => 0;

    /// <inheritdoc/>
    public int OpenSockets => 0;

    /// <inheritdoc/>
    public IByteStream ConnectTcp(string host, int port, int timeoutMs) => throw Refusal();

    /// <inheritdoc/>
    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => throw Refusal();

    /// <inheritdoc/>
    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) => throw Refusal();

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int localPort, string? localAddress) => throw Refusal();

    private static HubException Refusal() =>
        new HubException(ErrorCode.NotSupported, "this board build has no network yet");
}

/// <summary>A board build without JSON documents.</summary>
internal sealed class NullJsonDocuments : IJsonDocuments
{
    /// <inheritdoc/>
    public object? Parse(byte[] utf8) => throw Refusal();

    /// <inheritdoc/>
    public byte[] Write(object? tree) => throw Refusal();

    private static HubException Refusal() =>
        new HubException(ErrorCode.NotSupported, "this board build reads no configuration documents yet");
}

/// <summary>A board build without digests.</summary>
internal sealed class NullHash : IHash
{
    /// <inheritdoc/>
    public byte[] Md5(byte[] data, int offset, int count) => throw Refusal();

    /// <inheritdoc/>
    public byte[] Sha1(byte[] data, int offset, int count) => throw Refusal();

    /// <inheritdoc/>
    public byte[] Sha256(byte[] data, int offset, int count) => throw Refusal();

    /// <inheritdoc/>
    public byte[] HmacSha256(byte[] key, byte[] data, int offset, int count) => throw Refusal();

    private static HubException Refusal() =>
        new HubException(ErrorCode.NotSupported, "this board build has no digests yet");
}
