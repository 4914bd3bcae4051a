using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>How a <see cref="Relay"/> passes bytes on; the default is as fast as it can.</summary>
/// <param name="DelayMs">Added in each direction, in ms.</param>
/// <param name="BytesPerSecond">Most that the target gets; 0 for no limit.</param>
internal sealed record RelayPace(int DelayMs = 0, int BytesPerSecond = 0)
{
    /// <summary>What a network of 1 Gbit/s carries of a TCP connection.</summary>
    public const int GigabitBytesPerSecond = 117_000_000;

    /// <summary>True for a target slower than any network of a farm.</summary>
    public bool IsSlow => BytesPerSecond is > 0 and < 1_000_000;
}

/// <summary>
/// A plain TCP relay on loopback, which reads nothing of what it passes on: blocking sockets, one thread for each direction of a connection,
/// pieces of 64 KiB. Thread: any.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>A slow target takes small pieces, as a printer's network does, and little waits for it here.</summary>
    private const int SlowPieceBytes = 4 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly int _targetPort;
    private readonly RelayPace _pace;
    private long _passed;

    /// <summary>Starts it.</summary>
    /// <param name="targetPort">Where it passes everything on to, on loopback.</param>
    /// <param name="pace">How fast.</param>
    public Relay(int targetPort, RelayPace pace)
    {
        _targetPort = targetPort;
        _pace = pace;
        if (pace.IsSlow)
        {
            _listener.Server.ReceiveBufferSize = PieceBytes;
        }

        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Start(Accept);
    }

    public int Port { get; }

    /// <summary>Bytes that the target was given so far.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
        {
            _sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static void Start(Action run) => new Thread(() =>
    {
        try
        {
            run();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection, or the relay, is at its end.
        }
    }) { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            Socket client = Keep(_listener.AcceptSocket());
            Socket target = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            client.NoDelay = target.NoDelay = true;
            target.Connect(IPAddress.Loopback, _targetPort);
            Pass(client, target, isToTarget: true);
            Pass(target, client, isToTarget: false);
        }
    }

    private Socket Keep(Socket socket)
    {
        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        return socket;
    }

    /// <summary>One direction, until its end, which is passed on too; an error ends both.</summary>
    private void Pass(Socket from, Socket to, bool isToTarget)
    {
        void Whole(Action copy)
        {
            try
            {
                copy();
                to.Shutdown(SocketShutdown.Send);
            }
            catch
            {
                from.Dispose();
                to.Dispose();
                throw;
            }
        }

        if (_pace.DelayMs == 0)
        {
            Start(() => Whole(() => Copy(from, to, isToTarget)));
            return;
        }

        DelayLine line = new(_pace.DelayMs);
        Start(() => Whole(() => line.Send(to)));
        Start(() =>
        {
            try
            {
                line.Receive(from);
            }
            finally
            {
                line.End();
            }
        });
    }

    private void Copy(Socket from, Socket to, bool isToTarget)
    {
        bool isPaced = isToTarget && _pace.BytesPerSecond > 0;
        byte[] piece = new byte[_pace.IsSlow ? SlowPieceBytes : PieceBytes];
        long passed = 0;
        long beginMs = Environment.TickCount64;
        int count;
        while ((count = from.Receive(piece)) > 0)
        {
            to.Send(piece.AsSpan(0, count));
            if (isToTarget)
            {
                Interlocked.Add(ref _passed, count);
            }

            passed += count;
            if (isPaced)
            {
                Thread.Sleep((int)Math.Max(0, (passed * 1000 / _pace.BytesPerSecond) - (Environment.TickCount64 - beginMs)));
            }
        }
    }
}
