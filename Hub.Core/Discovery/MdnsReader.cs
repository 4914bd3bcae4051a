using System.Text;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>What <see cref="MdnsReader.Next"/> found.</summary>
public enum MdnsItem
{
    /// <summary>The message is read.</summary>
    End = 0,

    /// <summary>A question: <see cref="MdnsReader.Name"/>, <see cref="MdnsReader.Type"/> and <see cref="MdnsReader.IsTopBitSet"/>.</summary>
    Question = 1,

    /// <summary>A record of a type in <see cref="MdnsTypes"/>; others are passed over.</summary>
    Record = 2,

    /// <summary>The message breaks a rule or a bound here; nothing after it is read.</summary>
    Malformed = 3,
}

/// <summary>
/// Reads one mDNS message (RFC 6762, format of RFC 1035 §4): questions, and PTR, SRV, TXT and A records. No I/O. Whatever
/// the bytes are, it throws nothing and its work is bounded by their count. Thread: one owner. The buffer stays the
/// caller's and must not change while its message is read.
/// </summary>
/// <remarks>
/// Names are text with the labels joined by dots; a dot or a backslash within a label has a backslash before it
/// (RFC 6763 §4.3), broken UTF-8 and control characters are U+FFFD. There is no dot at the end.
/// </remarks>
public sealed class MdnsReader
{
    /// <summary>Most questions and records that are read of one message.</summary>
    public const int MaxItems = 256;

    private const int HeaderBytes = 12;
    private const int MaxNameBytes = 255;

    // Real responders point once or twice per name.
    private const int MaxPointers = 32;

    // A character of a name needs at most two places: itself and the backslash before it.
    private readonly char[] _name = new char[2 * MaxNameBytes];
    private byte[] _buffer = new byte[0];
    private int _start;
    private int _end;
    private int _position;
    private int _questions;
    private int _records;
    private int _read;
    private bool _isMalformed;
    private int _dataStart;
    private int _dataEnd;

    /// <summary>The message's id; answers to a legacy query repeat it (RFC 6762 §6.7).</summary>
    public int Id { get; private set; }

    /// <summary>True for an answer, false for a query.</summary>
    public bool IsResponse { get; private set; }

    /// <summary>Name the question or record is about.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Type of the question or record; a question's may be any.</summary>
    public int Type { get; private set; }

    /// <summary>
    /// The top bit of the class: a question asks for a unicast answer (RFC 6762 §5.4), a record replaces what was known
    /// (§10.2).
    /// </summary>
    public bool IsTopBitSet { get; private set; }

    /// <summary>Seconds the record holds; 0 withdraws it (RFC 6762 §10.1).</summary>
    public long TtlSeconds { get; private set; }

    /// <summary>PTR: the instance. SRV: the host. Otherwise empty.</summary>
    public string Target { get; private set; } = "";

    /// <summary>SRV: the port.</summary>
    public int Port { get; private set; }

    /// <summary>A: the address. Otherwise empty.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts with a message.</summary>
    /// <returns>False when these bytes are no message of mDNS.</returns>
    public bool Begin(byte[] buffer, int offset, int count)
    {
        _buffer = buffer;
        _start = offset;
        _end = offset + count;
        _position = offset + HeaderBytes;
        _read = 0;
        _questions = 0;
        _records = 0;
        _isMalformed = count < HeaderBytes;
        if (_isMalformed)
        {
            return false;
        }

        Id = U16(offset);
        int flags = U16(offset + 2);
        IsResponse = (flags & 0x8000) != 0;
        _questions = U16(offset + 4);
        _records = U16(offset + 6) + U16(offset + 8) + U16(offset + 10);

        // RFC 6762 §18.3 and §18.11: other operations and answers with an error are to be ignored.
        _isMalformed = (flags & 0x780F) != 0;
        return !_isMalformed;
    }

    /// <summary>Reads the next question or record.</summary>
    public MdnsItem Next()
    {
        while (!_isMalformed)
        {
            if (_questions + _records == 0)
            {
                return MdnsItem.End;
            }

            if (++_read > MaxItems || !ReadName(ref _position, _end, out string name))
            {
                break;
            }

            Name = name;
            if (_questions > 0)
            {
                if (_end - _position < 4)
                {
                    break;
                }

                _questions--;
                if (ReadQuestion())
                {
                    return MdnsItem.Question;
                }
            }
            else
            {
                if (_end - _position < 10 || _end - _position - 10 < U16(_position + 8))
                {
                    break;
                }

                _records--;
                if (ReadRecord())
                {
                    return MdnsItem.Record;
                }
            }
        }

        _isMalformed = true;
        return MdnsItem.Malformed;
    }

    /// <summary>
    /// Value of a TXT record's key (RFC 6763 §6.4: letter case does not count, the first one does), "" for a key without a
    /// value, null when it is not there. Only while the record is the current one.
    /// </summary>
    /// <param name="key">In lower case, ASCII.</param>
    public string? Text(string key)
    {
        if (Type != MdnsTypes.Txt)
        {
            return null;
        }

        byte[] wanted = Encoding.UTF8.GetBytes(key);
        for (int at = _dataStart; at < _dataEnd;)
        {
            int end = at + 1 + _buffer[at];
            at++;
            int keyEnd = at + wanted.Length;
            if (keyEnd <= end && (keyEnd == end || _buffer[keyEnd] == '=') && IsKey(wanted, at))
            {
                return Decode(keyEnd == end ? end : keyEnd + 1, end);
            }

            at = end;
        }

        return null;
    }

    private bool ReadQuestion()
    {
        Type = U16(_position);
        int group = U16(_position + 2);
        _position += 4;
        IsTopBitSet = (group & 0x8000) != 0;
        group &= 0x7FFF;
        return group == 1 || group == 255;
    }

    /// <summary>False for a record to pass over, or a broken one.</summary>
    private bool ReadRecord()
    {
        Type = U16(_position);
        int group = U16(_position + 2);
        TtlSeconds = ((long)U16(_position + 4) << 16) | (long)U16(_position + 6);
        _dataStart = _position + 10;
        _dataEnd = _dataStart + U16(_position + 8);
        _position = _dataEnd;
        IsTopBitSet = (group & 0x8000) != 0;
        Target = "";
        Address = "";
        Port = 0;
        return (group & 0x7FFF) == 1 && ReadData();
    }

    private bool ReadData()
    {
        int length = _dataEnd - _dataStart;
        int at = _dataStart;
        switch (Type)
        {
            case MdnsTypes.Ptr:
                return ReadTarget(at);
            case MdnsTypes.Srv:
                if (length < 7)
                {
                    return Fail();
                }

                Port = U16(at + 4);
                return ReadTarget(at + 6);
            case MdnsTypes.Txt:
                while (at < _dataEnd)
                {
                    at += 1 + _buffer[at];
                }

                return at == _dataEnd || Fail();
            case MdnsTypes.A:
                if (length != 4)
                {
                    return Fail();
                }

                Address = _buffer[at].ToString() + "." + _buffer[at + 1].ToString() + "." + _buffer[at + 2].ToString() + "." + _buffer[at + 3].ToString();
                return true;
            default:
                return false;
        }
    }

    private bool ReadTarget(int at)
    {
        if (!ReadName(ref at, _dataEnd, out string target) || at != _dataEnd)
        {
            return Fail();
        }

        Target = target;
        return true;
    }

    private bool Fail()
    {
        _isMalformed = true;
        return false;
    }

    /// <summary>
    /// Reads a name (RFC 1035 §4.1.4). A pointer must lead to before the part it ends, so names cannot loop.
    /// </summary>
    /// <param name="position">Moves past the name.</param>
    /// <param name="end">Where what may hold the name ends; what a pointer leads to may lie outside.</param>
    /// <param name="name">The name.</param>
    private bool ReadName(ref int position, int end, out string name)
    {
        name = "";
        int length = 0;
        int bytes = 1;
        int pointers = 0;
        int part = position;
        int at = position;
        while (true)
        {
            if (at >= end)
            {
                return false;
            }

            int size = _buffer[at];
            if (size == 0)
            {
                position = pointers == 0 ? at + 1 : position;
                name = new string(_name, 0, length);
                return true;
            }

            if (size < 64)
            {
                bytes += size + 1;
                if (end - at <= size || bytes > MaxNameBytes)
                {
                    return false;
                }

                length = PutLabel(at + 1, at + 1 + size, length);
                at += size + 1;
                continue;
            }

            if (size < 0xC0 || end - at < 2 || ++pointers > MaxPointers)
            {
                return false;
            }

            int target = _start + (((size & 0x3F) << 8) | _buffer[at + 1]);
            if (target >= part)
            {
                return false;
            }

            position = pointers == 1 ? at + 2 : position;
            end = part;
            part = target;
            at = target;
        }
    }

    private int PutLabel(int at, int end, int length)
    {
        if (length > 0)
        {
            _name[length++] = '.';
        }

        while (at < end)
        {
            int c = Utf8.Next(_buffer, ref at, end);
            if (c >= 0x10000)
            {
                _name[length++] = (char)(0xD7C0 + (c >> 10));
                _name[length++] = (char)(0xDC00 + (c & 0x3FF));
                continue;
            }

            if (c == '.' || c == '\\')
            {
                _name[length++] = '\\';
            }

            // The board's strings end at a NUL.
            _name[length++] = OneLine.IsControl((char)c) ? (char)Utf8.Replacement : (char)c;
        }

        return length;
    }

    private bool IsKey(byte[] wanted, int at)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            int c = _buffer[at + i];
            if (c >= 'A' && c <= 'Z')
            {
                c += 'a' - 'A';
            }

            if (c != wanted[i])
            {
                return false;
            }
        }

        return true;
    }

    private string Decode(int at, int end)
    {
        char[] text = new char[end - at];
        int length = 0;
        while (at < end)
        {
            int c = Utf8.Next(_buffer, ref at, end);
            if (c >= 0x10000)
            {
                text[length++] = (char)(0xD7C0 + (c >> 10));
                text[length++] = (char)(0xDC00 + (c & 0x3FF));
                continue;
            }

            text[length++] = OneLine.IsControl((char)c) ? (char)Utf8.Replacement : (char)c;
        }

        return new string(text, 0, length);
    }

    private int U16(int at) => (_buffer[at] << 8) | _buffer[at + 1];
}
