using Hub.Core.Errors;
using Hub.Core.Json;

namespace Hub.Core.Hal;

/// <summary>
/// A received message. The object belongs to the client, which reuses it: it is valid until the client's next call. A payload that fits the
/// client's receive buffer lies there whole; the rest of a larger one is read with <see cref="Read"/>. Thread: the client's owner.
/// </summary>
public abstract class MqttMessage : IJsonSource
{
    /// <summary>The topic.</summary>
    public abstract string Topic { get; }

    /// <summary>Bytes of the whole payload.</summary>
    public abstract int Length { get; }

    /// <summary>Quality of service it was delivered with: 0 or 1.</summary>
    public abstract int Qos { get; }

    /// <summary>True for a retained message: the broker stored it before the subscription.</summary>
    public abstract bool IsRetained { get; }

    /// <summary>The array that holds the payload, or its beginning.</summary>
    public abstract byte[] Buffer { get; }

    /// <summary>Where in <see cref="Buffer"/> the payload begins.</summary>
    public abstract int Offset { get; }

    /// <summary>Payload bytes in <see cref="Buffer"/>; less than <see cref="Length"/> for a large message.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Copies the next payload bytes, beginning with the first; with <see cref="Buffer"/> itself as the target only those after the
    /// first <see cref="Count"/>, which are there already. It waits for them at most 10 s, for the whole message at most
    /// 60 s, and ends when the call that returned this message is cancelled. Errors: <see cref="ErrorCode.ConnectionLost"/>,
    /// <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <returns>Bytes copied, 0 after the last one.</returns>
    public abstract int Read(byte[] target, int offset, int count);

    /// <summary>
    /// Starts a reader on the payload without a copy or a further buffer: a payload that is larger than
    /// <see cref="Buffer"/> is read through it. The reader passes on the errors of <see cref="Read"/>.
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
