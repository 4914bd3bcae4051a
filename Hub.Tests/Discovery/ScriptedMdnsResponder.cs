using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Hub.Core.Discovery;

namespace Hub.Tests.Discovery;

/// <summary>Hears questions on the multicast group of loopback, on a port of its own, and answers with what a test says.</summary>
internal sealed class ScriptedMdnsResponder : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<string, int, Action<MdnsWriter>?> _answer;
    private readonly Task _loop;

    /// <param name="answer">Gets name and type of a question; writes the answer, or is null for none.</param>
    public ScriptedMdnsResponder(Func<string, int, Action<MdnsWriter>?> answer)
    {
        _answer = answer;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse(MdnsTypes.Group), IPAddress.Loopback));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _loop = Task.Run(LoopAsync);
    }

    public int Port { get; }

    /// <summary>The questions that came, as "name type".</summary>
    public ConcurrentQueue<string> Questions { get; } = new();

    public void Dispose()
    {
        _socket.Dispose();
        _loop.Wait();
    }

    private async Task LoopAsync()
    {
        byte[] buffer = new byte[9000];
        byte[] answer = new byte[1472];
        MdnsWriter writer = new(answer);
        MdnsReader reader = new();
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                reader.Begin(buffer, 0, got.ReceivedBytes);
                while (reader.Next() == MdnsItem.Question)
                {
                    Questions.Enqueue(reader.Name + " " + reader.Type);
                    Action<MdnsWriter>? write = _answer(reader.Name, reader.Type);
                    if (write != null)
                    {
                        writer.BeginResponse(reader.Id);
                        write(writer);
                        await _socket.SendToAsync(answer.AsMemory(0, writer.Count), SocketFlags.None, got.RemoteEndPoint);
                    }
                }
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
