using System;
using System.Text;

namespace Hub.Core.Jobs;

/// <summary>
/// Writes the stored form of records and events: fields of a tag (1 byte), a length (2 bytes, little endian) and a value. A number has
/// as many bytes as it needs; 0 and null are left out. A reader skips the tags that it does not know. Thread: one owner.
/// </summary>
internal sealed class FieldWriter
{
    /// <summary>Longest text, in bytes of UTF-8; a longer one is cut.</summary>
    public const int MaxTextBytes = 400;

    private const int HeadBytes = 3;
    private const int NumberBytes = 8;

    private byte[] _buffer;

    public FieldWriter(int initialBytes)
    {
        _buffer = new byte[initialBytes];
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray()
    {
        byte[] copy = new byte[Length];
        Array.Copy(_buffer, copy, Length);
        return copy;
    }

    public void Put(int tag, long value)
    {
        if (value == 0)
        {
            return;
        }

        Reserve(HeadBytes + NumberBytes);
        int length = BytesOf(value);
        Head(tag, length);
        for (int i = 0; i < length; i++)
        {
            _buffer[Length++] = (byte)(value >> (8 * i));
        }
    }

    public void Put(int tag, string? text)
    {
        if (text == null)
        {
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = Fit(bytes);
        Reserve(HeadBytes + length);
        Head(tag, length);
        Array.Copy(bytes, 0, _buffer, Length, length);
        Length += length;
    }

    /// <summary>Begins a field that holds fields; returns what <see cref="End"/> needs.</summary>
    public int Begin(int tag)
    {
        Reserve(HeadBytes);
        Head(tag, 0);
        return Length;
    }

    /// <summary>Ends a field that holds fields.</summary>
    public void End(int begin)
    {
        int length = Length - begin;
        _buffer[begin - 2] = (byte)length;
        _buffer[begin - 1] = (byte)(length >> 8);
    }

    /// <summary>Appends fields that were written before.</summary>
    public void Append(byte[] fields, int start, int count)
    {
        Reserve(count);
        Array.Copy(fields, start, _buffer, Length, count);
        Length += count;
    }

    /// <summary>The fewest bytes whose sign-extended value is this one.</summary>
    private static int BytesOf(long value)
    {
        int length = 1;
        while (length < NumberBytes && (value << (8 * (NumberBytes - length))) >> (8 * (NumberBytes - length)) != value)
        {
            length++;
        }

        return length;
    }

    /// <summary>What a reader gets of a text that was put.</summary>
    public static string? Stored(string? text)
    {
        if (text == null)
        {
            return null;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = Fit(bytes);
        return length == bytes.Length ? text : Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The longest start of a text that fits and splits no character.</summary>
    private static int Fit(byte[] bytes)
    {
        if (bytes.Length <= MaxTextBytes)
        {
            return bytes.Length;
        }

        int length = MaxTextBytes;
        while ((bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    private void Head(int tag, int length)
    {
        _buffer[Length++] = (byte)tag;
        _buffer[Length++] = (byte)length;
        _buffer[Length++] = (byte)(length >> 8);
    }

    private void Reserve(int count)
    {
        if (Length + count <= _buffer.Length)
        {
            return;
        }

        byte[] larger = new byte[(_buffer.Length * 2) + count];
        Array.Copy(_buffer, larger, Length);
        _buffer = larger;
    }
}
