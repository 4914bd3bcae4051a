using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Streams;

namespace Hub.Core.Mqtt;

/// <summary>
/// What a client reads: answers, pongs and messages, one after another. Acknowledges messages, and pings a broker to which
/// nothing else was sent. Thread: one owner.
/// </summary>
internal sealed class MqttReceiver
{
    private const int MaxStallMs = 10000;

    /// <summary>Most packets without a message that are dealt with in a row, so that the owner sees its inbox in between: a window holds thousands.</summary>
    private const int PacketsPerTurn = 16;

    /// <summary>How long a message larger than the window may take: its reader waits for it and can do nothing else.</summary>
    private const int MaxMessageMs = 60000;

    private static readonly byte[] s_pingreq = { MqttPackets.Pingreq << 4, 0 };

    private readonly IHal _hal;
    private readonly MqttKeepAlive _keepAlive;
    private readonly MqttConnection _connection;
    private readonly ByteChannel _channel;
    private readonly MqttCodec _codec;
    private readonly MqttInbound _message;
    private readonly MqttPacketIds _ids;
    private readonly byte[] _puback = { MqttPackets.Puback << 4, 2, 0, 0 };
    private CancellationToken _cancel;

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

    /// <summary>True when <see cref="TakePackets"/> left packets in the window.</summary>
    private bool _isTurnOver;

    internal MqttReceiver(IHal hal, MqttOptions options, MqttConnection connection, MqttPacketIds ids)
    {
        _hal = hal;
        _keepAlive = new MqttKeepAlive(options.KeepAliveSeconds);
        _connection = connection;
        _channel = connection.Channel;
        _codec = new MqttCodec(_channel.Place, options.MaxPacketBytes, hal.Buffers.BufferSize - MqttPackets.MaxPublishOverhead);
        _message = new MqttInbound(this);
        _ids = ids;
    }

    /// <summary>True when the broker kept a session across the last CONNECT.</summary>
    internal bool IsSessionPresent { get; private set; }

    /// <summary>True when nothing of what has arrived is left to process: the last <see cref="Receive"/> found no message.</summary>
    internal bool IsDrained { get; private set; }

    /// <summary>Makes it ready for another connection.</summary>
    internal void Start()
    {
        _codec.Start();
        _isGathering = false;
        _left = 0;
        _skip = 0;
        IsDrained = false;
        _isTurnOver = false;
        _unacknowledged = 0;
        _keepAlive.Start();
    }

    /// <summary>Waits for the answer to the CONNECT. Errors: see <see cref="CoreMqttClient.Connect"/>.</summary>
    internal void AwaitConnack(long untilMs, CancellationToken cancel)
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
            throw MqttConnackCodes.Refusal(_channel.Place, _codec.ReturnCode);
        }

        IsSessionPresent = _codec.IsSessionPresent;
        _channel.ReleaseEmptyInput();
    }

    /// <summary>See <see cref="IMqttClient.Receive"/>.</summary>
    internal MqttMessage? Receive(int waitMs, CancellationToken cancel)
    {
        _connection.ThrowIfClosed();
        _cancel = cancel;
        LeaveMessage();
        long untilMs = _hal.Clock.NowMs + waitMs;
        long leftMs = waitMs;
        do
        {
            _channel.ThrowIfCancelled(cancel);
            bool isReady = Step(ByteChannel.Slice(leftMs));
            IsDrained = !isReady && !_isTurnOver;
            if (isReady)
            {
                return _message;
            }

            leftMs = untilMs - _hal.Clock.NowMs;
        }
        while (leftMs > 0);

        return null;
    }

    /// <summary>Acknowledges the present message, if the broker accepts that at once: for a client that disconnects.</summary>
    internal void AcknowledgeLast()
    {
        if (_unacknowledged > 0 && _left == 0 && _skip == 0)
        {
            FillPuback();
            _connection.SendLast(_puback);
        }
    }

    /// <summary>Empties the present message.</summary>
    internal void ForgetMessage() => _message.Clear();

    /// <summary>Payload bytes of the present message; see <see cref="MqttMessage.Read"/>.</summary>
    internal int ReadPayload(byte[] target, int offset, int count)
    {
        _connection.ThrowIfClosed();
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

    /// <summary>Processes the bytes that are there, or that arrive in this time, up to the next message.</summary>
    private bool Step(int waitMs)
    {
        if (TakePackets())
        {
            return true;
        }

        KeepAlive();
        if (_isTurnOver)
        {
            return false;
        }

        if (!Fill(waitMs))
        {
            ThrowIfPongOverdue();
            return false;
        }

        _keepAlive.NoteBytes(_hal.Clock.NowMs);
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
        _isTurnOver = false;
        for (int i = 0; SkipRest(); i++)
        {
            Acknowledge();
            if (_isGathering)
            {
                return IsGathered();
            }

            _isTurnOver = i >= PacketsPerTurn;
            if (_isTurnOver)
            {
                return false;
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
                    _keepAlive.NotePong();
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
            throw new HubException(ErrorCode.Refused, _channel.Place + " refuses the subscription to " + filter);
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
            _connection.Send(_puback, _puback.Length, false, _cancel);
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
                _keepAlive.NoteBytes(_hal.Clock.NowMs);
                return read;
            }

            ThrowIfPongOverdue();
            if (_hal.Clock.NowMs >= stalledMs)
            {
                throw _channel.Failed(ErrorCode.Timeout, "fell silent in the middle of a message");
            }
        }
    }

    private void KeepAlive()
    {
        if (_keepAlive.IsPingDue(_hal.Clock.NowMs, _channel.LastWrittenMs))
        {
            _connection.Send(s_pingreq, s_pingreq.Length, false, _cancel);
            _keepAlive.NotePing(_hal.Clock.NowMs);
        }
    }

    /// <summary>Called when nothing is left to read: a pong may be waiting.</summary>
    private void ThrowIfPongOverdue()
    {
        if (_keepAlive.IsPongOverdue(_hal.Clock.NowMs))
        {
            throw _channel.Failed(ErrorCode.ConnectionLost, "does not answer the MQTT ping");
        }
    }
}
