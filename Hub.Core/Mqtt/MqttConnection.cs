using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Mqtt;

/// <summary>The channel to a broker and how packets are sent over it. Thread: one owner.</summary>
internal sealed class MqttConnection
{
    private const int WriteTimeoutMs = 10000;

    private readonly IHal _hal;

    /// <summary>Makes it closed.</summary>
    internal MqttConnection(IHal hal, string place)
    {
        _hal = hal;
        Channel = new ByteChannel(hal, place, "the MQTT connection to " + place)
        {
            ReadLoss = "broke the MQTT connection",
            WriteLoss = "broke the MQTT connection",
        };
    }

    /// <summary>The connection itself.</summary>
    internal ByteChannel Channel { get; }

    /// <summary>Sends a packet or a part of it. Errors: those of <see cref="ByteChannel.Send"/>.</summary>
    internal void Send(byte[] bytes, int count, bool isBegun, CancellationToken cancel) =>
        Channel.Send(bytes, count, isBegun, _hal.Clock.NowMs + WriteTimeoutMs, "does not read: an MQTT packet could not be sent in time", cancel);

    /// <summary>Sends a packet before the connection is closed, if the broker accepts it at once. Throws nothing.</summary>
    internal void SendLast(byte[] packet)
    {
        try
        {
            Channel.Write(packet, 0, packet.Length, ByteChannel.SliceMs);
        }
        catch (HubException)
        {
            // The connection ends anyway.
        }
    }

    /// <summary>Throws <see cref="ErrorCode.ConnectionLost"/> unless the connection is open.</summary>
    internal void ThrowIfClosed()
    {
        if (!Channel.IsOpen)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the MQTT connection to " + Channel.Place + " is closed");
        }
    }
}
