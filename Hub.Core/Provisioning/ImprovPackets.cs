using System;
using System.Text;

namespace Hub.Core.Provisioning;

/// <summary>The packets of Improv's RPC (improv-wifi.com/ble): command, length, data, checksum. No I/O. Thread: the caller's lock.</summary>
internal sealed class ImprovPackets
{
    /// <summary>Command: Wi-Fi settings.</summary>
    public const byte Settings = 1;

    /// <summary>Command: show yourself.</summary>
    public const byte Identify = 2;

    /// <summary>Command: who are you.</summary>
    public const byte DeviceInfo = 3;

    /// <summary>Command: which networks are there.</summary>
    public const byte Scan = 4;

    private const int MaxDataBytes = 255;
    private const int FrameBytes = 3;

    /// <summary>A packet whose rest does not come is forgotten after this.</summary>
    private const int PatienceMs = 5000;

    private readonly byte[] _packet = new byte[MaxDataBytes + FrameBytes];
    private int _length;
    private long _lastMs;

    /// <summary>The connection ended.</summary>
    public void Reset() => _length = 0;

    /// <summary>
    /// Takes one write: a packet may come in several (20 bytes each with the least MTU).
    /// </summary>
    /// <returns>The whole packet without its checksum, the caller's; an empty array when it is wrong; null while it is not complete.</returns>
    public byte[]? Take(byte[] part, long nowMs)
    {
        if (nowMs - _lastMs > PatienceMs)
        {
            _length = 0;
        }

        _lastMs = nowMs;
        if (_length + part.Length > _packet.Length)
        {
            _length = 0;
            return new byte[0];
        }

        part.CopyTo(_packet, _length);
        _length += part.Length;
        if (_length < 2 || _length < _packet[1] + FrameBytes)
        {
            return null;
        }

        int end = _packet[1] + FrameBytes - 1;
        bool isGood = _length == end + 1 && Sum(_packet, end) == _packet[end];
        _length = 0;
        if (!isGood)
        {
            return new byte[0];
        }

        byte[] packet = new byte[end];
        Array.Copy(_packet, 0, packet, 0, end);
        return packet;
    }

    /// <summary>One of the texts of a packet: SSID and password of <see cref="Settings"/>. Null when the lengths do not add up.</summary>
    /// <param name="packet">From <see cref="Take"/>.</param>
    /// <param name="index">0 for the first one.</param>
    /// <param name="count">How many there must be, and nothing after them.</param>
    public static byte[]? TextAt(byte[] packet, int index, int count)
    {
        byte[]? found = null;
        int at = 2;
        for (int i = 0; i < count; i++)
        {
            if (at >= packet.Length || at + 1 + packet[at] > packet.Length)
            {
                return null;
            }

            if (i == index)
            {
                found = new byte[packet[at]];
                Array.Copy(packet, at + 1, found, 0, found.Length);
            }

            at += 1 + packet[at];
        }

        return at == packet.Length ? found : null;
    }

    /// <summary>A result: as many of the texts, in groups, as fit; a text is cut at 255 bytes. The caller's.</summary>
    /// <param name="command">What is answered.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="group">Texts that belong together and are left out together.</param>
    /// <param name="maxBytes">Most bytes of the packet: clients read one notification.</param>
    public static byte[] Result(byte command, string[] texts, int group, int maxBytes)
    {
        int room = maxBytes - FrameBytes < MaxDataBytes ? maxBytes - FrameBytes : MaxDataBytes;
        byte[][] parts = new byte[texts.Length][];
        int used = 0;
        int taken = 0;
        for (int first = 0; first + group <= texts.Length; first += group)
        {
            int need = 0;
            for (int i = first; i < first + group; i++)
            {
                parts[i] = Encoding.UTF8.GetBytes(texts[i]);
                need += 1 + parts[i].Length;
            }

            if (used + need > room)
            {
                break;
            }

            used += need;
            taken = first + group;
        }

        byte[] packet = new byte[used + FrameBytes];
        packet[0] = command;
        packet[1] = (byte)used;
        int at = 2;
        for (int i = 0; i < taken; i++)
        {
            packet[at++] = (byte)parts[i].Length;
            parts[i].CopyTo(packet, at);
            at += parts[i].Length;
        }

        packet[at] = Sum(packet, at);
        return packet;
    }

    private static byte Sum(byte[] bytes, int count)
    {
        int sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += bytes[i];
        }

        return (byte)sum;
    }
}
