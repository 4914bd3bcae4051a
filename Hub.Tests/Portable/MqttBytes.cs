using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Mqtt;

namespace Hub.Tests.Portable;

/// <summary>Packets as a broker sends them, and what the codec makes of them.</summary>
internal static class MqttBytes
{
    public static readonly byte[] Welcome = { 0x20, 2, 0, 0 };
    public static readonly byte[] Pong = { 0xD0, 0 };

    public static byte[] Connack(int flags, int code) => new byte[] { 0x20, 2, (byte)flags, (byte)code };

    public static byte[] Puback(int id) => new byte[] { 0x40, 2, (byte)(id >> 8), (byte)id };

    public static byte[] Suback(int id, int code) => new byte[] { 0x90, 3, (byte)(id >> 8), (byte)id, (byte)code };

    public static byte[] Publish(string topic, byte[] payload) => Publish(0x30, topic, 0, payload);

    public static byte[] Publish(string topic, string payload) => Publish(0x30, topic, 0, Encoding.UTF8.GetBytes(payload));

    /// <summary>A message; the first byte holds QoS and flags, an id of 0 is left out.</summary>
    public static byte[] Publish(int first, string topic, int id, byte[] payload)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        int length = 2 + name.Length + (id > 0 ? 2 : 0) + payload.Length;
        byte[] packet = new byte[5 + length];
        packet[0] = (byte)first;
        int at = 1;
        for (int rest = length; at == 1 || rest > 0; rest >>= 7)
        {
            packet[at] = (byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
            at++;
        }

        packet[at] = (byte)(name.Length >> 8);
        packet[at + 1] = (byte)name.Length;
        Array.Copy(name, 0, packet, at + 2, name.Length);
        at += 2 + name.Length;
        if (id > 0)
        {
            packet[at] = (byte)(id >> 8);
            packet[at + 1] = (byte)id;
            at += 2;
        }

        Array.Copy(payload, 0, packet, at, payload.Length);
        return Part(packet, 0, at + payload.Length);
    }

    public static byte[] Join(byte[][] parts)
    {
        int length = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            length += parts[i].Length;
        }

        byte[] all = new byte[length];
        int at = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            Array.Copy(parts[i], 0, all, at, parts[i].Length);
            at += parts[i].Length;
        }

        return all;
    }

    public static byte[] Part(byte[] bytes, int offset, int count)
    {
        byte[] part = new byte[count];
        Array.Copy(bytes, offset, part, 0, count);
        return part;
    }

    /// <summary>
    /// What a codec finds when bytes come in pieces of one size: <c>connack 0|suback 1 0|publish t q0 #5 left 5|error sentence</c>.
    /// Payloads are passed over.
    /// </summary>
    public static string Trace(byte[] bytes, int pieceSize, int maxPacketBytes)
    {
        MqttCodec codec = new MqttCodec("h:1883", maxPacketBytes, 100);
        codec.Start();
        string trace = "";
        int offset = 0;
        int skip = 0;
        try
        {
            for (int end = Math.Min(pieceSize, bytes.Length); offset < bytes.Length; end = Math.Min(end + pieceSize, bytes.Length))
            {
                MqttEvent found;
                do
                {
                    int skipped = Math.Min(skip, end - offset);
                    offset += skipped;
                    skip -= skipped;
                    found = skip > 0 ? MqttEvent.NeedInput : codec.Next(bytes, offset, end - offset);
                    offset += skip > 0 ? 0 : codec.Consumed;
                    trace += Describe(codec, found);
                    skip += found == MqttEvent.Publish ? codec.PayloadLength : 0;
                }
                while (found != MqttEvent.NeedInput);

                if (end == bytes.Length)
                {
                    return trace + (offset < end || skip > 0 ? "cut" : "");
                }
            }

            return trace;
        }
        catch (HubException error)
        {
            return trace + (error.Code == ErrorCode.BadResponse ? "error " : "wrong code ") + error.Message;
        }
    }

    private static string Describe(MqttCodec codec, MqttEvent found)
    {
        switch (found)
        {
            case MqttEvent.Connack:
                return "connack " + codec.ReturnCode.ToString() + (codec.IsSessionPresent ? " session|" : "|");
            case MqttEvent.Publish:
                return "publish " + codec.Topic + " q" + codec.Qos.ToString() + (codec.IsRetained ? " retained" : "") + (codec.IsDuplicate ? " again" : "")
                    + " id " + codec.PacketId.ToString() + " #" + codec.PayloadLength.ToString() + "|";
            case MqttEvent.Puback:
                return "puback " + codec.PacketId.ToString() + "|";
            case MqttEvent.Suback:
                return "suback " + codec.PacketId.ToString() + " " + codec.ReturnCode.ToString() + "|";
            case MqttEvent.Unsuback:
                return "unsuback " + codec.PacketId.ToString() + "|";
            case MqttEvent.Pingresp:
                return "pong|";
            default:
                return "";
        }
    }
}
