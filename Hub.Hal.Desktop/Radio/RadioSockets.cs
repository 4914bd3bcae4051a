using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// Connections that exist only while the simulated station is in a network that leads somewhere. When it is lost, they are too. Thread: as for <see cref="ISocketFactory"/>.
/// </summary>
internal class RadioSockets : ISocketFactory
{
    private readonly ISocketFactory _sockets;
    private readonly SimulatedWifi _wifi;
    private readonly IClock _clock;
    private readonly Lock _gate = new();
    private readonly HashSet<RadioStream> _streams = [];

    /// <summary>Wraps the machine's own connections.</summary>
    protected RadioSockets(ISocketFactory sockets, SimulatedWifi wifi, IClock clock)
    {
        _sockets = sockets;
        _wifi = wifi;
        _clock = clock;
        wifi.Lost += BreakAll;
    }

    /// <inheritdoc/>
    public bool CanReuseTlsSession => _sockets.CanReuseTlsSession;

    /// <inheritdoc/>
    public bool HasRootStore => _sockets.HasRootStore;

    /// <inheritdoc/>
    public bool ShowsCertificates => _sockets.ShowsCertificates;

    /// <inheritdoc/>
    public int MaxSockets => _sockets.MaxSockets;

    /// <inheritdoc/>
    public int OpenSockets => _sockets.OpenSockets;

    /// <summary>Wraps them; what they can do besides, they can do here.</summary>
    public static RadioSockets Of(ISocketFactory sockets, SimulatedWifi wifi, IClock clock) =>
        sockets is IHostInspector inspector ? new InspectingRadioSockets(sockets, inspector, wifi, clock) : new RadioSockets(sockets, wifi, clock);

    /// <inheritdoc/>
    public IByteStream ConnectTcp(string host, int port, int timeoutMs)
    {
        CheckWay(host, timeoutMs);
        return Watched(_sockets.ConnectTcp(host, port, timeoutMs));
    }

    /// <inheritdoc/>
    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs)
    {
        CheckWay(host, timeoutMs);
        return Watched(_sockets.ConnectTls(host, port, options, timeoutMs));
    }

    /// <inheritdoc/>
    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel)
    {
        IByteStream inner = ((RadioStream)tcp).Detach();
        if (!_wifi.IsOnline)
        {
            inner.Dispose();
            CheckWay(host, timeoutMs);
        }

        return Watched(_sockets.StartTls(inner, host, options, timeoutMs, cancel));
    }

    /// <inheritdoc/>
    public IUdpSocket OpenUdp(int localPort, string? localAddress)
    {
        CheckWay("the network", 0);
        return new RadioUdp(_sockets.OpenUdp(localPort, localAddress), _wifi, _clock);
    }

    /// <inheritdoc/>
    public IDisposable HoldTls() => _sockets.HoldTls();

    /// <summary>Forgets a stream that was closed.</summary>
    internal void Remove(RadioStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }

    /// <summary>Errors: those of a dial without a network. A captive one answers nothing: the dial waits in vain.</summary>
    protected void CheckWay(string host, int timeoutMs)
    {
        if (!_wifi.HasAddress)
        {
            throw new HubException(ErrorCode.ConnectFailed, $"no way to {host}: the Wi-Fi is not connected");
        }

        if (!_wifi.IsOnline)
        {
            _clock.Sleep(timeoutMs);
            throw new HubException(ErrorCode.Timeout, $"no answer from {host} within {timeoutMs} ms");
        }
    }

    private RadioStream Watched(IByteStream stream)
    {
        RadioStream watched = stream is IReadSignal signal ? new SignallingRadioStream(this, stream, signal) : new RadioStream(this, stream);
        lock (_gate)
        {
            _streams.Add(watched);
        }

        // It may have been lost during the dial.
        if (!_wifi.IsOnline)
        {
            watched.Break();
        }

        return watched;
    }

    private void BreakAll()
    {
        RadioStream[] streams;
        lock (_gate)
        {
            streams = [.. _streams];
        }

        Array.ForEach(streams, s => s.Break());
    }

    /// <summary>The same over a machine that shows hosts to people.</summary>
    private sealed class InspectingRadioSockets(ISocketFactory sockets, IHostInspector inspector, SimulatedWifi wifi, IClock clock)
        : RadioSockets(sockets, wifi, clock), IHostInspector
    {
        public string[] Resolve(string host, int timeoutMs, CancellationToken cancel)
        {
            CheckWay(host, timeoutMs);
            return inspector.Resolve(host, timeoutMs, cancel);
        }

        public ShownCertificate ShowCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel)
        {
            CheckWay(host, timeoutMs);
            return inspector.ShowCertificate(host, port, serverName, timeoutMs, cancel);
        }
    }
}
