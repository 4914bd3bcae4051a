using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

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
    private const int WriteTimeoutMs = 10000;
    private const int MaxPongWaitMs = 10000;
    private const int MaxStallMs = 10000;

    /// <summary>How long a message larger than the window may take: its reader waits for it and can do nothing else.</summary>
    private const int MaxMessageMs = 60000;

    private static readonly byte[] s_pingreq = { MqttPackets.Pingreq << 4, 0 };
    private static readonly byte[] s_disconnect = { 0xE0, 0 };

    private readonly IHal _hal;
    private readonly MqttOptions _options;
    private readonly string _peer;
    private readonly MqttCodec _codec;
    private readonly ByteChannel _channel;
    private readonly MqttInbound _message;
    private readonly MqttPacketIds _ids = new MqttPacketIds();
    private readonly byte[] _puback = { MqttPackets.Puback << 4, 2, 0, 0 };
    private string? _sentTopic;
    private byte[] _sentTopicUtf8 = new byte[0];
    private CancellationToken _cancel;
    private bool _isAccepted;

    /// <summary>True while a message's payload is gathered in the window.</summary>
    private bool _isGathering;

    /// <summary>Payload bytes in the window that <see cref="ReadPayload"/> has returned already.</summary>
    private int _given;

    /// <summary>Payload bytes of the present message that are still to arrive.</summary>
    private int _left;

    /// <summary>When they must have arrived.</summary>
    private long _leftDueMs;

    /// <summary>Bytes of an earlier message that are skipped and still to arrive.</summary>
    private int _skip;

    /// <summary>When they must have arrived.</summary>
    private long _skipDueMs;

    /// <summary>Id of a message to acknowledge, or 0.</summary>
    private int _unacknowledged;

    /// <summary>When the answer to a ping is overdue; 0 while none is awaited.</summary>
    private long _pongDueMs;

    /// <summary>Makes a client; nothing is opened yet.</summary>
    /// <param name="hal">Clock, sockets and buffers.</param>
    /// <param name="options">The broker; checked by <see cref="Connect"/>.</param>
    public CoreMqttClient(IHal hal, MqttOptions options)
    {
        _hal = hal;
        _options = options;
        _peer = options.Host + ":" + options.Port.ToString();
        _codec = new MqttCodec(_peer, options.MaxPacketBytes, hal.Buffers.BufferSize - MqttPackets.MaxPublishOverhead);
        _channel = new ByteChannel(hal, _peer, "the MQTT connection to " + _peer)
        {
            ReadLoss = "broke the MQTT connection",
            WriteLoss = "broke the MQTT connection",
        };
        _message = new MqttInbound(this);
    }

    /// <inheritdoc/>
    public bool IsConnected => _isAccepted && _channel.IsOpen;

    /// <inheritdoc/>
    public TlsPeer? Peer => _channel.Peer;

    /// <summary>True when the broker kept a session across the last <see cref="Connect"/>: subscriptions are still in force.</summary>
    public bool IsSessionPresent { get; private set; }

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
        _codec.Start();
        _isAccepted = false;
        _isGathering = false;
        _left = 0;
        _skip = 0;
        _unacknowledged = 0;
        _pongDueMs = 0;
        long untilMs = _hal.Clock.NowMs + _options.ConnectTimeoutMs;
        _channel.Open(_options.Tls == null
            ? _hal.Sockets.ConnectTcp(_options.Host, _options.Port, _options.ConnectTimeoutMs)
            : _hal.Sockets.ConnectTls(_options.Host, _options.Port, _options.Tls, _options.ConnectTimeoutMs));
        try
        {
            Send(packet, packet.Length, false, cancel);
            AwaitConnack(untilMs, cancel);
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
        ThrowIfClosed();
        CheckQos(qos);
        if (filter.Length == 0)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "an MQTT topic filter must not be empty");
        }

        byte[] packet = MqttPackets.SubscribeTo(_ids.Take(filter), filter, qos);
        Send(packet, packet.Length, false, cancel);
    }

    /// <inheritdoc/>
    public int Publish(string topic, byte[] payload, int offset, int count, int qos, bool retain, CancellationToken cancel)
    {
        ThrowIfClosed();
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
                Send(window, used + part, position > 0, cancel);
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
    public MqttMessage? Receive(int waitMs, CancellationToken cancel)
    {
        ThrowIfClosed();
        _cancel = cancel;
        LeaveMessage();
        long untilMs = _hal.Clock.NowMs + waitMs;
        long leftMs = waitMs;
        do
        {
            _channel.ThrowIfCancelled(cancel);
            if (Step(ByteChannel.Slice(leftMs)))
            {
                return _message;
            }

            leftMs = untilMs - _hal.Clock.NowMs;
        }
        while (leftMs > 0);

        return null;
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        if (IsConnected)
        {
            if (_unacknowledged > 0 && _left == 0 && _skip == 0)
            {
                FillPuback();
                SendFarewell(_puback);
            }

            SendFarewell(s_disconnect);
        }

        Dispose();
    }

    /// <summary>Closes at once, without a DISCONNECT: the broker then publishes the last will.</summary>
    public void Dispose()
    {
        _channel.Close();
        _message.Clear();
    }

    /// <summary>Payload bytes of the present message; see <see cref="MqttMessage.Read"/>.</summary>
    internal int ReadPayload(byte[] target, int offset, int count)
    {
        ThrowIfClosed();
        bool isInPlace = ReferenceEquals(target, _message.Buffer);
        if (!isInPlace && _given < _message.Count)
        {
            int copied = Math.Min(count, _message.Count - _given);
            Array.Copy(_message.Buffer, _message.Offset + _given, target, offset, copied);
            _given += copied;
            return copied;
        }

        _given = _message.Count;
        if (_left == 0 || count == 0)
        {
            return 0;
        }

        int read = ReadOn(target, offset, Math.Min(count, _left));
        _left -= read;
        return read;
    }

    private static void CheckQos(int qos)
    {
        if (qos < 0 || qos > 1)
        {
            throw new HubException(ErrorCode.NotSupported, "MQTT QoS 2 is not supported: use 0 or 1");
        }
    }

    private void AwaitConnack(long untilMs, CancellationToken cancel)
    {
        while (Parse() != MqttEvent.Connack)
        {
            _channel.ThrowIfCancelled(cancel);
            long leftMs = untilMs - _hal.Clock.NowMs;
            if (leftMs <= 0)
            {
                throw _channel.Failed(ErrorCode.Timeout, "accepts connections but does not answer the MQTT CONNECT");
            }

            Fill(ByteChannel.Slice(leftMs));
        }

        if (_codec.ReturnCode != 0)
        {
            throw MqttConnackCodes.Refusal(_peer, _codec.ReturnCode);
        }

        IsSessionPresent = _codec.IsSessionPresent;
        _channel.ReleaseEmptyInput();
    }

    /// <summary>Processes the bytes that are there, or that arrive in this time, up to the next message.</summary>
    private bool Step(int waitMs)
    {
        if (TakePackets())
        {
            return true;
        }

        KeepAlive();
        if (!Fill(waitMs))
        {
            ThrowIfPongOverdue();
            return false;
        }

        NoteProgress();
        bool isReady = TakePackets();
        if (_skip > 0 && _hal.Clock.NowMs >= _skipDueMs)
        {
            throw _channel.Failed(ErrorCode.Timeout, "sends a message too slowly");
        }

        return isReady;
    }

    /// <returns>True when a message is ready.</returns>
    private bool TakePackets()
    {
        while (SkipRest())
        {
            Acknowledge();
            if (_isGathering)
            {
                return IsGathered();
            }

            switch (Parse())
            {
                case MqttEvent.NeedInput:
                    return false;
                case MqttEvent.Publish:
                    TakePublish();
                    break;
                case MqttEvent.Puback:
                    _ids.Answer(_codec.PacketId);
                    break;
                case MqttEvent.Suback:
                    TakeSuback();
                    break;
                case MqttEvent.Pingresp:
                    _pongDueMs = 0;
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Reads on; the window returns to the pool while nothing arrives.</summary>
    /// <returns>False when nothing arrived in this time.</returns>
    private bool Fill(int waitMs)
    {
        int read = _channel.Fill(waitMs);
        ThrowIfEnded(read);
        if (read < 0)
        {
            _channel.ReleaseEmptyInput();
        }

        return read > 0;
    }

    private void ThrowIfEnded(int read)
    {
        if (read == 0)
        {
            throw _channel.Failed(ErrorCode.ConnectionLost, "closed the MQTT connection");
        }
    }

    private void Send(byte[] bytes, int count, bool isBegun, CancellationToken cancel) =>
        _channel.Send(bytes, count, isBegun, _hal.Clock.NowMs + WriteTimeoutMs, "does not read: an MQTT packet could not be sent in time", cancel);

    /// <summary>Sends a last packet, if the broker accepts it at once.</summary>
    private void SendFarewell(byte[] packet)
    {
        try
        {
            _channel.Write(packet, 0, packet.Length, ByteChannel.SliceMs);
        }
        catch (HubException)
        {
            // The connection ends anyway.
        }
    }

    private MqttEvent Parse()
    {
        HubException failure;
        try
        {
            MqttEvent found = _codec.Next(_channel.Input, _channel.InputOffset, _channel.InputCount);
            _channel.Take(_codec.Consumed);
            return found;
        }
        catch (HubException e)
        {
            failure = e;
        }

        _channel.Close();
        throw failure;
    }

    private void TakeSuback()
    {
        _ids.Answer(_codec.PacketId);
        if (_codec.ReturnCode == MqttCodec.SubscriptionRefused)
        {
            string filter = _ids.FilterOf(_codec.PacketId) ?? "a topic";
            throw new HubException(ErrorCode.Refused, _peer + " refuses the subscription to " + filter);
        }
    }

    /// <summary>One that is too large is skipped: if the connection ended, the broker would send it again and again.</summary>
    private void TakePublish()
    {
        if (_codec.IsTooLarge)
        {
            _unacknowledged = _codec.PacketId;
            Skip(_codec.PayloadLength);
            return;
        }

        _message.SetHeader(_codec);
        _isGathering = true;
    }

    /// <summary>A payload that fits the window is gathered whole; of a larger one, as much as fits.</summary>
    private bool IsGathered()
    {
        int there = Math.Min(_message.Length, _channel.InputCount);
        if (there < Math.Min(_message.Length, _hal.Buffers.BufferSize))
        {
            return false;
        }

        _message.SetPayload(_channel.Input, _channel.InputOffset, there);
        _channel.Take(there);
        _isGathering = false;
        _given = 0;
        _left = _message.Length - there;
        _leftDueMs = _hal.Clock.NowMs + MaxMessageMs;
        _unacknowledged = _codec.PacketId;
        return true;
    }

    private void LeaveMessage()
    {
        Skip(_left);
        _left = 0;
        _message.Clear();
    }

    private void Skip(int count)
    {
        if (count > 0)
        {
            _skip += count;
            _skipDueMs = _hal.Clock.NowMs + MaxMessageMs;
        }
    }

    /// <returns>True when nothing is left to skip.</returns>
    private bool SkipRest()
    {
        int skipped = Math.Min(_skip, _channel.InputCount);
        _channel.Take(skipped);
        _skip -= skipped;
        return _skip == 0;
    }

    private void Acknowledge()
    {
        if (_unacknowledged > 0)
        {
            FillPuback();
            Send(_puback, _puback.Length, false, _cancel);
            _unacknowledged = 0;
        }
    }

    private void FillPuback() => MqttPackets.PutNumber(_puback, 2, _unacknowledged);

    private int ReadOn(byte[] target, int offset, int count)
    {
        long stalledMs = _hal.Clock.NowMs + MaxStallMs;
        while (true)
        {
            _channel.ThrowIfCancelled(_cancel);
            if (_hal.Clock.NowMs >= _leftDueMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "sends a message too slowly");
            }

            KeepAlive();
            int read = _channel.Read(target, offset, count, ByteChannel.SliceMs);
            ThrowIfEnded(read);
            if (read > 0)
            {
                NoteProgress();
                return read;
            }

            ThrowIfPongOverdue();
            if (_hal.Clock.NowMs >= stalledMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "fell silent in the middle of a message");
            }
        }
    }

    /// <summary>Pings at three quarters of the time after which the broker may drop the client.</summary>
    private void KeepAlive()
    {
        int keepAliveMs = _options.KeepAliveSeconds * 1000;
        if (keepAliveMs > 0 && _pongDueMs == 0 && _hal.Clock.NowMs - _channel.LastWrittenMs >= keepAliveMs / 4 * 3)
        {
            Send(s_pingreq, s_pingreq.Length, false, _cancel);
            _pongDueMs = _hal.Clock.NowMs + PongWaitMs();
        }
    }

    private int PongWaitMs() => Math.Min(_options.KeepAliveSeconds * 1000, MaxPongWaitMs);

    /// <summary>Any bytes show that the broker is alive, and a pong cannot overtake a message that is on its way.</summary>
    private void NoteProgress()
    {
        if (_pongDueMs > 0)
        {
            _pongDueMs = _hal.Clock.NowMs + PongWaitMs();
        }
    }

    /// <summary>Called when nothing is left to read: a pong may be waiting.</summary>
    private void ThrowIfPongOverdue()
    {
        if (_pongDueMs > 0 && _hal.Clock.NowMs >= _pongDueMs)
        {
            throw _channel.Failed(ErrorCode.ConnectionLost, "does not answer the MQTT ping");
        }
    }

    private void ThrowIfClosed()
    {
        if (!_channel.IsOpen)
        {
            throw new HubException(ErrorCode.ConnectionLost, "the MQTT connection to " + _peer + " is closed");
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
