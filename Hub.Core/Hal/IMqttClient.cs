using System;
using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// One connection to an MQTT 3.1.1 broker. It has no thread of its own: calls of <see cref="Receive"/> keep it
/// alive. Thread: one owner. Errors: what <see cref="ISocketFactory"/> throws,
/// <see cref="ErrorCode.AuthRejected"/> for refused credentials, <see cref="ErrorCode.ConnectionLost"/>,
/// <see cref="ErrorCode.BadResponse"/> for bytes that are not MQTT.
/// </summary>
public interface IMqttClient : IDisposable
{
    /// <summary>True from a successful <see cref="Connect"/> until the connection ends.</summary>
    bool IsConnected { get; }

    /// <summary>What the TLS handshake showed; null without TLS or before the first connect.</summary>
    TlsPeer? Peer { get; }

    /// <summary>Connects and waits for the broker's answer.</summary>
    void Connect(CancellationToken cancel);

    /// <summary>Subscribes to a topic. A refusal is thrown by the <see cref="Receive"/> that reads it.</summary>
    /// <param name="filter">Topic filter, wildcards allowed.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="cancel">Seen within 100 ms.</param>
    void Subscribe(string filter, int qos, CancellationToken cancel);

    /// <summary>Sends a message. The client never resends one with QoS 1, not even after a reconnect.</summary>
    /// <returns>The packet's id for <see cref="IsAcknowledged"/>; 0 with QoS 0.</returns>
    int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel);

    /// <summary>True once a <see cref="Receive"/> has read the broker's acknowledgement of a message with QoS 1.</summary>
    bool IsAcknowledged(int packetId);

    /// <summary>
    /// Waits for the next message and does what the protocol requires in the meantime (pings, acknowledgements). The message
    /// before it becomes invalid; bytes of it that were not read are skipped.
    /// </summary>
    /// <param name="waitMs">Longest wait; 0 only checks.</param>
    /// <param name="cancel">Ends the wait within 100 ms.</param>
    /// <returns>The message, or null when none arrived.</returns>
    MqttMessage? Receive(int waitMs, CancellationToken cancel);

    /// <summary>
    /// Has the event set, once, when <see cref="Receive"/> has something to do, at once if it has now; false where this client cannot: its
    /// owner then waits in <see cref="Receive"/>. <see cref="Receive"/> has to be called once a second at least even so. Throws nothing.
    /// </summary>
    /// <param name="arrived">Set from any thread, perhaps for nothing, also after the connection was closed.</param>
    bool TrySignal(AutoResetEvent arrived);

    /// <summary>Says goodbye to the broker, so that it publishes no last will, and closes. Throws nothing.</summary>
    void Disconnect();
}
