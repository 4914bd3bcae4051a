using System;
using System.Buffers;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Virtual.Bambu;

/// <summary>One passive data connection: a port, one client, one transfer. Thread: the session's task.</summary>
internal sealed class BambuFtpData : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_stallTimeout = TimeSpan.FromSeconds(60);

    private readonly VirtualBambu _printer;
    private readonly Socket _listener;
    private Socket? _socket;
    private Stream? _stream;

    public BambuFtpData(VirtualBambu printer, IPAddress address)
    {
        _printer = printer;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(1);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Keeps the client waiting.</summary>
    /// <returns>True when it began its handshake, or its file, in this time.</returns>
    public async Task<bool> IsEarlyAsync(int milliseconds, CancellationToken stop)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(s_connectTimeout);
        try
        {
            _socket = await _listener.AcceptAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }

        await Task.Delay(milliseconds, stop).ConfigureAwait(false);
        return _socket.Available > 0;
    }

    /// <summary>Ignores the client until it gives up, and returns the reply.</summary>
    public async Task<string> IgnoreAsync(CancellationToken stop)
    {
        byte[] ignored = new byte[1024];
        try
        {
            while (await _socket!.ReceiveAsync(ignored, stop).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It gave up.
        }

        return "426 Failure reading network stream.";
    }

    /// <summary>Waits for the client; null when it is connected, otherwise the reply that refuses it. Like vsftpd, it completes the handshake before it refuses a session that was not resumed.</summary>
    public async Task<string?> ConnectAsync(bool isPrivate, CancellationToken stop)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(s_connectTimeout);
        try
        {
            _socket ??= await _listener.AcceptAsync(timeout.Token).ConfigureAwait(false);
            if (!isPrivate)
            {
                _stream = new NetworkStream(_socket, ownsSocket: true);
                return null;
            }

            (SslStream stream, bool isResumed) = await _printer.Tls.AcceptAsync(_socket, timeout.Token).ConfigureAwait(false);
            _stream = stream;
            return isResumed || !(_printer.Faults.RequireSessionReuse ?? _printer.Model.RequiresSessionReuse) ? null : "522 SSL connection failed: session reuse required";
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "425 Failed to establish connection.";
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return "522 SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page";
        }
    }

    /// <summary>Writes the received bytes to a file of the card and returns the reply; null when the server stays silent.</summary>
    /// <param name="path">On the card.</param>
    /// <param name="offset">Where to begin in an existing file (REST, APPE); 0 replaces it.</param>
    /// <param name="stop">Ends the printer.</param>
    public async Task<string?> ReceiveAsync(string path, long offset, CancellationToken stop)
    {
        VirtualBambuFaults faults = _printer.Faults;
        long free = _printer.Card.FreeBytes;
        long received = 0;
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            using FileStream file = offset > 0 && _printer.Storage.Find(path) is { } full ? new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete) : _printer.Storage.Create(path);
            file.Seek(offset, SeekOrigin.Begin);
            using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(stop);
            while (true)
            {
                stall.CancelAfter(s_stallTimeout);
                int count = await _stream!.ReadAsync(block, stall.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                if (received + count > free)
                {
                    return "552 No space left on the card.";
                }

                long kept = faults.StoreAtMostBytes > 0 ? Math.Clamp(faults.StoreAtMostBytes - received, 0, count) : count;
                file.Write(block, 0, (int)kept);
                received += count;
                if (faults.DropDataAfterBytes > 0 && received >= faults.DropDataAfterBytes)
                {
                    BambuListener.Break(_socket!);
                    return "426 Failure reading network stream.";
                }

                if (faults.CardBytesPerSecond > 0)
                {
                    double behind = (received / (double)faults.CardBytesPerSecond) - watch.Elapsed.TotalSeconds;
                    await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, behind)), stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return "426 Failure reading network stream.";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        await Task.Delay(faults.CompleteDelayMs, stop).ConfigureAwait(false);
        if (faults.LoseConfirmation != null)
        {
            return null;
        }

        return faults.AnswerAborted ? "426 Failure reading network stream." : "226 Transfer complete.";
    }

    /// <summary>Sends the whole stream and returns the reply.</summary>
    public async Task<string?> SendAsync(Stream source, CancellationToken stop)
    {
        try
        {
            await source.CopyToAsync(_stream!, stop).ConfigureAwait(false);
            if (_stream is SslStream tls)
            {
                await tls.ShutdownAsync().ConfigureAwait(false);
            }

            return "226 Transfer complete.";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "426 Failure writing network stream.";
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _stream?.Dispose();
        _socket?.Dispose();
    }
}
