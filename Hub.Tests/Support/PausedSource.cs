using System;
using System.Threading;
using Hub.Core.Streams;

namespace Hub.Tests.Support;

/// <summary>A file that stops coming at some positions until it is told to go on.</summary>
/// <param name="file">The whole file.</param>
/// <param name="stops">Where it stops, in order.</param>
internal sealed class PausedSource(IUploadSource file, long[] stops) : IUploadSource, IDisposable
{
    private readonly AutoResetEvent _goOn = new(false);
    private long _position;
    private int _stop;
    private int _emptyReads;
    private int _reads;

    public long Length { get; } = file.Length;

    /// <summary>How often nothing came since it stopped.</summary>
    public int EmptyReads => Volatile.Read(ref _emptyReads);

    /// <summary>Reads so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Goes on to the next stop.</summary>
    public void GoOn()
    {
        Volatile.Write(ref _emptyReads, 0);
        _goOn.Set();
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        Interlocked.Increment(ref _reads);
        if (_stop < stops.Length && _position == stops[_stop])
        {
            if (!_goOn.WaitOne(timeoutMs))
            {
                Interlocked.Increment(ref _emptyReads);
                return SourceRead.NothingYet;
            }

            _stop++;
        }

        int most = _stop < stops.Length ? (int)Math.Min(count, stops[_stop] - _position) : count;
        int read = file.Read(buffer, offset, most, timeoutMs);
        _position += read;
        return read;
    }

    public void Dispose() => _goOn.Dispose();
}
