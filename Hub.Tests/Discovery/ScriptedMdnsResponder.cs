using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Tests.Support;

namespace Hub.Tests.Discovery;

/// <summary>Hears questions on the multicast group of loopback, on a port of its own, and answers with what a test says.</summary>
internal sealed class ScriptedMdnsResponder : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<string, int, Action<MdnsWriter>?> _answer;
    private readonly Thread _loop;
    private int _handled;

    /// <param name="answer">Gets name and type of a question; writes the answer, or is null for none.</param>
    public ScriptedMdnsResponder(Func<string, int, Action<MdnsWriter>?> answer)
    {
        _answer = answer;
        _socket.Bind(new IPEndPoint(IPAddress.Any, UdpPorts.Next()));
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse(MdnsTypes.Group), IPAddress.Loopback));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;

        // No thread of the pool, where it may have to wait for one.
        _loop = new Thread(Loop) { IsBackground = true };
        _loop.Start();
    }

    public int Port { get; }

    /// <summary>The questions that came, as "name type".</summary>
    public ConcurrentQueue<string> Questions { get; } = new();

    /// <summary>Datagrams that were dealt with: the answers are sent.</summary>
    public int Handled => Volatile.Read(ref _handled);

    public void Dispose()
    {
        _socket.Dispose();
        Patience.Join(_loop, "the responder's end");
    }

    private void Loop()
    {
        byte[] buffer = new byte[9000];
        byte[] answer = new byte[1472];
        MdnsWriter writer = new(answer);
        MdnsReader reader = new();
        try
        {
            while (true)
            {
                EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
                int count = _socket.ReceiveFrom(buffer, ref sender);
                reader.Begin(buffer, 0, count);
                while (reader.Next() == MdnsItem.Question)
                {
                    Questions.Enqueue(reader.Name + " " + reader.Type);
                    Action<MdnsWriter>? write = _answer(reader.Name, reader.Type);
                    if (write != null)
                    {
                        writer.BeginResponse(reader.Id);
                        write(writer);
                        _socket.SendTo(answer, writer.Count, SocketFlags.None, sender);
                    }
                }

                Interlocked.Increment(ref _handled);
            }
        }
        catch (SocketException)
        {
            // Closed by the test.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }
}
