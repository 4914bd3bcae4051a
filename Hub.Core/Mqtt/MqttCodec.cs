using System;
using Hub.Core.Errors;

namespace Hub.Core.Mqtt;

/// <summary>What <see cref="MqttCodec.Next"/> found.</summary>
public enum MqttEvent
{
    /// <summary>The next packet is not complete: offer the same bytes again, with more after them.</summary>
    NeedInput = 0,

    /// <summary>The broker's answer to CONNECT, see <see cref="MqttCodec.ReturnCode"/>.</summary>
    Connack = 1,

    /// <summary>A message begins; its <see cref="MqttCodec.PayloadLength"/> payload bytes come next and are not the codec's concern.</summary>
    Publish = 2,

    /// <summary>The broker has a message of <see cref="MqttCodec.PacketId"/>.</summary>
    Puback = 3,

    /// <summary>The answer to the SUBSCRIBE of <see cref="MqttCodec.PacketId"/>, see <see cref="MqttCodec.ReturnCode"/>.</summary>
    Suback = 4,

    /// <summary>The answer to an UNSUBSCRIBE.</summary>
    Unsuback = 5,

    /// <summary>The answer to a ping.</summary>
    Pingresp = 6,
}

/// <summary>
/// Turns the bytes of an MQTT 3.1.1 broker into events. No I/O, no waiting and no copy: it reads the front of the
/// caller's bytes and reports how many it consumed. Of a PUBLISH it consumes all but the payload. After warm-up it allocates
/// nothing. Thread: one owner. Errors: <see cref="ErrorCode.BadResponse"/> naming the peer and the rule it broke;
/// after one the codec must be started again.
/// </summary>
public sealed class MqttCodec
{
    /// <summary>The return code of a SUBACK that refuses (MQTT 3.1.1 section 3.9.3).</summary>
    public const int SubscriptionRefused = 0x80;

    private const int MaxLengthBytes = 4;
    private const int MaxConnackCode = 5;

    private readonly string _peer;
    private readonly int _maxPacketBytes;
    private readonly int _maxTopicBytes;
    private readonly MqttTopics _topics = new MqttTopics();
    private bool _isConnected;
    private int _headerBytes;
    private int _length;

    /// <summary>Makes a codec.</summary>
    /// <param name="peer">Host and port, for messages.</param>
    /// <param name="maxPacketBytes">Largest packet that is accepted, header included; a message that is larger is marked with <see cref="IsTooLarge"/>.</param>
    /// <param name="maxTopicBytes">Longest topic of a message that it accepts; the caller must be able to hold 9 bytes more at once.</param>
    public MqttCodec(string peer, int maxPacketBytes, int maxTopicBytes)
    {
        _peer = peer;
        _maxPacketBytes = maxPacketBytes;
        _maxTopicBytes = maxTopicBytes;
    }

    /// <summary>Bytes that the last <see cref="Next"/> consumed.</summary>
    public int Consumed { get; private set; }

    /// <summary>Of a CONNACK: 0 for accepted, 1 to 5 for refused. Of a SUBACK: the granted QoS or <see cref="SubscriptionRefused"/>.</summary>
    public int ReturnCode { get; private set; }

    /// <summary>Of a CONNACK: true when the broker kept a session of this client.</summary>
    public bool IsSessionPresent { get; private set; }

    /// <summary>Of a PUBACK, SUBACK, UNSUBACK or a message with QoS 1: 1 to 65535; otherwise 0.</summary>
    public int PacketId { get; private set; }

    /// <summary>Of a message: 0 or 1.</summary>
    public int Qos { get; private set; }

    /// <summary>Of a message: true when it is a retained one.</summary>
    public bool IsRetained { get; private set; }

    /// <summary>Of a message: true when the broker sent it before and got no acknowledgement.</summary>
    public bool IsDuplicate { get; private set; }

    /// <summary>Of a message: the topic; the same object when the topic recurs.</summary>
    public string Topic { get; private set; } = "";

    /// <summary>Of a message: true when its packet is larger than accepted.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Of a message: bytes of the payload.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Makes it ready for another connection, whose first packet must be a CONNACK.</summary>
    public void Start()
    {
        _isConnected = false;
        Consumed = 0;
    }

    /// <summary>Processes bytes that follow those consumed before, up to the next event.</summary>
    public MqttEvent Next(byte[] input, int offset, int count)
    {
        Consumed = 0;
        if (!TakeHeader(input, offset, count))
        {
            return MqttEvent.NeedInput;
        }

        int kind = input[offset] >> 4;
        if (kind == MqttPackets.Publish)
        {
            return TakePublish(input, offset, count);
        }

        if (count < _headerBytes + _length)
        {
            return MqttEvent.NeedInput;
        }

        Consumed = _headerBytes + _length;
        return TakeAnswer(kind, input, offset + _headerBytes);
    }

    /// <summary>Reads and checks kind, flags and length (MQTT 3.1.1 section 2.2), as far as they have arrived.</summary>
    private bool TakeHeader(byte[] input, int offset, int count)
    {
        if (count == 0)
        {
            return false;
        }

        CheckFirst(input[offset]);
        int length = 0;
        for (int i = 1; i <= MaxLengthBytes && i < count; i++)
        {
            int digit = input[offset + i];
            length |= (digit & 0x7F) << (7 * (i - 1));
            if (digit < 0x80)
            {
                _headerBytes = 1 + i;
                _length = length;
                CheckLength(input[offset] >> 4);
                return true;
            }

            if (i == MaxLengthBytes)
            {
                throw Broken("a length has more than four bytes");
            }
        }

        return false;
    }

    private void CheckFirst(int first)
    {
        int kind = first >> 4;
        if (kind < MqttPackets.Connack || kind > MqttPackets.Pingresp || kind == MqttPackets.Subscribe || kind == MqttPackets.Unsubscribe || kind == MqttPackets.Pingreq)
        {
            throw Broken("packets of kind " + kind.ToString() + " do not come from a broker");
        }

        if (kind >= MqttPackets.Pubrec && kind <= MqttPackets.Pubcomp)
        {
            throw Broken("packets of kind " + kind.ToString() + " belong to QoS 2, which was not requested");
        }

        if (_isConnected == (kind == MqttPackets.Connack))
        {
            throw Broken(_isConnected ? "it accepts the connection twice" : "its first packet does not answer the CONNECT; is this a broker's port?");
        }

        int flags = first & 0x0F;
        if (kind == MqttPackets.Publish)
        {
            CheckPublishFlags(flags);
        }
        else if (flags != 0)
        {
            throw Broken("reserved bits are set");
        }
    }

    private void CheckPublishFlags(int flags)
    {
        int qos = (flags >> 1) & 3;
        if (qos == 3)
        {
            throw Broken("a message has QoS 3");
        }

        if (qos == 2)
        {
            throw Broken("a message has QoS 2, which was not requested");
        }

        if (qos == 0 && (flags & MqttPackets.DuplicateFlag) != 0)
        {
            throw Broken("a message with QoS 0 is marked as sent before");
        }
    }

    private void CheckLength(int kind)
    {
        int expected = 2;
        switch (kind)
        {
            case MqttPackets.Publish:
                return;
            case MqttPackets.Pingresp:
                expected = 0;
                break;
            case MqttPackets.Suback:
                expected = 3;
                break;
            default:
                break;
        }

        if (_length != expected)
        {
            throw Broken("a packet of kind " + kind.ToString() + " has " + _length.ToString() + " bytes instead of " + expected.ToString());
        }
    }

    private MqttEvent TakeAnswer(int kind, byte[] input, int position)
    {
        switch (kind)
        {
            case MqttPackets.Connack:
                return TakeConnack(input[position], input[position + 1]);
            case MqttPackets.Puback:
                TakePacketId(input, position);
                return MqttEvent.Puback;
            case MqttPackets.Suback:
                return TakeSuback(input, position);
            case MqttPackets.Unsuback:
                TakePacketId(input, position);
                return MqttEvent.Unsuback;
            default:
                return MqttEvent.Pingresp;
        }
    }

    private MqttEvent TakeConnack(int flags, int code)
    {
        if (flags > 1)
        {
            throw Broken("reserved bits of its answer to the CONNECT are set");
        }

        if (code > MaxConnackCode)
        {
            throw Broken("it refuses the connection with the unknown code " + code.ToString());
        }

        if (flags == 1 && code != 0)
        {
            throw Broken("it refuses the connection and offers a session");
        }

        IsSessionPresent = flags == 1;
        ReturnCode = code;
        _isConnected = true;
        return MqttEvent.Connack;
    }

    private MqttEvent TakeSuback(byte[] input, int position)
    {
        TakePacketId(input, position);
        ReturnCode = input[position + 2];
        if (ReturnCode > 2 && ReturnCode != SubscriptionRefused)
        {
            throw Broken("it answers a subscription with the unknown code " + ReturnCode.ToString());
        }

        return MqttEvent.Suback;
    }

    private MqttEvent TakePublish(byte[] input, int offset, int count)
    {
        int position = offset + _headerBytes;
        if (count < _headerBytes + 2)
        {
            return _length < 2 ? throw Broken("a message is shorter than its topic") : MqttEvent.NeedInput;
        }

        int flags = input[offset] & 0x0F;
        int idBytes = (flags & MqttPackets.QosFlags) != 0 ? 2 : 0;
        int topicBytes = (input[position] << 8) | input[position + 1];
        int used = 2 + topicBytes + idBytes;
        if (used > _length)
        {
            throw Broken("a message is shorter than its topic");
        }

        if (topicBytes > _maxTopicBytes)
        {
            throw Broken("a topic has " + topicBytes.ToString() + " bytes; at most " + _maxTopicBytes.ToString() + " are read");
        }

        if (count < _headerBytes + used)
        {
            return MqttEvent.NeedInput;
        }

        Topic = _topics.Find(input, position + 2, topicBytes) ?? throw Broken("a message has no valid topic");
        PacketId = 0;
        if (idBytes > 0)
        {
            TakePacketId(input, position + 2 + topicBytes);
        }

        Qos = idBytes / 2;
        IsRetained = (flags & MqttPackets.RetainFlag) != 0;
        IsDuplicate = (flags & MqttPackets.DuplicateFlag) != 0;
        IsTooLarge = _headerBytes + _length > _maxPacketBytes;
        PayloadLength = _length - used;
        Consumed = _headerBytes + used;
        return MqttEvent.Publish;
    }

    private void TakePacketId(byte[] input, int position)
    {
        PacketId = (input[position] << 8) | input[position + 1];
        if (PacketId == 0)
        {
            throw Broken("a packet has the id 0");
        }
    }

    private HubException Broken(string what) => new HubException(ErrorCode.BadResponse, _peer + " breaks MQTT 3.1.1: " + what);
}
