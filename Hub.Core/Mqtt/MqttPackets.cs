using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Mqtt;

/// <summary>The packets a client sends (MQTT 3.1.1 chapter 3). Thread: any.</summary>
internal static class MqttPackets
{
    internal const int Connack = 2;
    internal const int Publish = 3;
    internal const int Puback = 4;
    internal const int Pubrec = 5;
    internal const int Pubcomp = 7;
    internal const int Subscribe = 8;
    internal const int Suback = 9;
    internal const int Unsubscribe = 10;
    internal const int Unsuback = 11;
    internal const int Pingreq = 12;
    internal const int Pingresp = 13;

    internal const int RetainFlag = 1;
    internal const int QosFlags = 6;
    internal const int DuplicateFlag = 8;

    /// <summary>The most bytes around a topic: kind, length and the topic's length before it, the packet id after it.</summary>
    internal const int MaxPublishOverhead = 9;

    private const int MaxTextBytes = 65535;
    private const int MaxLength = 268435455;
    private const int UserFlag = 0x80;
    private const int PasswordFlag = 0x40;
    private const int WillRetainFlag = 0x20;
    private const int WillFlag = 0x04;
    private const int CleanSessionFlag = 0x02;

    private static readonly byte[] s_protocol = { 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4 };
    private static readonly byte[] s_none = new byte[0];
    private static readonly object s_nul = (byte)0;

    /// <summary>A CONNECT. It holds the password: clear it once it is sent. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    internal static byte[] Connect(MqttOptions options)
    {
        CheckOptions(options);
        byte[][] fields =
        {
            Utf8(options.ClientId, "client id"),
            options.WillTopic == null ? s_none : Utf8(options.WillTopic, "last will's topic"),
            options.WillTopic == null ? s_none : options.WillPayload ?? s_none,
            options.User == null ? s_none : Utf8(options.User, "user name"),
            options.Password == null ? s_none : Utf8(options.Password.Reveal(), "password"),
        };
        bool[] isSent = { true, options.WillTopic != null, options.WillTopic != null, options.User != null, options.Password != null };
        int length = s_protocol.Length + 3;
        for (int i = 0; i < fields.Length; i++)
        {
            length += isSent[i] ? 2 + fields[i].Length : 0;
        }

        byte[] packet = new byte[1 + LengthBytes(length) + length];
        int position = PutHeader(packet, 0x10, length);
        Array.Copy(s_protocol, 0, packet, position, s_protocol.Length);
        position += s_protocol.Length;
        packet[position] = (byte)ConnectFlags(options);
        position = PutNumber(packet, position + 1, options.KeepAliveSeconds);
        for (int i = 0; i < fields.Length; i++)
        {
            if (isSent[i])
            {
                position = PutField(packet, position, fields[i]);
            }
        }

        Array.Clear(fields[4], 0, fields[4].Length);
        return packet;
    }

    /// <summary>A SUBSCRIBE for one filter.</summary>
    internal static byte[] SubscribeTo(int packetId, string filter, int qos)
    {
        byte[] utf8 = Utf8(filter, "topic filter");
        int length = 2 + 2 + utf8.Length + 1;
        byte[] packet = new byte[1 + LengthBytes(length) + length];
        int position = PutHeader(packet, 0x82, length);
        position = PutNumber(packet, position, packetId);
        position = PutField(packet, position, utf8);
        packet[position] = (byte)qos;
        return packet;
    }

    /// <summary>The UTF-8 of a topic to send to. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    internal static byte[] Topic(string topic)
    {
        if (topic.Length == 0 || topic.IndexOf('#') >= 0 || topic.IndexOf('+') >= 0)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "an MQTT topic must not be empty and must not hold + or #");
        }

        return Utf8(topic, "topic");
    }

    /// <summary>Writes all of a PUBLISH but the payload to the start of a window.</summary>
    /// <returns>Bytes written.</returns>
    internal static int PutPublish(byte[] window, byte[] topic, int packetId, int payloadBytes, int qos, bool retain)
    {
        int idBytes = qos > 0 ? 2 : 0;
        if (payloadBytes > MaxLength - 2 - topic.Length - idBytes || topic.Length + MaxPublishOverhead > window.Length)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "an MQTT message or its topic is too long to be sent");
        }

        int flags = (qos << 1) | (retain ? RetainFlag : 0);
        int position = PutHeader(window, (Publish << 4) | flags, 2 + topic.Length + idBytes + payloadBytes);
        position = PutField(window, position, topic);
        return idBytes == 0 ? position : PutNumber(window, position, packetId);
    }

    /// <summary>Writes a number of two bytes.</summary>
    /// <returns>Where to continue.</returns>
    internal static int PutNumber(byte[] packet, int position, int number)
    {
        packet[position] = (byte)(number >> 8);
        packet[position + 1] = (byte)number;
        return position + 2;
    }

    private static void CheckOptions(MqttOptions options)
    {
        string problem = "";
        if (options.KeepAliveSeconds < 0 || options.KeepAliveSeconds > MaxTextBytes)
        {
            problem = "the keep-alive time must be 0 to 65535 seconds";
        }
        else if (options.WillQos < 0 || options.WillQos > 1)
        {
            problem = "the last will's QoS must be 0 or 1";
        }
        else if (options.Password != null && options.User == null)
        {
            problem = "a password needs a user name";
        }
        else if (options.ClientId.Length == 0 && !options.CleanSession)
        {
            problem = "a kept session needs a client id";
        }
        else if (options.WillPayload != null && options.WillPayload.Length > MaxTextBytes)
        {
            problem = "the last will has more than 65535 bytes";
        }

        if (problem.Length > 0)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "MQTT: " + problem);
        }

        if (options.WillTopic != null)
        {
            Topic(options.WillTopic);
        }
    }

    private static int ConnectFlags(MqttOptions options)
    {
        int flags = options.CleanSession ? CleanSessionFlag : 0;
        if (options.WillTopic != null)
        {
            flags |= WillFlag | (options.WillQos << 3) | (options.WillRetain ? WillRetainFlag : 0);
        }

        flags |= options.User != null ? UserFlag : 0;
        return flags | (options.Password != null ? PasswordFlag : 0);
    }

    private static byte[] Utf8(string text, string what)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length > MaxTextBytes || Array.IndexOf((Array)utf8, s_nul, 0, utf8.Length) >= 0)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "the MQTT " + what + " is too long or holds a NUL");
        }

        return utf8;
    }

    private static int LengthBytes(int length)
    {
        int bytes = 1;
        for (; length > 0x7F; length >>= 7)
        {
            bytes++;
        }

        return bytes;
    }

    private static int PutHeader(byte[] packet, int first, int length)
    {
        packet[0] = (byte)first;
        int position = 1;
        for (; length > 0x7F; length >>= 7)
        {
            packet[position] = (byte)(0x80 | (length & 0x7F));
            position++;
        }

        packet[position] = (byte)length;
        return position + 1;
    }

    private static int PutField(byte[] packet, int position, byte[] bytes)
    {
        position = PutNumber(packet, position, bytes.Length);
        Array.Copy(bytes, 0, packet, position, bytes.Length);
        return position + bytes.Length;
    }
}
