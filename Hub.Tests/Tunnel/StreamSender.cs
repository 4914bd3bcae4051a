using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using Hub.Tests.Support;

namespace Hub.Tests.Tunnel;

/// <summary>The cloud's end of one file_stream: it sends no more than its credit, unless a test wants it to, and checks what the hub says of it.</summary>
internal sealed class StreamSender
{
    public const int FrameBytes = 16 * 1024;

    private const int HeaderBytes = 5;

    private readonly object _gate = new();
    private readonly FakeCloud _cloud;
    private readonly Stream _data;
    private readonly byte[] _frame;
    private long _credit;
    private string? _cancelled;

    public StreamSender(FakeCloud cloud, uint id, byte[] data)
        : this(cloud, id, new MemoryStream(data), data.Length)
    {
    }

    /// <summary>A file that is made while it is sent.</summary>
    public StreamSender(FakeCloud cloud, uint id, Stream data, long size)
    {
        _cloud = cloud;
        _data = data;
        Id = id;
        Size = size;
        _frame = new byte[HeaderBytes + FrameBytes];
        _frame[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(_frame.AsSpan(1), id);
        cloud.Register(this);
    }

    public uint Id { get; }

    public long Size { get; }

    /// <summary>Bytes that the hub has allowed in all.</summary>
    public long Granted { get; private set; }

    /// <summary>Bytes that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>The hub's reason to end it; null while it did not.</summary>
    public string? Cancelled
    {
        get
        {
            lock (_gate)
            {
                return _cancelled;
            }
        }
    }

    public string CommandId => "s" + Id.ToString(CultureInfo.InvariantCulture);

    public string JobId => "job-" + CommandId;

    public static string Sha256(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>Asks for the stream, and waits for the answer.</summary>
    public JsonElement Begin(string printer, string file = "a.gcode", bool start = true, string extra = "") => _cloud.Ask(
        CommandId,
        $"{{\"type\":\"file_begin\",\"command_id\":\"{CommandId}\",\"stream_id\":{Id},\"job_id\":\"{JobId}\",\"printer_id\":\"{printer}\",\"file_name\":\"{file}\",\"size\":{Size},\"start\":{(start ? "true" : "false")}{extra}}}");

    /// <summary>Sends up to so many bytes, as the hub allows it. False when the hub ended the stream.</summary>
    public bool Send(long bytes)
    {
        while (bytes > 0)
        {
            int count = (int)Math.Min(Math.Min(bytes, FrameBytes), Await());
            if (count == 0)
            {
                return false;
            }

            SendFrame(count);
            bytes -= count;
        }

        return true;
    }

    /// <summary>Sends all that is left, and its end.</summary>
    public bool SendAll()
    {
        bool isSent = Send(Size - Sent);
        if (isSent)
        {
            End();
        }

        return isSent;
    }

    /// <summary>Sends bytes whether there is credit or not.</summary>
    public void SendFrame(int count)
    {
        _data.ReadExactly(_frame, HeaderBytes, count);
        lock (_gate)
        {
            _credit -= count;
            Sent += count;
        }

        _cloud.SendBinary(new ArraySegment<byte>(_frame, 0, HeaderBytes + count));
    }

    public void End() => _cloud.Send($"{{\"type\":\"file_end\",\"stream_id\":{Id}}}");

    public void Cancel(string? error = null) =>
        _cloud.Send($"{{\"type\":\"file_cancel\",\"stream_id\":{Id}{(error == null ? "" : ",\"error\":\"" + error + "\"")}}}");

    /// <summary>The hub's word about it. Null, or what is wrong with it.</summary>
    public string? Take(string type, JsonElement message)
    {
        lock (_gate)
        {
            if (type == "file_cancel")
            {
                _cancelled = message.GetProperty("error").GetString();
            }
            else
            {
                long bytes = message.GetProperty("bytes").GetInt64();
                _credit += bytes;
                Granted += bytes;
                if (bytes <= 0 || Granted > Size || _cancelled != null)
                {
                    return "credit";
                }
            }

            Monitor.PulseAll(_gate);
            return null;
        }
    }

    /// <summary>Waits for credit; 0 when the stream was ended instead.</summary>
    private long Await()
    {
        lock (_gate)
        {
            while (_credit <= 0 && _cancelled == null)
            {
                if (!Monitor.Wait(_gate, Patience.LimitMs))
                {
                    throw new TimeoutException("no credit for stream " + Id.ToString(CultureInfo.InvariantCulture));
                }
            }

            return _cancelled == null ? _credit : 0;
        }
    }
}
