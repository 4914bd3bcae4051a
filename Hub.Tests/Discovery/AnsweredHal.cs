using System;
using System.Diagnostics;
using System.Threading;
using Hub.Core.Hal;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

/// <summary>
/// The laptop's HAL for a search that a <see cref="ScriptedMdnsResponder"/> answers: a reception ends without a datagram only once the
/// responder has dealt with all that was asked, and only then time passes, at once. Thread: one.
/// </summary>
internal sealed class AnsweredHal : IHal, ISocketFactory
{
    private readonly IHal _hal;
    private readonly ScriptedMdnsResponder _responder;
    private readonly ManualClock _clock = new();
    private int _sent;

    public AnsweredHal(IHal hal, ScriptedMdnsResponder responder)
    {
        _hal = hal;
        _responder = responder;
    }

    public IClock Clock => _clock;

    public INvs Nvs => _hal.Nvs;

    public ISocketFactory Sockets => this;

    public IBufferPool Buffers => _hal.Buffers;

    public IJsonDocuments JsonDocuments => _hal.JsonDocuments;

    public IHash Hash => _hal.Hash;

    public ISystem System => _hal.System;

    public IIndicator Indicator => _hal.Indicator;

    public IGpio Gpio => _hal.Gpio;

    public IRadio Radio => _hal.Radio;

    public IMqttFactory Mqtt => _hal.Mqtt;

    public IUpdateStore Updates => _hal.Updates;

    public bool CanReuseTlsSession => _hal.Sockets.CanReuseTlsSession;

    public int MaxSockets => _hal.Sockets.MaxSockets;

    public int OpenSockets => _hal.Sockets.OpenSockets;

    public IByteStream ConnectTcp(string host, int port, int timeoutMs) => _hal.Sockets.ConnectTcp(host, port, timeoutMs);

    public IByteStream ConnectTls(string host, int port, TlsOptions options, int timeoutMs) => _hal.Sockets.ConnectTls(host, port, options, timeoutMs);

    public IByteStream StartTls(IByteStream tcp, string host, TlsOptions options, int timeoutMs, CancellationToken cancel) =>
        _hal.Sockets.StartTls(tcp, host, options, timeoutMs, cancel);

    public IUdpSocket OpenUdp(int localPort, string? localAddress) => new AnsweredSocket(this, _hal.Sockets.OpenUdp(localPort, localAddress));

    private sealed class AnsweredSocket(AnsweredHal hal, IUdpSocket socket) : IUdpSocket
    {
        public int LocalPort => socket.LocalPort;

        public string RemoteAddress => socket.RemoteAddress;

        public void JoinMulticast(string group) => socket.JoinMulticast(group);

        public void Send(byte[] buffer, int offset, int count, string address, int port)
        {
            socket.Send(buffer, offset, count, address, port);
            hal._sent++;
        }

        public int Receive(byte[] buffer, int timeoutMs)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (true)
            {
                // What was sent before it said so is there by then.
                bool isAnswered = hal._responder.Handled >= hal._sent;
                int count = socket.Receive(buffer, isAnswered ? 0 : 1);
                if (count >= 0)
                {
                    return count;
                }

                if (isAnswered)
                {
                    hal._clock.Advance(timeoutMs);
                    return count;
                }

                Assert.IsLessThan(Patience.LimitMs, watch.ElapsedMilliseconds, "the responder hears nothing");
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
