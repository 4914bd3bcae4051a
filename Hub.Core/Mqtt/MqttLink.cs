using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Mqtt;

/// <summary>
/// A HAL stream and the window its bytes are read into. The window is rented only while there is something in it.
/// An error that leaves the connection useless closes it. Thread: one owner.
/// </summary>
internal sealed class MqttLink
{
    /// <summary>Longest single wait, so that a cancellation is seen soon.</summary>
    internal const int WaitSliceMs = 100;

    private const int WriteTimeoutMs = 10000;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly string _peer;
    private IByteStream? _stream;
    private byte[] _window = s_none;

    internal MqttLink(IHal hal, string peer)
    {
        _hal = hal;
        _peer = peer;
    }

    internal bool IsOpen => _stream != null;

    /// <summary>Holds the unread bytes; empty while none is rented.</summary>
    internal byte[] Window => _window;

    /// <summary>Where the unread bytes begin.</summary>
    internal int Offset { get; private set; }

    /// <summary>Unread bytes in the window.</summary>
    internal int Count { get; private set; }

    /// <summary>When a packet was sent last, as <see cref="IClock.NowMs"/>.</summary>
    internal long LastSentMs { get; private set; }

    internal void Open(IByteStream stream)
    {
        _stream = stream;
        LastSentMs = _hal.Clock.NowMs;
    }

    /// <summary>Marks unread bytes as read; they stay where they are until the next <see cref="Fill"/>.</summary>
    internal void Drop(int count)
    {
        Offset += count;
        Count -= count;
    }

    /// <summary>Reads on behind the unread bytes, which move to the window's front. Errors: <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.OutOfMemory"/>.</summary>
    /// <returns>False when nothing came in this time.</returns>
    internal bool Fill(int timeoutMs)
    {
        if (!WaitReadable(timeoutMs))
        {
            ReleaseEmptyWindow();
            return false;
        }

        if (_window.Length == 0)
        {
            _window = _hal.Buffers.Rent();
        }

        if (Offset > 0)
        {
            Array.Copy(_window, Offset, _window, 0, Count);
            Offset = 0;
        }

        int read = Read(_window, Count, _window.Length - Count, 0);
        Count += Math.Max(read, 0);
        return read > 0;
    }

    /// <summary>Reads past the window, once all in it was read. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    /// <returns>Bytes read, -1 when nothing came in this time.</returns>
    internal int Read(byte[] target, int offset, int count, int timeoutMs)
    {
        int read;
        try
        {
            read = _stream!.Read(target, offset, count, timeoutMs);
        }
        catch (HubException error)
        {
            throw Broken(error);
        }

        return read == 0 ? throw Lost("closed the MQTT connection") : read;
    }

    /// <summary>
    /// Sends bytes. Errors: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.Cancelled"/>, after which the connection lives on if nothing of the packet was sent.
    /// </summary>
    /// <param name="bytes">A packet or a part of it.</param>
    /// <param name="count">How many of its bytes.</param>
    /// <param name="isBegun">True when the packet's beginning was sent before.</param>
    /// <param name="cancel">Gives up within 100 ms.</param>
    internal void Send(byte[] bytes, int count, bool isBegun, CancellationToken cancel)
    {
        long untilMs = _hal.Clock.NowMs + WriteTimeoutMs;
        int sent = 0;
        while (true)
        {
            if (cancel.IsCancellationRequested)
            {
                throw Cancelled(isBegun || sent > 0);
            }

            sent += Write(bytes, sent, count - sent);
            if (sent == count)
            {
                LastSentMs = _hal.Clock.NowMs;
                return;
            }

            if (_hal.Clock.NowMs >= untilMs)
            {
                Close();
                throw new HubException(ErrorCode.Timeout, _peer + " does not read: an MQTT packet could not be sent in time");
            }
        }
    }

    /// <summary>Sends the farewell, if the peer takes it at once.</summary>
    internal void SendFarewell(byte[] bytes, int count)
    {
        try
        {
            _stream!.Write(bytes, 0, count, WaitSliceMs);
        }
        catch (HubException)
        {
            // The connection ends anyway.
        }
    }

    /// <summary>Closes the stream and gives the window back.</summary>
    internal void Close()
    {
        Count = 0;
        ReleaseEmptyWindow();
        IByteStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }

    /// <summary>Gives the window back when nothing unread is in it.</summary>
    internal void ReleaseEmptyWindow()
    {
        if (Count == 0)
        {
            Offset = 0;
            byte[] window = _window;
            _window = s_none;
            if (window.Length > 0)
            {
                _hal.Buffers.Return(window);
            }
        }
    }

    internal HubException Lost(string what)
    {
        Close();
        return new HubException(ErrorCode.ConnectionLost, _peer + " " + what);
    }

    internal HubException Cancelled(bool isUseless)
    {
        if (isUseless)
        {
            Close();
        }

        return new HubException(ErrorCode.Cancelled, "the MQTT connection to " + _peer + " was cancelled");
    }

    internal static int SliceMs(long leftMs)
    {
        if (leftMs <= 0)
        {
            return 0;
        }

        return leftMs < WaitSliceMs ? (int)leftMs : WaitSliceMs;
    }

    private bool WaitReadable(int timeoutMs)
    {
        try
        {
            return _stream!.WaitReadable(timeoutMs);
        }
        catch (HubException error)
        {
            throw Broken(error);
        }
    }

    private int Write(byte[] bytes, int offset, int count)
    {
        try
        {
            return _stream!.Write(bytes, offset, count, WaitSliceMs);
        }
        catch (HubException error)
        {
            throw Broken(error);
        }
    }

    private HubException Broken(HubException error)
    {
        Close();
        return error.Code == ErrorCode.ConnectionLost ? new HubException(ErrorCode.ConnectionLost, _peer + " broke the MQTT connection", error) : error;
    }
}
