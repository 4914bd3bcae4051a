using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Tunnel;

/// <summary>A file that the cloud sends over the tunnel (file_begin). Thread: the tunnel's for what comes in.</summary>
internal sealed class CloudStream : CloudFile
{
    private readonly FileStreams _streams;
    private readonly StreamSource _source;

    /// <summary>Makes it.</summary>
    /// <param name="owner">Whom it belongs to.</param>
    /// <param name="order">What the cloud wants.</param>
    /// <param name="streams">The streams of the connection.</param>
    /// <param name="streamId">Its id among them.</param>
    /// <param name="size">Bytes of the file.</param>
    /// <param name="wake">Set when there is credit to give.</param>
    public CloudStream(CloudFiles owner, FileOrder order, FileStreams streams, long streamId, long size, AutoResetEvent wake)
        : base(owner, order)
    {
        _streams = streams;
        _source = new StreamSource(owner.Hal.Clock, owner.Hal.Buffers, size, wake);
        StreamId = streamId;
    }

    /// <summary>Its id on this connection.</summary>
    public long StreamId { get; }

    /// <inheritdoc/>
    public override HubException? TryBegin()
    {
        try
        {
            _streams.Add(this);
        }
        catch (HubException e)
        {
            return e;
        }

        // A refusal ends it by itself, and is what the command is answered with.
        Refusal = Upload(_source);
        return null;
    }

    /// <summary>Why its upload was refused at once; null when it is on its way.</summary>
    public HubException? Refusal { get; private set; }

    /// <summary>Bytes came.</summary>
    public void Put(byte[] bytes, int offset, int count)
    {
        HubException? error = count < 1 || count > FileFrame.MaxPayloadBytes
            ? new HubException(ErrorCode.BadResponse, "the cloud sent " + count.ToString() + " bytes at once: a frame has 1 to " + FileFrame.MaxPayloadBytes.ToString())
            : _source.Put(bytes, offset, count);
        EndWith(error);
    }

    /// <summary>True while the cloud may send.</summary>
    public bool IsExpecting => _source.IsExpecting;

    /// <summary>No more has come for now.</summary>
    public void Flush() => _source.Flush();

    /// <summary>The cloud has sent all.</summary>
    public void End() => EndWith(_source.End());

    /// <summary>The cloud cancels it.</summary>
    public void Cancelled(string? error) => TryCancel(new HubException(
        ErrorCode.Cancelled, "the cloud cancelled the file" + (error == null ? "" : ": " + error)));

    /// <summary>The connection is gone. A file that has come whole goes on.</summary>
    public void ConnectionLost()
    {
        if (!_source.IsEnded)
        {
            TryCancel(new HubException(ErrorCode.SourceFailed, "the connection to the cloud broke before the whole file had come: send it again"));
        }
    }

    /// <summary>What the cloud may send besides; 0 for nothing.</summary>
    public long TakeCredit() => _source.TakeCredit();

    /// <inheritdoc/>
    protected override void StopSource(HubException why)
    {
        _source.Fail(why);
        _streams.Remove(this, Owner.Log.Masked(why).Message);
    }

    /// <inheritdoc/>
    protected override void CloseSource(string? error)
    {
        // What has come whole needs no word to the cloud but its result.
        _streams.Remove(this, _source.IsEnded ? null : error ?? "the file is not needed any more");
        _source.Dispose();
    }

    private void EndWith(HubException? error)
    {
        if (error != null)
        {
            TryCancel(error);
        }
    }
}
