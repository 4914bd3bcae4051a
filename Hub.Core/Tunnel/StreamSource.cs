using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Tunnel;

/// <summary>
/// A file that comes over the tunnel as the source of an upload. The tunnel's thread puts in what comes and waits for nothing; the transfer's
/// thread takes it out. The cloud gets credit only once the upload reads, so one that waits for its turn holds no buffer. The end is
/// reported only after the cloud's file_end, so that a file with more bytes than announced is never stored whole. Thread: any for the members
/// unless they say otherwise; the owner disposes of it once nothing reads it.
/// </summary>
internal sealed class StreamSource : IUploadSource, IDisposable
{
    /// <summary>Buffers of one window where the pool has no large ones: 64 KiB on the board.</summary>
    private const int Buffers = 4;

    /// <summary>The same of large ones: 4 MiB on a laptop. A round trip of 50 ms then allows 80 MiB/s; with 1 MiB it allows 20.</summary>
    private const int LargeBuffers = 16;

    private readonly object _gate = new object();
    private readonly AutoResetEvent _came = new AutoResetEvent(false);
    private readonly IClock _clock;
    private readonly IBufferPool _pool;
    private readonly AutoResetEvent _wake;
    private byte[][]? _buffers;
    private StreamWindow? _window;
    private HubException? _failure;
    private bool _isWaiting;
    private bool _isEnded;

    /// <summary>The tunnel's thread is copying into the window, which must not be given back meanwhile.</summary>
    private bool _isPutting;
    private bool _isDisposed;

    /// <summary>Makes it; it holds no buffer yet.</summary>
    /// <param name="clock">By which a read waits.</param>
    /// <param name="pool">Where its window is rented.</param>
    /// <param name="size">Bytes of the file, at least 1.</param>
    /// <param name="wake">Set when there is credit to give.</param>
    public StreamSource(IClock clock, IBufferPool pool, long size, AutoResetEvent wake)
    {
        _clock = clock;
        _pool = pool;
        Length = size;
        _wake = wake;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>True once the cloud has sent the whole file and said so.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _isEnded;
            }
        }
    }

    /// <summary>
    /// Reads on. Errors: <see cref="ErrorCode.OutOfMemory"/> when there is no buffer for its window, and why it was ended
    /// (<see cref="Fail"/>). Thread: the transfer's.
    /// </summary>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        long untilMs = _clock.NowMs + timeoutMs;
        StreamWindow window = _window ?? Open();
        while (true)
        {
            int available = Available(window, count);
            if (available > 0)
            {
                window.CopyOut(buffer, offset, available);
                Took(window, available);
                return available;
            }

            if (available == 0)
            {
                return 0;
            }

            long leftMs = untilMs - _clock.NowMs;
            if (leftMs <= 0)
            {
                return SourceRead.NothingYet;
            }

            _clock.Wait(_came, (int)leftMs);
        }
    }

    /// <summary>
    /// Keeps bytes that came; a waiting upload reads on once they are a quarter of the window, or at the next <see cref="Flush"/>, so that
    /// it sends them in few pieces. Null, or why the stream has to end. Thread: the tunnel's.
    /// </summary>
    public HubException? Put(byte[] bytes, int offset, int count)
    {
        bool isWaiting;
        StreamWindow window;
        byte[][]? left;
        lock (_gate)
        {
            if (_failure != null)
            {
                return null;
            }

            long received = _window == null ? 0 : _window.Received;
            if (_isEnded || count > Length - received)
            {
                return new HubException(ErrorCode.SourceChanged, "the cloud sent more than the " + Length.ToString() + " bytes that it announced: send the file again");
            }

            if (_window == null || !_window.MayCome(count))
            {
                return new HubException(ErrorCode.BadResponse, "the cloud sent more than it had credit for");
            }

            window = _window;
            _isPutting = true;
        }

        // Not under the lock, which the upload would wait for.
        window.CopyIn(bytes, offset, count);
        lock (_gate)
        {
            _isPutting = false;
            window.Put(count);
            left = _isDisposed ? TakeBuffers() : null;
            isWaiting = _isWaiting && window.IsWorthTaking;
            _isWaiting = _isWaiting && !isWaiting;
        }

        GiveBack(left);

        if (isWaiting)
        {
            _came.Set();
        }

        return null;
    }

    /// <summary>No more has come for now: a waiting upload reads what there is. Thread: the tunnel's.</summary>
    public void Flush()
    {
        bool isWaiting;
        lock (_gate)
        {
            isWaiting = _isWaiting && _window != null && _window.Available > 0;
            _isWaiting = _isWaiting && !isWaiting;
        }

        if (isWaiting)
        {
            _came.Set();
        }
    }

    /// <summary>The cloud has sent all. Null, or why the stream has to end. Thread: the tunnel's.</summary>
    public HubException? End()
    {
        lock (_gate)
        {
            long received = _window == null ? 0 : _window.Received;
            if (received < Length)
            {
                return new HubException(
                    ErrorCode.SourceChanged, "the cloud sent " + received.ToString() + " of the " + Length.ToString() + " bytes that it announced: send the file again");
            }

            _isEnded = true;
        }

        _came.Set();
        return null;
    }

    /// <summary>Ends it: the next read throws this.</summary>
    public void Fail(HubException error)
    {
        lock (_gate)
        {
            _failure ??= error;
        }

        _came.Set();
    }

    /// <summary>True while the cloud may send.</summary>
    public bool IsExpecting
    {
        get
        {
            lock (_gate)
            {
                return _window != null && _failure == null && _window.Granted > _window.Received;
            }
        }
    }

    /// <summary>What the cloud is to be allowed to send besides; 0 for nothing. Each amount is returned once.</summary>
    public long TakeCredit()
    {
        lock (_gate)
        {
            return _window == null || _failure != null ? 0 : _window.Grant();
        }
    }

    /// <summary>Gives the window back, at once or when what is just coming has been copied.</summary>
    public void Dispose()
    {
        byte[][]? buffers;
        lock (_gate)
        {
            _failure ??= new HubException(ErrorCode.Cancelled, "the stream was closed");
            _isDisposed = true;
            buffers = _isPutting ? null : TakeBuffers();
        }

        GiveBack(buffers);
    }

    /// <summary>The window's buffers, for who gives them back; null the second time. Under the lock.</summary>
    private byte[][]? TakeBuffers()
    {
        byte[][]? buffers = _buffers;
        _buffers = null;
        return buffers;
    }

    private void GiveBack(byte[][]? buffers)
    {
        for (int i = 0; buffers != null && i < buffers.Length; i++)
        {
            _pool.Return(buffers[i]);
        }
    }

    /// <summary>Bytes to be read now; 0 at the end, -1 for none yet.</summary>
    private int Available(StreamWindow window, int count)
    {
        lock (_gate)
        {
            if (_failure != null)
            {
                throw _failure;
            }

            if (window.Available > 0)
            {
                return window.Available < count ? (int)window.Available : count;
            }

            if (window.Taken == Length && _isEnded)
            {
                return 0;
            }

            _isWaiting = true;
            return SourceRead.NothingYet;
        }
    }

    private void Took(StreamWindow window, int count)
    {
        bool isDue;
        lock (_gate)
        {
            window.Take(count);
            isDue = window.CreditDue > 0;
        }

        if (isDue)
        {
            _wake.Set();
        }
    }

    private StreamWindow Open()
    {
        byte[][] buffers = Rent();
        StreamWindow window = new StreamWindow(buffers, Length);
        lock (_gate)
        {
            _buffers = buffers;
            _window = window;
        }

        _wake.Set();
        return window;
    }

    /// <summary>As many buffers as the file needs, at most a window's. Errors: <see cref="ErrorCode.OutOfMemory"/>; none is held then.</summary>
    private byte[][] Rent()
    {
        byte[] first = WindowBuffer.Rent(_pool, Length);
        long needed = (Length + first.Length - 1) / first.Length;
        int most = first.Length > _pool.BufferSize ? LargeBuffers : Buffers;
        byte[][] buffers = new byte[needed < most ? (int)needed : most][];
        buffers[0] = first;
        int count = 1;
        HubException? failure = null;
        try
        {
            for (; count < buffers.Length; count++)
            {
                buffers[count] = WindowBuffer.Rent(_pool, Length);
            }
        }
        catch (HubException e)
        {
            failure = e;
        }

        if (failure == null)
        {
            return buffers;
        }

        for (int i = 0; i < count; i++)
        {
            _pool.Return(buffers[i]);
        }

        throw failure;
    }
}
