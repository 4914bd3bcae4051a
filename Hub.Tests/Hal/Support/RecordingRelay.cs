using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Hub.Tests.Hal;

/// <summary>Passes bytes between a client and a loopback server and reads the TLS 1.2 records on the way (RFC 5246, 6.2.1 and 7.4).</summary>
internal sealed class RecordingRelay : IDisposable
{
    private const byte ChangeCipherSpec = 20;
    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte CertificateMessage = 11;
    private const int RecordHeader = 5;

    private readonly LoopbackServer _front;
    private readonly List<byte> _fromClient = [];
    private readonly List<byte> _fromServer = [];

    public RecordingRelay(int serverPort, Action<Socket>? accepted = null)
    {
        _front = new LoopbackServer(async client =>
        {
            accepted?.Invoke(client);
            using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await server.ConnectAsync("127.0.0.1", serverPort);
            await Task.WhenAny(PassAsync(client, server, _fromClient), PassAsync(server, client, _fromServer));
        });
    }

    public int Port => _front.Port;

    /// <summary>True when the server showed its certificate: not so when a session was resumed.</summary>
    public bool HasServerCertificate
    {
        get
        {
            foreach ((byte type, byte[] body) in Records(_fromServer))
            {
                if (type == ChangeCipherSpec)
                {
                    break;
                }

                if (type == Handshake && HasMessage(body, CertificateMessage))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True when the client sent an alert; after the handshake that is its close_notify.</summary>
    public bool HasClientAlert => Records(_fromClient).Exists(record => record.Type == Alert);

    public void Dispose() => _front.Dispose();

    private static bool HasMessage(byte[] body, byte message)
    {
        for (int i = 0; i + 4 <= body.Length; i += 4 + (body[i + 1] << 16) + (body[i + 2] << 8) + body[i + 3])
        {
            if (body[i] == message)
            {
                return true;
            }
        }

        return false;
    }

    private static List<(byte Type, byte[] Body)> Records(List<byte> recorded)
    {
        byte[] bytes;
        lock (recorded)
        {
            bytes = recorded.ToArray();
        }

        var records = new List<(byte Type, byte[] Body)>();
        int size;
        for (int i = 0; i + RecordHeader <= bytes.Length; i += RecordHeader + size)
        {
            size = (bytes[i + 3] << 8) + bytes[i + 4];
            if (i + RecordHeader + size <= bytes.Length)
            {
                records.Add((bytes[i], bytes[(i + RecordHeader)..(i + RecordHeader + size)]));
            }
        }

        return records;
    }

    private static async Task PassAsync(Socket from, Socket to, List<byte> record)
    {
        byte[] buffer = new byte[16 * 1024];
        int size;
        while ((size = await from.ReceiveAsync(buffer)) > 0)
        {
            lock (record)
            {
                record.AddRange(buffer[..size]);
            }

            await to.SendAsync(buffer.AsMemory(0, size));
        }
    }
}
