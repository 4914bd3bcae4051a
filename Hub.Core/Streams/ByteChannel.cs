using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Streams;

/// <summary>
/// One connection to a peer, as HTTP, WebSockets, MQTT and FTP use it: a HAL stream, a window for what came in, and the one
/// place where the stream's errors get the peer's name. Every wait is at most as long as its caller says; callers wait in
/// slices of <see cref="SliceMs"/>, so that a cancellation is seen that soon. Nothing here allocates, errors excepted.
/// </summary>
/// <remarks>
/// Thread: one owner. <see cref="Close"/> from another thread ends the owner's wait with an error where the HAL's stream ends it.
/// The window is rented from the pool when there is something to read and stays until it is released.
/// An error closes the channel unless <see cref="StaysOpen"/> is set; a cancellation does only if it cut off what was being sent.
/// </remarks>
internal sealed class ByteChannel
{
    /// <summary>Longest single wait, in ms.</summary>
    internal const int SliceMs = 100;

    private static readonly byte[] s_none = new byte[0];

    private readonly IHal _hal;
    private readonly string _subject;
    private readonly byte[] _ownWindow;
    private IByteStream? _stream;

    /// <summary>Makes it closed, with a window that is rented from the pool.</summary>
    /// <param name="hal">Clock and buffers.</param>
    /// <param name="place">The peer's host and port, for messages.</param>
    /// <param name="subject">What ends when it is cancelled, such as "the request to host:80".</param>
    internal ByteChannel(IHal hal, string place, string subject)
        : this(hal, place, subject, s_none)
    {
    }

    /// <summary>The same with a window of its own, for a connection that must not fail for want of a buffer.</summary>
    internal ByteChannel(IHal hal, string place, string subject, byte[] ownWindow)
    {
        _hal = hal;
        _subject = subject;
        _ownWindow = ownWindow;
        Place = place;
    }

    /// <summary>The peer's host and port, for messages.</summary>
    internal string Place { get; }

    /// <summary>What the peer did when a read fails.</summary>
    internal string ReadLoss { get; set; } = "broke the connection";

    /// <summary>What the peer did when a write fails.</summary>
    internal string WriteLoss { get; set; } = "broke the connection";

    /// <summary>True when the owner closes after an error: an answer may still be there to be read although a write broke.</summary>
    internal bool StaysOpen { get; set; }

    /// <summary>True for a window of a large buffer where the machine has them: much comes at once.</summary>
    internal bool HasLargeWindow { get; set; }

    internal bool IsOpen => _stream != null;

    /// <summary>The address that it leads to; null where that is not known.</summary>
    internal byte[]? RemoteAddress => (_stream as IRemoteAddress)?.RemoteAddress();

    /// <summary>What the TLS handshake of the present or last connection showed; null on plain TCP.</summary>
    internal TlsPeer? Peer { get; private set; }

    /// <summary>When bytes came last, as <see cref="IClock.NowMs"/>; before the first, when the connection was opened.</summary>
    internal long LastReadMs { get; private set; }

    /// <summary>When the connection last accepted bytes, as <see cref="IClock.NowMs"/>; before the first, when it was opened.</summary>
    internal long LastWrittenMs { get; private set; }

    /// <summary>The window; empty while none is rented.</summary>
    internal byte[] Input { get; private set; } = s_none;

    /// <summary>Where in <see cref="Input"/> the unread bytes begin.</summary>
    internal int InputOffset { get; private set; }

    /// <summary>How many bytes are unread.</summary>
    internal int InputCount { get; private set; }

    /// <summary>The longest wait now: the time that is left, at most <see cref="SliceMs"/>.</summary>
    internal static int Slice(long leftMs)
    {
        if (leftMs <= 0)
        {
            return 0;
        }

        return leftMs < SliceMs ? (int)leftMs : SliceMs;
    }

    /// <summary>Takes over a stream; the channel must be closed.</summary>
    internal void Open(IByteStream stream)
    {
        _stream = stream;
        Peer = stream.Peer;
        LastReadMs = _hal.Clock.NowMs;
        LastWrittenMs = LastReadMs;
    }

    /// <summary>Gives the stream away, for another protocol or for TLS; what came in is dropped and the channel is closed.</summary>
    internal IByteStream Detach()
    {
        ReleaseInput();
        IByteStream stream = Stream();
        _stream = null;
        return stream;
    }

    /// <summary>Gives the connection to another, closed channel, with what came in already.</summary>
    internal void MoveTo(ByteChannel other)
    {
        byte[] input = Input;
        Input = s_none;
        other.Input = input;
        other.InputOffset = InputOffset;
        other.InputCount = InputCount;
        other.ReleaseEmptyInput();
        other.Open(Detach());
    }

    /// <summary>
    /// Reads on, after the unread bytes, which move to the window's front; there must be room for more. Errors:
    /// <see cref="ErrorCode.ConnectionLost"/>, and <see cref="ErrorCode.OutOfMemory"/>, which closes nothing.
    /// </summary>
    /// <returns>Bytes read, 0 at the end, -1 when nothing came in this time.</returns>
    internal int Fill(int timeoutMs)
    {
        // No buffer is rented in vain; where there is one already, the read itself waits, which saves a system call.
        if (Input.Length == 0)
        {
            if (!WaitReadable(timeoutMs))
            {
                return -1;
            }

            timeoutMs = 0;
        }

        ThrowIfClosed();
        RentInput();
        if (InputOffset > 0)
        {
            Array.Copy(Input, InputOffset, Input, 0, InputCount);
            InputOffset = 0;
        }

        int read = Read(Input, InputCount, Input.Length - InputCount, timeoutMs);
        InputCount += Math.Max(read, 0);
        return read;
    }

    /// <summary>Marks unread bytes as read; they stay where they are until the next <see cref="Fill"/>.</summary>
    internal void Take(int count)
    {
        InputOffset += count;
        InputCount -= count;
    }

    /// <summary>Reads past the window, once all in it was read. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    /// <returns>Bytes read, 0 at the end, -1 when nothing came in this time.</returns>
    internal int Read(byte[] target, int offset, int count, int timeoutMs)
    {
        IByteStream stream = Stream();
        try
        {
            int read = stream.Read(target, offset, count, timeoutMs);
            if (read > 0)
            {
                LastReadMs = _hal.Clock.NowMs;
            }

            return read;
        }
        catch (Exception error)
        {
            if (error is not HubException && _stream != null)
            {
                throw;
            }

            throw Broken(error, ReadLoss);
        }
    }

    /// <summary>True when nothing came unasked: bytes or an end mean that an idle connection is of no more use. Throws nothing.</summary>
    internal bool IsQuiet()
    {
        try
        {
            return InputCount == 0 && !WaitReadable(0);
        }
        catch (HubException)
        {
            return false;
        }
    }

    /// <summary>
    /// Has the event set once there is something to read, at once if there is now; false where the machine's streams cannot, or on a
    /// closed channel: its owner has to wait in a read. What is unread in the window does not count. Throws nothing.
    /// </summary>
    internal bool TrySignal(AutoResetEvent readable)
    {
        IReadSignal? stream = _stream as IReadSignal;
        stream?.SignalReadable(readable);
        return stream != null;
    }

    /// <summary>Offers bytes. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    /// <returns>Bytes accepted, 0 when none were in this time.</returns>
    internal int Write(byte[] bytes, int offset, int count, int timeoutMs)
    {
        IByteStream stream = Stream();
        try
        {
            int accepted = stream.Write(bytes, offset, count, timeoutMs);
            if (accepted > 0)
            {
                LastWrittenMs = _hal.Clock.NowMs;
            }

            return accepted;
        }
        catch (Exception error)
        {
            if (error is not HubException && _stream != null)
            {
                throw;
            }

            throw Broken(error, WriteLoss);
        }
    }

    /// <summary>For how many ms the connection has accepted nothing, counted from <paramref name="sinceMs"/> at the earliest.</summary>
    internal long StalledMs(long sinceMs) => _hal.Clock.NowMs - (LastWrittenMs > sinceMs ? LastWrittenMs : sinceMs);

    /// <summary>
    /// Sends all bytes. Errors: <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Cancelled"/>,
    /// after which the channel stays open if nothing of the message was sent.
    /// </summary>
    /// <param name="bytes">A message or a part of it.</param>
    /// <param name="count">How many of its bytes.</param>
    /// <param name="isBegun">True when the message's beginning was sent before.</param>
    /// <param name="untilMs">When all must have been accepted, as <see cref="IClock.NowMs"/>.</param>
    /// <param name="late">What the peer does if they were not.</param>
    /// <param name="cancel">Seen within <see cref="SliceMs"/>.</param>
    internal void Send(byte[] bytes, int count, bool isBegun, long untilMs, string late, CancellationToken cancel)
    {
        int sent = 0;
        while (true)
        {
            if (cancel.IsCancellationRequested)
            {
                if (isBegun || sent > 0)
                {
                    Close();
                }

                throw Cancelled();
            }

            sent += Write(bytes, sent, count - sent, Slice(untilMs - _hal.Clock.NowMs));
            if (sent == count)
            {
                return;
            }

            if (_hal.Clock.NowMs >= untilMs)
            {
                throw Failed(ErrorCode.Timeout, late);
            }
        }
    }

    /// <summary>Makes sure of the window. Errors: <see cref="ErrorCode.OutOfMemory"/>.</summary>
    internal void RentInput()
    {
        if (Input.Length == 0)
        {
            Input = _ownWindow.Length > 0 ? _ownWindow : HasLargeWindow ? WindowBuffer.Rent(_hal.Buffers, long.MaxValue) : _hal.Buffers.Rent();
        }
    }

    /// <summary>Gives the window back when nothing unread is in it.</summary>
    internal void ReleaseEmptyInput()
    {
        if (InputCount == 0)
        {
            ReleaseInput();
        }
    }

    /// <summary>Gives the window back; what is unread in it is dropped.</summary>
    internal void ReleaseInput()
    {
        byte[] input = Input;
        Input = s_none;
        InputOffset = 0;
        InputCount = 0;
        if (input.Length > 0 && input != _ownWindow)
        {
            _hal.Buffers.Return(input);
        }
    }

    /// <summary>Closes at once; no error when it is closed already.</summary>
    internal void Close()
    {
        ReleaseInput();
        IByteStream? stream = _stream;
        _stream = null;
        stream?.Dispose();
    }

    /// <summary>Breaks off, so that the peer does not take half of something for the whole where the machine allows it. Throws nothing.</summary>
    internal void Abort()
    {
        (_stream as IAbortable)?.Abort();
        Close();
    }

    /// <summary>Throws <see cref="ErrorCode.Cancelled"/> after a cancellation; the channel stays as it is.</summary>
    internal void ThrowIfCancelled(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>An error about the peer; closes unless <see cref="StaysOpen"/> is set.</summary>
    internal HubException Failed(ErrorCode code, string what)
    {
        CloseAfterError();
        return new HubException(code, Place + " " + what);
    }

    private HubException Cancelled() => new HubException(ErrorCode.Cancelled, _subject + " was cancelled");

    /// <summary>Waits, once, until a read would return at once; false when it would not within this time. Errors: <see cref="ErrorCode.ConnectionLost"/>.</summary>
    internal bool WaitReadable(int timeoutMs)
    {
        IByteStream stream = Stream();
        try
        {
            return stream.WaitReadable(timeoutMs);
        }
        catch (Exception error)
        {
            if (error is not HubException && _stream != null)
            {
                throw;
            }

            throw Broken(error, ReadLoss);
        }
    }

    private IByteStream Stream() => _stream ?? throw Closed();

    private void ThrowIfClosed() => Stream();

    private HubException Closed() => new HubException(ErrorCode.ConnectionLost, "the connection to " + Place + " is closed");

    /// <summary>What the owner is to hear; a stream that another thread closed may throw anything.</summary>
    private HubException Broken(Exception error, string loss)
    {
        if (_stream == null)
        {
            return Closed();
        }

        CloseAfterError();
        HubException known = (HubException)error;
        return known.Code == ErrorCode.ConnectionLost ? new HubException(known.Code, Place + " " + loss, known) : known;
    }

    private void CloseAfterError()
    {
        if (!StaysOpen)
        {
            Close();
        }
    }
}
