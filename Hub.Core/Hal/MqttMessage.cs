using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Hal;

/// <summary>
/// A received message. The object is the client's and used again: valid until its next call. A payload that fits the
/// client's receive buffer lies there whole; a larger one is read on with <see cref="Read"/>. Thread: the client's owner.
/// </summary>
public abstract class MqttMessage : IJsonSource
{
    /// <summary>The topic.</summary>
    public abstract string Topic { get; }

    /// <summary>Bytes of the whole payload.</summary>
    public abstract int Length { get; }

    /// <summary>Quality of service it came with: 0 or 1.</summary>
    public abstract int Qos { get; }

    /// <summary>True for a message that the broker had kept.</summary>
    public abstract bool IsRetained { get; }

    /// <summary>The array that holds the payload, or its beginning.</summary>
    public abstract byte[] Buffer { get; }

    /// <summary>Where in <see cref="Buffer"/> the payload begins.</summary>
    public abstract int Offset { get; }

    /// <summary>Payload bytes in <see cref="Buffer"/>; less than <see cref="Length"/> for a large message.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Copies payload bytes on, from the first one; with <see cref="Buffer"/> itself as target only those behind the
    /// first <see cref="Count"/>, which lie there already. It waits for them at most 10 s, for the whole message at most
    /// 60 s, and no longer than the cancellation of the call that gave this message. Errors: <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <returns>Bytes copied, 0 behind the last one.</returns>
    public abstract int Read(byte[] target, int offset, int count);

    /// <summary>
    /// Starts a reader on the payload, without a copy of it and without a further buffer: one that is larger than
    /// <see cref="Buffer"/> is read through it. Errors of <see cref="Read"/> come out of the reader.
    /// </summary>
    public void BeginJson(JsonReader reader)
    {
        if (Count == Length)
        {
            reader.Reset(Buffer, Offset, Count);
        }
        else
        {
            reader.Reset(this, Buffer, Offset, Count);
        }
    }
}
