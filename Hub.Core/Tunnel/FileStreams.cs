using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Tunnel;

/// <summary>
/// The streams of the present connection, by their ids. What is wrong with one ends that one alone; frames that were on their way when it
/// ended are dropped. Thread: the tunnel's for what comes in and goes out, any for <see cref="Remove"/>.
/// </summary>
internal sealed class FileStreams
{
    /// <summary>Ids of ended streams that are remembered, and refusals that wait to be sent.</summary>
    private const int Remembered = 64;

    private readonly ArrayList _open = new ArrayList();

    /// <summary>The last ids of streams that the cloud knows to be over; -1 for none.</summary>
    private readonly long[] _over = new long[Remembered];

    /// <summary>file_cancel messages to be sent.</summary>
    private readonly Queue _refusals = new Queue();

    /// <summary>The stream that got the last frame. Thread: the tunnel's.</summary>
    private CloudStream? _last;

    /// <summary>The same, while it was not flushed.</summary>
    private CloudStream? _fresh;

    private int _overCount;
    private int _turn;

    public FileStreams()
    {
        ForgetAll();
    }

    /// <summary>Adds a stream. Errors: <see cref="ErrorCode.BadResponse"/> when its id is in use.</summary>
    public void Add(CloudStream stream)
    {
        lock (_open)
        {
            if (Find(stream.StreamId) != null)
            {
                throw new HubException(ErrorCode.BadResponse, "stream_id " + stream.StreamId.ToString() + " is in use: end that stream first");
            }

            Forget(stream.StreamId);
            _open.Add(stream);
        }
    }

    /// <summary>A stream is over; the cloud is told when it still sends.</summary>
    /// <param name="stream">The stream; one that is not there any more is ignored.</param>
    /// <param name="error">Why the hub ended it; null when the cloud knows that it is over.</param>
    public void Remove(CloudStream stream, string? error)
    {
        lock (_open)
        {
            if (_open.Contains(stream))
            {
                _open.Remove(stream);
                Close(stream.StreamId, error);
            }
        }
    }

    /// <summary>A binary message came. Null, or what is wrong with the cloud where no stream is to blame.</summary>
    public string? Frame(byte[] message, int offset, int length)
    {
        long id = FileFrame.StreamIdOf(message, offset, length);
        if (id < 0)
        {
            return "it sent binary data that is no part of a file";
        }

        CloudStream? stream = Locked(id);
        if (stream == null)
        {
            return Unknown(id);
        }

        if (stream != _fresh)
        {
            Flush();
            _fresh = stream;
            _last = stream;
        }

        stream.Put(message, offset + FileFrame.HeaderBytes, length - FileFrame.HeaderBytes);
        return null;
    }

    /// <summary>True when the stream that got the last frame is to get more. Thread: the tunnel's.</summary>
    public bool IsExpecting => _last != null && _last.IsExpecting;

    /// <summary>No more frames are there for now. Thread: the tunnel's.</summary>
    public void Flush()
    {
        _fresh?.Flush();
        _fresh = null;
    }

    /// <summary>file_end came. Null, or what is wrong.</summary>
    public string? End(long id)
    {
        CloudStream? stream = Locked(id);
        if (stream == null)
        {
            return Unknown(id);
        }

        stream.End();
        return null;
    }

    /// <summary>file_cancel came; the cloud may have sent it for a stream that ended at the same time.</summary>
    public void Cancel(long id, string? error)
    {
        CloudStream? stream = Locked(id);
        if (stream != null)
        {
            Remove(stream, null);
            stream.Cancelled(error);
        }
    }

    /// <summary>The connection is gone, and with it all streams that were not complete.</summary>
    public void Lost()
    {
        CloudStream[] streams;
        lock (_open)
        {
            _last = null;
            streams = new CloudStream[_open.Count];
            _open.CopyTo(streams);
            _open.Clear();
            ForgetAll();
            _refusals.Clear();
        }

        for (int i = 0; i < streams.Length; i++)
        {
            streams[i].ConnectionLost();
        }
    }

    /// <summary>Writes the next message about streams; false when there is none. It counts as sent: a connection that loses it ends its stream.</summary>
    public bool TryWrite(TunnelMessages messages)
    {
        lock (_open)
        {
            if (_refusals.Count > 0)
            {
                Refusal refusal = (Refusal)_refusals.Dequeue()!;
                messages.FileCancel(refusal.StreamId, refusal.Error);
                return true;
            }

            for (int i = 0; i < _open.Count; i++)
            {
                // In turn, so that no stream waits for another.
                _turn = (_turn + 1) % _open.Count;
                CloudStream stream = (CloudStream)_open[_turn]!;
                long bytes = stream.TakeCredit();
                if (bytes > 0)
                {
                    messages.FileCredit(stream.StreamId, bytes);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Answers what came for a stream that there is not: once, as more may be on its way.</summary>
    private string? Unknown(long id)
    {
        if (id < 0)
        {
            return "it sent a message about a stream without stream_id";
        }

        lock (_open)
        {
            if (PlaceOf(id) >= 0)
            {
                return null;
            }

            Close(id, "there is no stream " + id.ToString());
        }

        return "it sent data for a stream that it had not begun";
    }

    private void Close(long id, string? error)
    {
        Forget(id);
        _over[_overCount % Remembered] = id;
        _overCount++;
        if (error != null && _refusals.Count < Remembered)
        {
            _refusals.Enqueue(new Refusal(id, error));
        }
    }

    private int PlaceOf(long overId)
    {
        for (int i = 0; i < Remembered; i++)
        {
            if (_over[i] == overId)
            {
                return i;
            }
        }

        return -1;
    }

    private void Forget(long overId)
    {
        int place = PlaceOf(overId);
        if (place >= 0)
        {
            _over[place] = -1;
        }
    }

    private void ForgetAll()
    {
        for (int i = 0; i < Remembered; i++)
        {
            _over[i] = -1;
        }
    }

    private CloudStream? Locked(long id)
    {
        lock (_open)
        {
            return Find(id);
        }
    }

    private CloudStream? Find(long id)
    {
        for (int i = 0; i < _open.Count; i++)
        {
            CloudStream stream = (CloudStream)_open[i]!;
            if (stream.StreamId == id)
            {
                return stream;
            }
        }

        return null;
    }

    /// <summary>A stream that the hub ended. Immutable.</summary>
    private sealed class Refusal
    {
        public Refusal(long streamId, string error)
        {
            StreamId = streamId;
            Error = error;
        }

        public long StreamId { get; }

        public string Error { get; }
    }
}
