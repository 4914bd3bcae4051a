using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>A connection over the simulated station: after its network was lost, every call fails. Thread: as for <see cref="IByteStream"/>; <see cref="Break"/> any.</summary>
internal class RadioStream(RadioSockets sockets, IByteStream stream) : IByteStream, IAbortable, IRemoteAddress
{
    private bool _isBroken;
    private bool _isDetached;

    /// <inheritdoc/>
    public TlsPeer? Peer => stream.Peer;

    /// <summary>True once the network was lost.</summary>
    protected bool IsBroken => Volatile.Read(ref _isBroken);

    /// <inheritdoc/>
    public bool WaitReadable(int timeoutMs) => IsBroken || stream.WaitReadable(timeoutMs) || IsBroken;

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        Check();
        int read = stream.Read(buffer, offset, count, timeoutMs);
        Check();
        return read;
    }

    /// <inheritdoc/>
    public int Write(byte[] buffer, int offset, int count, int timeoutMs)
    {
        Check();
        int written = stream.Write(buffer, offset, count, timeoutMs);
        Check();
        return written;
    }

    /// <inheritdoc/>
    public void Abort() => (stream as IAbortable)?.Abort();

    /// <inheritdoc/>
    public byte[]? RemoteAddress() => (stream as IRemoteAddress)?.RemoteAddress();

    /// <inheritdoc/>
    public void Dispose()
    {
        sockets.Remove(this);
        if (!_isDetached)
        {
            stream.Dispose();
        }
    }

    /// <summary>Hands the connection itself over.</summary>
    public IByteStream Detach()
    {
        sockets.Remove(this);
        _isDetached = true;
        return stream;
    }

    /// <summary>The network is lost.</summary>
    public virtual void Break() => Volatile.Write(ref _isBroken, true);

    private void Check()
    {
        if (IsBroken)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the connection was lost with the Wi-Fi");
        }
    }
}

/// <summary>The same for a machine that sets an event when something can be read.</summary>
internal sealed class SignallingRadioStream(RadioSockets sockets, IByteStream stream, IReadSignal signal) : RadioStream(sockets, stream), IReadSignal
{
    private AutoResetEvent? _asked;

    /// <inheritdoc/>
    public void SignalReadable(AutoResetEvent readable)
    {
        Volatile.Write(ref _asked, readable);
        if (IsBroken)
        {
            readable.Set();
            return;
        }

        signal.SignalReadable(readable);
    }

    /// <inheritdoc/>
    public override void Break()
    {
        base.Break();
        Volatile.Read(ref _asked)?.Set();
    }
}
