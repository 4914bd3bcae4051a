using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Core.Mqtt;

/// <summary>
/// The core's own MQTT 3.1.1 client over HAL sockets; QoS 0 and 1 both ways. Thread: one owner.
/// </summary>
/// <remarks>
/// It works only while <see cref="Receive"/> runs: pings, acknowledgements and the detection of a silent broker happen
/// there, so its owner must call it often. A message with QoS 1 is acknowledged when its owner asks for the next
/// one or disconnects; it may therefore arrive twice, and both are delivered. While it sends it does not read.
/// A ping that is not answered ends the connection when nothing else arrives either. An error closes it, except a refused subscription, a lack of buffers, wrong arguments and a
/// cancellation between packets. It rents one buffer while there are unread bytes, and another while a message is sent.
/// </remarks>
public sealed class CoreMqttClient : IMqttClient
{
    private static readonly byte[] s_disconnect = { 0xE0, 0 };

    private readonly IHal _hal;
    private readonly MqttOptions _options;
    private readonly MqttConnection _connection;
    private readonly MqttReceiver _receiver;
    private readonly MqttPacketIds _ids = new MqttPacketIds();
    private string? _sentTopic;
    private byte[] _sentTopicUtf8 = new byte[0];
    private bool _isAccepted;

    /// <summary>Makes a client; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets and buffers.</param>
    /// <param name="options">The broker; checked by <see cref="Connect"/>.</param>
    public CoreMqttClient(IHal hal, MqttOptions options)
    {
        _hal = hal;
        _options = options;
        _connection = new MqttConnection(hal, options.Host + ":" + options.Port.ToString());
        _receiver = new MqttReceiver(hal, options, _connection, _ids);
    }

    /// <inheritdoc/>
    public bool IsConnected => _isAccepted && _connection.Channel.IsOpen;

    /// <inheritdoc/>
    public TlsPeer? Peer => _connection.Channel.Peer;

    /// <summary>True when the broker kept a session across the last <see cref="Connect"/>: subscriptions are still in force.</summary>
    public bool IsSessionPresent => _receiver.IsSessionPresent;

    /// <summary>
    /// Connects and waits for the broker's answer; an open connection is closed first. Errors: those of
    /// <see cref="ISocketFactory"/>, <see cref="ErrorCode.ConfigInvalid"/> (an option is wrong),
    /// <see cref="ErrorCode.AuthRejected"/> (CONNACK 4, 5), <see cref="ErrorCode.ServerError"/> (3),
    /// <see cref="ErrorCode.Refused"/> (2, the client id), <see cref="ErrorCode.NotSupported"/> (1, the version),
    /// <see cref="ErrorCode.ConnectionLost"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.BadResponse"/>,
    /// <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <param name="cancel">Ends the wait for the answer within 100 ms; connect and handshake end at their timeout.</param>
    public void Connect(CancellationToken cancel)
    {
        Dispose();
        byte[] packet = MqttPackets.Connect(_options);
        _receiver.Start();
        _isAccepted = false;
        long untilMs = _hal.Clock.NowMs + _options.ConnectTimeoutMs;
        _connection.Channel.Open(_options.Tls == null
            ? _hal.Sockets.ConnectTcp(_options.Host, _options.Port, _options.ConnectTimeoutMs)
            : _hal.Sockets.ConnectTls(_options.Host, _options.Port, _options.Tls, _options.ConnectTimeoutMs));
        try
        {
            _connection.Send(packet, packet.Length, false, cancel);
            _receiver.AwaitConnack(untilMs, cancel);
            _isAccepted = true;
        }
        finally
        {
            Array.Clear(packet, 0, packet.Length);
            if (!_isAccepted)
            {
                Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Subscribe(string filter, int qos, CancellationToken cancel)
    {
        _connection.ThrowIfClosed();
        CheckQos(qos);
        if (filter.Length == 0)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "an MQTT topic filter must not be empty");
        }

        byte[] packet = MqttPackets.SubscribeTo(_ids.Take(filter), filter, qos);
        _connection.Send(packet, packet.Length, false, cancel);
    }

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel)
    {
        _connection.ThrowIfClosed();
        CheckQos(qos);
        if (offset < 0 || count < 0 || count > payload.Length - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        byte[] utf8 = Utf8Of(topic);
        int id = qos > 0 ? _ids.Take(null) : 0;
        byte[] window = _hal.Buffers.Rent();
        try
        {
            int used = MqttPackets.PutPublish(window, utf8, id, count, qos, retain);
            int position = 0;
            do
            {
                int part = Math.Min(window.Length - used, count - position);
                Array.Copy(payload, offset + position, window, used, part);
                _connection.Send(window, used + part, position > 0, cancel);
                position += part;
                used = 0;
            }
            while (position < count);
        }
        finally
        {
            _hal.Buffers.Return(window);
        }

        return id;
    }

    /// <summary>True once the broker's acknowledgement was read; remembered for the last 32 packets, subscriptions included.</summary>
    public bool IsAcknowledged(int packetId) => _ids.IsAnswered(packetId);

    /// <inheritdoc/>
    public MqttMessage? Receive(int waitMs, CancellationToken cancel) => _receiver.Receive(waitMs, cancel);

    /// <inheritdoc/>
    public bool TrySignal(AutoResetEvent arrived)
    {
        bool can = _connection.Channel.TrySignal(arrived);
        if (can && !_receiver.IsDrained)
        {
            arrived.Set();
        }

        return can;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        if (IsConnected)
        {
            _receiver.AcknowledgeLast();
            _connection.SendLast(s_disconnect);
        }

        Dispose();
    }

    /// <summary>Closes at once, without a DISCONNECT: the broker then publishes the last will.</summary>
    public void Dispose()
    {
        _connection.Channel.Close();
        _receiver.ForgetMessage();
    }

    private static void CheckQos(int qos)
    {
        if (qos < 0 || qos > 1)
        {
            throw new HubException(ErrorCode.NotSupported, "MQTT QoS 2 is not supported: use 0 or 1");
        }
    }

    /// <summary>The topic's bytes; sending to the same topic again allocates none.</summary>
    private byte[] Utf8Of(string topic)
    {
        if (topic != _sentTopic)
        {
            _sentTopicUtf8 = MqttPackets.Topic(topic);
            _sentTopic = topic;
        }

        return _sentTopicUtf8;
    }
}
