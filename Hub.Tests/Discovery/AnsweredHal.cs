using System;
using System.Diagnostics;
using Hub.Core.Hal;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

/// <summary>
/// The laptop's HAL for a search that a <see cref="ScriptedMdnsResponder"/> answers: a reception ends without a datagram only once the
/// responder has dealt with all that was asked, and only then time passes, at once. Thread: one.
/// </summary>
internal sealed class AnsweredHal : ForwardingHal
{
    private readonly ScriptedMdnsResponder _responder;
    private readonly ManualClock _clock = new();
    private int _sent;

    public AnsweredHal(IHal hal, ScriptedMdnsResponder responder)
        : base(hal)
    {
        _responder = responder;
        Sockets = new AnsweredSockets(this, hal.Sockets);
    }

    public override IClock Clock => _clock;

    public override ISocketFactory Sockets { get; }

    private sealed class AnsweredSockets(AnsweredHal hal, ISocketFactory sockets) : ForwardingSockets(sockets)
    {
        public override IUdpSocket OpenUdp(int localPort, string? localAddress) => new AnsweredSocket(hal, base.OpenUdp(localPort, localAddress));
    }

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
