using System;
using System.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// Writes one mDNS message into a buffer: a query's questions, or a responder's answer with PTR, SRV, TXT and A records.
/// Names are compressed (RFC 1035 §4.1.4). No I/O. Thread: one owner. The buffer stays the caller's.
/// </summary>
/// <remarks>
/// Questions come first, then answers, then (after <see cref="BeginAdditional"/>) additional records. What does not fit
/// the buffer, or has a name that is none, is left out as a whole, and the call returns false.
/// </remarks>
public sealed class MdnsWriter
{
    /// <summary>Largest message worth sending: an Ethernet packet without the headers of IP and UDP.</summary>
    public const int MaxMessageBytes = 1472;

    private const int HeaderBytes = 12;
    private const int MaxNames = 64;
    private const int ClassIn = 1;
    private const int TopBit = 0x8000;

    private readonly byte[] _buffer;
    private readonly byte[] _name = new byte[256];
    private readonly int[] _names = new int[MaxNames];
    private int _nameCount;
    private int _countField;

    /// <summary>Makes a writer.</summary>
    /// <param name="buffer">Where the messages go; at least 12 bytes.</param>
    public MdnsWriter(byte[] buffer)
    {
        _buffer = buffer;
    }

    /// <summary>Bytes of the message so far.</summary>
    public int Count { get; private set; }

    /// <summary>Questions and records of the message so far.</summary>
    public int Items { get; private set; }

    /// <summary>Starts a query.</summary>
    /// <param name="id">0, or an id that a legacy query's answers repeat (RFC 6762 §6.7).</param>
    public void BeginQuery(int id) => Begin(id, 0);

    /// <summary>Starts an answer (authoritative, RFC 6762 §18.4).</summary>
    /// <param name="id">0; the query's id when its source port was not the port of mDNS.</param>
    public void BeginResponse(int id) => Begin(id, 0x8400);

    /// <summary>The records from here on are additional ones.</summary>
    public void BeginAdditional() => _countField = 10;

    /// <summary>Adds a question, or repeats one in the answer to a legacy query.</summary>
    /// <param name="name">A name as <see cref="MdnsReader"/> gives it.</param>
    /// <param name="type">One of <see cref="MdnsTypes"/>.</param>
    /// <param name="wantsUnicast">Sets the bit that asks for a unicast answer (RFC 6762 §5.4).</param>
    public bool AddQuestion(string name, int type, bool wantsUnicast)
    {
        int start = Count;
        int names = _nameCount;
        if (!PutName(name) || !HasRoom(4))
        {
            return TakeBack(start, names);
        }

        Put16(type);
        Put16(ClassIn | (wantsUnicast ? TopBit : 0));
        Counted(4);
        return true;
    }

    /// <summary>Adds a PTR record: an instance of a service.</summary>
    public bool AddPtr(string service, string instance, int ttlSeconds)
    {
        int start = Count;
        int names = _nameCount;
        if (!BeginRecord(service, MdnsTypes.Ptr, false, ttlSeconds))
        {
            return TakeBack(start, names);
        }

        int data = Count;
        return PutName(instance) ? EndRecord(data) : TakeBack(start, names);
    }

    /// <summary>Adds a SRV record: host and port of an instance.</summary>
    /// <param name="instance">Full name of the instance.</param>
    /// <param name="host">Name of the host, such as octopi.local.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="ttlSeconds">Seconds it holds; 120 is usual (RFC 6762 §10).</param>
    /// <param name="flush">Sets the cache-flush bit; not in the answer to a legacy query (RFC 6762 §6.7).</param>
    public bool AddSrv(string instance, string host, int port, int ttlSeconds, bool flush)
    {
        int start = Count;
        int names = _nameCount;
        if (!BeginRecord(instance, MdnsTypes.Srv, flush, ttlSeconds) || !HasRoom(6))
        {
            return TakeBack(start, names);
        }

        int data = Count;
        Put16(0);
        Put16(0);
        Put16(port);
        return PutName(host) ? EndRecord(data) : TakeBack(start, names);
    }

    /// <summary>Adds a TXT record (RFC 6763 §6).</summary>
    /// <param name="instance">Full name of the instance.</param>
    /// <param name="entries">Each "key=value", at most 255 bytes of UTF-8; none gives one empty string.</param>
    /// <param name="ttlSeconds">Seconds it holds; 4500 is usual.</param>
    /// <param name="flush">Sets the cache-flush bit.</param>
    public bool AddTxt(string instance, string[] entries, int ttlSeconds, bool flush)
    {
        int start = Count;
        int names = _nameCount;
        if (!BeginRecord(instance, MdnsTypes.Txt, flush, ttlSeconds))
        {
            return TakeBack(start, names);
        }

        int data = Count;
        for (int i = 0; i < entries.Length; i++)
        {
            if (!PutString(Encoding.UTF8.GetBytes(entries[i])))
            {
                return TakeBack(start, names);
            }
        }

        if (entries.Length == 0 && !PutString(new byte[0]))
        {
            return TakeBack(start, names);
        }

        return EndRecord(data);
    }

    /// <summary>Adds an A record: the address of a host.</summary>
    /// <param name="host">Name of the host.</param>
    /// <param name="address">The four bytes of the IPv4 address.</param>
    /// <param name="ttlSeconds">Seconds it holds; 120 is usual.</param>
    /// <param name="flush">Sets the cache-flush bit.</param>
    public bool AddA(string host, byte[] address, int ttlSeconds, bool flush)
    {
        int start = Count;
        int names = _nameCount;
        if (address.Length != 4 || !BeginRecord(host, MdnsTypes.A, flush, ttlSeconds) || !HasRoom(4))
        {
            return TakeBack(start, names);
        }

        int data = Count;
        Array.Copy(address, 0, _buffer, Count, 4);
        Count += 4;
        return EndRecord(data);
    }

    private void Begin(int id, int flags)
    {
        Array.Clear(_buffer, 0, HeaderBytes);
        _nameCount = 0;
        _countField = 6;
        Items = 0;
        Count = 0;
        Put16(id);
        Put16(flags);
        Count = HeaderBytes;
    }

    private bool BeginRecord(string name, int type, bool flush, int ttlSeconds)
    {
        if (!PutName(name) || !HasRoom(10))
        {
            return false;
        }

        Put16(type);
        Put16(ClassIn | (flush ? TopBit : 0));
        Put16(ttlSeconds >> 16);
        Put16(ttlSeconds);
        Put16(0);
        return true;
    }

    private bool EndRecord(int data)
    {
        int length = Count - data;
        _buffer[data - 2] = (byte)(length >> 8);
        _buffer[data - 1] = (byte)length;
        Counted(_countField);
        return true;
    }

    private void Counted(int field)
    {
        Items++;
        int count = ((_buffer[field] << 8) | _buffer[field + 1]) + 1;
        _buffer[field] = (byte)(count >> 8);
        _buffer[field + 1] = (byte)count;
    }

    private bool TakeBack(int start, int names)
    {
        Count = start;
        _nameCount = names;
        return false;
    }

    private bool PutString(byte[] text)
    {
        if (text.Length > 255 || !HasRoom(text.Length + 1))
        {
            return false;
        }

        _buffer[Count++] = (byte)text.Length;
        Array.Copy(text, 0, _buffer, Count, text.Length);
        Count += text.Length;
        return true;
    }

    private bool PutName(string name)
    {
        int size = MdnsNames.Encode(name, _name);
        if (size == 0)
        {
            return false;
        }

        int at = 0;
        while (_name[at] != 0)
        {
            int known = Find(at);
            if (known >= 0)
            {
                if (!HasRoom(2))
                {
                    return false;
                }

                Put16(0xC000 | known);
                return true;
            }

            int label = _name[at] + 1;
            if (!HasRoom(label))
            {
                return false;
            }

            // A pointer has 14 bits.
            if (_nameCount < MaxNames && Count < 0x4000)
            {
                _names[_nameCount++] = Count;
            }

            Array.Copy(_name, at, _buffer, Count, label);
            Count += label;
            at += label;
        }

        if (!HasRoom(1))
        {
            return false;
        }

        _buffer[Count++] = 0;
        return true;
    }

    /// <summary>Where the rest of the name stands already, or -1.</summary>
    private int Find(int at)
    {
        for (int i = 0; i < _nameCount; i++)
        {
            if (IsAt(_names[i], at))
            {
                return _names[i];
            }
        }

        return -1;
    }

    private bool IsAt(int known, int at)
    {
        while (true)
        {
            // The name that is being written has no end yet.
            if (known >= Count)
            {
                return false;
            }

            int size = _buffer[known];
            if (size >= 0xC0)
            {
                known = ((size & 0x3F) << 8) | _buffer[known + 1];
                continue;
            }

            for (int i = 0; i <= size; i++)
            {
                if (_buffer[known + i] != _name[at + i])
                {
                    return false;
                }
            }

            if (size == 0)
            {
                return true;
            }

            known += size + 1;
            at += size + 1;
        }
    }

    private bool HasRoom(int bytes) => _buffer.Length - Count >= bytes;

    private void Put16(int value)
    {
        _buffer[Count++] = (byte)(value >> 8);
        _buffer[Count++] = (byte)value;
    }
}
