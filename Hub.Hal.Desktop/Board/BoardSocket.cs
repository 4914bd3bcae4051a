using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A TCP socket with the board's calls, and the SslStream over it once TLS has begun, driven without time limits: its handshake, the rest of a record
/// and a write stop every other thread. Thread: one owner, <see cref="Close"/> excepted.
/// </summary>
internal sealed class BoardSocket(SingleCore core, Socket socket) : IRawSocket
{
    private const int MaxPlainBytes = 16 * 1024;
    private const int CloseNotifyMs = 500;

    private HubSslStream? _tls;
    private byte[] _plain = [];
    private int _plainStart;
    private int _plainEnd;

    public int Pending => _plainEnd - _plainStart;

    public byte[]? RemoteAddress => SocketPlace.AddressOf(socket);

    public void Connect(byte[] address, int port, int timeoutMs)
    {
        core.Call();
        using CancellationTokenSource limit = new(Math.Max(1, timeoutMs));
        try
        {
            SocketCalls.Do(() =>
            {
                socket.ConnectAsync(new IPEndPoint(new IPAddress(address), port), limit.Token).AsTask().GetAwaiter().GetResult();
                socket.NoDelay = true;
                return true;
            });
        }
        catch (OperationCanceledException)
        {
            throw new RawSocketException(RawSocketException.TimedOut);
        }
        finally
        {
            core.Woken();
        }
    }

    public void StartTls(string serverName, string? caPem, bool isVerified)
    {
        core.Call();
        HubSslStream tls = new(new RecordStream(socket));
        _tls = tls;
        _plain = new byte[MaxPlainBytes];
        int code = core.Frozen(() =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            int failure = Handshake(tls, serverName, caPem, isVerified);
            int leftMs = core.HandshakeMs() - (int)watch.ElapsedMilliseconds;
            Thread.Sleep(Math.Max(0, failure == 0 ? leftMs : 0));
            return failure;
        });
        if (code != 0)
        {
            throw new RawTlsException(code);
        }
    }

    public bool CanRead(int timeoutMs) => Poll(timeoutMs, SelectMode.SelectRead);

    public bool CanWrite(int timeoutMs) => Poll(timeoutMs, SelectMode.SelectWrite);

    public int Receive(byte[] buffer, int offset, int count)
    {
        core.Call();
        int read;
        if (_tls == null)
        {
            NoteIfBlind();
            read = SocketCalls.Do(() => socket.Receive(buffer, offset, count, SocketFlags.None));
        }
        else
        {
            if (Pending == 0)
            {
                NoteIfBlind();
                HubSslStream tls = _tls;
                _plainStart = 0;
                _plainEnd = 0;
                _plainEnd = core.Frozen(() => SocketCalls.Do(() => tls.Read(_plain, 0, _plain.Length)));
            }

            read = Math.Min(count, Pending);
            Array.Copy(_plain, _plainStart, buffer, offset, read);
            _plainStart += read;
        }

        core.Bytes(read);
        return read;
    }

    public void Send(byte[] buffer, int offset, int count)
    {
        core.Call();
        core.Bytes(count);
        HubSslStream? tls = _tls;
        if (tls == null)
        {
            SocketCalls.Do(() => SendAll(buffer, offset, count));
            return;
        }

        core.Frozen(() => SocketCalls.Do(() =>
        {
            tls.Write(buffer, offset, count);
            return true;
        }));
    }

    public void Close()
    {
        core.Pass();
        try
        {
            socket.SendTimeout = CloseNotifyMs;
            _tls?.ShutdownAsync().Wait(CloseNotifyMs);
        }
        catch (Exception)
        {
            // The close_notify is a courtesy, which a broken connection does not accept.
        }

        socket.Dispose();
        _tls?.Dispose();
    }

    /// <summary>0, or mbedTLS's number for what went wrong.</summary>
    private static int Handshake(HubSslStream tls, string serverName, string? caPem, bool isVerified)
    {
        const int NotTrusted = -0x2700;
        const int NoTls = -0x7300;
        const int BadVersion = -0x6E80;
        const int EndOfConnection = -0x7280;
        const int FatalAlert = -0x7780;

        // Whom it trusts is decided as on the desktop, apart from what RawSockets refuses before.
        TlsOptions options = new() { ServerName = serverName, CaPem = caPem, Insecure = !isVerified, Tls12Only = true };
        try
        {
            tls.AuthenticateAsClient(TlsTrust.For(options, serverName).Authentication);
            return 0;
        }
        catch (AuthenticationException e)
        {
            string text = e.ToString();
            return tls.Problem != null ? NotTrusted
                : text.Contains("protocol version", StringComparison.OrdinalIgnoreCase) ? BadVersion
                : e.InnerException == null ? NoTls : FatalAlert;
        }
        catch (HubException)
        {
            return NotTrusted;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return EndOfConnection;
        }
    }

    private bool Poll(int timeoutMs, SelectMode mode)
    {
        core.Call();
        if (SocketCalls.Do(() => socket.Poll(0, mode)))
        {
            return true;
        }

        if (timeoutMs <= 0)
        {
            return false;
        }

        bool isReady = SocketCalls.Do(() => socket.Poll(TimeSpan.FromMilliseconds(timeoutMs), mode));
        core.Woken();
        return isReady;
    }

    private bool SendAll(byte[] buffer, int offset, int count)
    {
        int end = offset + count;
        while (offset < end)
        {
            offset += socket.Send(buffer, offset, end - offset, SocketFlags.None);
        }

        return true;
    }

    private void NoteIfBlind()
    {
        if (!SocketCalls.Do(() => socket.Poll(0, SelectMode.SelectRead)))
        {
            core.NoteBlindRead();
        }
    }
}
