using System;
using System.Text;
using Hub.Core.Text;

namespace Hub.Core.Mqtt;

/// <summary>Keeps the strings of the last few topics, so that a recurring topic allocates none. Thread: one owner.</summary>
internal sealed class MqttTopics
{
    private const int Kept = 4;

    private readonly byte[]?[] _utf8 = new byte[Kept][];
    private readonly string[] _texts = new string[Kept];
    private readonly Utf8Check _check = new Utf8Check();
    private int _next;

    /// <summary>The topic; null when it is invalid: empty, not UTF-8, with a NUL or a wildcard (MQTT 3.1.1 sections 1.5.3, 3.3.2.1, 4.7.3).</summary>
    internal string? Find(byte[] input, int offset, int count)
    {
        for (int i = 0; i < Kept; i++)
        {
            byte[]? known = _utf8[i];
            if (known != null && AreSame(known, input, offset, count))
            {
                return _texts[i];
            }
        }

        return IsTopic(input, offset, count) ? Keep(input, offset, count) : null;
    }

    private static bool AreSame(byte[] known, byte[] input, int offset, int count)
    {
        if (known.Length != count)
        {
            return false;
        }

        // From the end: the topics of one sender begin with the same characters.
        for (int i = count - 1; i >= 0; i--)
        {
            if (known[i] != input[offset + i])
            {
                return false;
            }
        }

        return true;
    }

    private bool IsTopic(byte[] input, int offset, int count)
    {
        _check.Start();
        if (count == 0 || !_check.Take(input, offset, count) || !_check.IsComplete)
        {
            return false;
        }

        for (int i = offset; i < offset + count; i++)
        {
            if (input[i] == 0 || input[i] == '#' || input[i] == '+')
            {
                return false;
            }
        }

        return true;
    }

    private string Keep(byte[] input, int offset, int count)
    {
        byte[] utf8 = new byte[count];
        Array.Copy(input, offset, utf8, 0, count);
        string text = Encoding.UTF8.GetString(utf8, 0, count);
        _utf8[_next] = utf8;
        _texts[_next] = text;
        _next = (_next + 1) % Kept;
        return text;
    }
}
