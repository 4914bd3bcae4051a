using System;
using System.Collections;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>What <see cref="HttpResponseCodec.Next"/> found.</summary>
public enum HttpCodecEvent
{
    /// <summary>Everything offered was consumed; more is needed.</summary>
    NeedInput = 0,

    /// <summary>The head of the final answer is complete.</summary>
    Head = 1,

    /// <summary>Bytes of the body are at <see cref="HttpResponseCodec.BodyOffset"/>.</summary>
    Body = 2,

    /// <summary>The answer is complete.</summary>
    End = 3,
}

/// <summary>
/// Turns the bytes of an HTTP/1.x answer into events (RFC 9112). No I/O and no waiting: bytes in, events
/// out, whatever the splits. Thread: one owner. Errors: <see cref="ErrorCode.BadResponse"/> naming the peer;
/// after one the codec must be started again.
/// </summary>
public sealed class HttpResponseCodec
{
    /// <summary>Interim answers (1xx) that are skipped before the peer counts as broken.</summary>
    public const int MaxInterimAnswers = 16;

    private const int InHead = 0;
    private const int InSizedBody = 1;
    private const int InChunkedBody = 2;
    private const int InBodyUntilClose = 3;
    private const int AtEnd = 4;
    private const int Upgraded = 5;

    private static readonly byte[] s_contentLength = Encoding.UTF8.GetBytes("content-length");
    private static readonly byte[] s_transferEncoding = Encoding.UTF8.GetBytes("transfer-encoding");
    private static readonly byte[] s_connection = Encoding.UTF8.GetBytes("connection");
    private static readonly byte[] s_chunked = Encoding.UTF8.GetBytes("chunked");
    private static readonly byte[] s_close = Encoding.UTF8.GetBytes("close");
    private static readonly byte[] s_keepAlive = Encoding.UTF8.GetBytes("keep-alive");

    private readonly string _peer;
    private readonly HttpHead _head;
    private readonly HttpChunks _chunks;
    private int _state;
    private bool _isAnswerToHead;
    private bool _mayUpgrade;
    private int _interimAnswers;
    private long _bodyLeft;

    /// <summary>Makes a codec.</summary>
    /// <param name="peer">Host and port, for messages.</param>
    public HttpResponseCodec(string peer)
    {
        _peer = peer;
        _head = new HttpHead(peer);
        _chunks = new HttpChunks(peer);
    }

    /// <summary>True once any byte of the answer was consumed.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>True once the head of the final answer is complete.</summary>
    public bool HasHead => _state != InHead;

    /// <summary>True once the whole answer was consumed.</summary>
    public bool IsComplete => _state == AtEnd;

    /// <summary>Status code once the head is complete, 200 to 999; 101 only after <see cref="StartUpgrade"/>.</summary>
    public int Status => _head.Status;

    /// <summary>Announced length of the body, 0 when there can be none, -1 when it ends with the connection or the last chunk.</summary>
    public long ContentLength { get; private set; }

    /// <summary>True when the peer allows the connection to be reused after this answer.</summary>
    public bool KeepsConnection { get; private set; }

    /// <summary>Bytes that the last <see cref="Next"/> consumed, including those of the body.</summary>
    public int Consumed { get; private set; }

    /// <summary>Where in the last input the body's bytes are.</summary>
    public int BodyOffset { get; private set; }

    /// <summary>How many there are.</summary>
    public int BodyCount { get; private set; }

    /// <summary>Makes it ready for the next answer.</summary>
    /// <param name="isAnswerToHead">The request was HEAD: its answer has no body whatever its headers say.</param>
    public void Start(bool isAnswerToHead)
    {
        _head.Clear();
        _state = InHead;
        _isAnswerToHead = isAnswerToHead;
        _mayUpgrade = false;
        _interimAnswers = 0;
        _bodyLeft = 0;
        ContentLength = -1;
        KeepsConnection = false;
        HasStarted = false;
    }

    /// <summary>
    /// Makes it ready for the answer to a request to switch protocols: 101 is then a final answer, and what
    /// follows its head is left untouched.
    /// </summary>
    internal void StartUpgrade()
    {
        Start(false);
        _mayUpgrade = true;
    }

    /// <summary>True when one of the headers of this name lists the word, both in lower case here and in any case in the answer.</summary>
    internal bool HeaderLists(string lowerName, string lowerWord)
    {
        byte[] name = Encoding.UTF8.GetBytes(lowerName);
        byte[] word = Encoding.UTF8.GetBytes(lowerWord);
        for (int start = _head.Headers.Find(name, 0); start >= 0; start = _head.Headers.Find(name, start))
        {
            if (_head.Headers.ListHas(start, word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>First value of a header, name in any case; null when absent. Valid once the head is complete.</summary>
    public string? Header(string name)
    {
        int start = _head.Headers.Find(Encoding.UTF8.GetBytes(name.ToLower()), 0);
        return start < 0 ? null : _head.Headers.Value(start);
    }

    /// <summary>All values of a header, name in any case, in their order. Valid once the head is complete.</summary>
    public string[] Headers(string name)
    {
        byte[] lowerName = Encoding.UTF8.GetBytes(name.ToLower());
        ArrayList values = new ArrayList();
        for (int start = _head.Headers.Find(lowerName, 0); start >= 0; start = _head.Headers.Find(lowerName, start))
        {
            values.Add(_head.Headers.Value(start));
        }

        return TextList.ToArray(values);
    }

    /// <summary>Processes bytes that follow those consumed before.</summary>
    /// <param name="input">Bytes from the peer.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many there are; 0 only asks whether the answer is complete.</param>
    /// <param name="maxBody">The most bytes of the body to return; with 0 a body event means that there are more.</param>
    public HttpCodecEvent Next(byte[] input, int offset, int count, int maxBody)
    {
        Consumed = 0;
        BodyCount = 0;
        HasStarted |= count > 0;
        switch (_state)
        {
            case InHead:
                return NextInHead(input, offset, count);
            case InSizedBody:
                return NextInSizedBody(offset, count, maxBody);
            case InChunkedBody:
                return NextInChunkedBody(input, offset, count, maxBody);
            case InBodyUntilClose:
                return GiveBody(offset, Math.Min(count, maxBody), count > 0);
            default:
                return HttpCodecEvent.End;
        }
    }

    /// <summary>Notes that the peer closed the connection.</summary>
    /// <returns>True when the answer is complete with that or was before; false when it is cut off.</returns>
    public bool EndInput()
    {
        if (_state == InBodyUntilClose)
        {
            _state = AtEnd;
        }

        return _state == AtEnd;
    }

    private HttpCodecEvent NextInHead(byte[] input, int offset, int count)
    {
        while (Consumed < count)
        {
            Consumed += _head.Take(input, offset + Consumed, count - Consumed);
            if (_head.IsComplete && _head.Status >= 200)
            {
                ReadFraming();
                return HttpCodecEvent.Head;
            }

            if (_head.IsComplete && _head.Status == 101 && _mayUpgrade)
            {
                _state = Upgraded;
                return HttpCodecEvent.Head;
            }

            if (_head.IsComplete)
            {
                SkipInterimAnswer();
            }
        }

        return HttpCodecEvent.NeedInput;
    }

    private void SkipInterimAnswer()
    {
        _interimAnswers++;
        if (_head.Status == 101 || _interimAnswers > MaxInterimAnswers)
        {
            throw Bad(_head.Status == 101 ? "switches to a protocol that was not requested" : "sends interim answers without end");
        }

        _head.Clear();
    }

    private HttpCodecEvent NextInSizedBody(int offset, int count, int maxBody)
    {
        bool hasBody = count > 0;
        int given = Ascii.Least(Math.Min(count, maxBody), _bodyLeft);
        _bodyLeft -= given;
        if (_bodyLeft == 0)
        {
            _state = AtEnd;
        }

        return GiveBody(offset, given, hasBody);
    }

    private HttpCodecEvent NextInChunkedBody(byte[] input, int offset, int count, int maxBody)
    {
        Consumed = _chunks.TakeFraming(input, offset, count);
        if (_chunks.IsAtEnd)
        {
            _state = AtEnd;
            return HttpCodecEvent.End;
        }

        bool hasBody = Consumed < count;
        int given = Ascii.Least(Math.Min(count - Consumed, maxBody), _chunks.DataLeft);
        if (given > 0)
        {
            _chunks.TakeData(given);
        }

        return GiveBody(offset + Consumed, given, hasBody);
    }

    private HttpCodecEvent GiveBody(int offset, int count, bool hasBody)
    {
        BodyOffset = offset;
        BodyCount = count;
        Consumed += count;
        return hasBody ? HttpCodecEvent.Body : HttpCodecEvent.NeedInput;
    }

    /// <summary>Decides how the body ends (RFC 9112 section 6.3) and whether the connection persists (section 9.3).</summary>
    private void ReadFraming()
    {
        bool isTrusted = true;
        if (_isAnswerToHead || _head.Status == 204 || _head.Status == 304)
        {
            ContentLength = 0;
            _state = AtEnd;
        }
        else if (ReadIsChunked())
        {
            // A length besides the chunks, or chunks from HTTP/1.0, are signs of a faulty relay.
            isTrusted = !_head.IsHttp10 && _head.Headers.Find(s_contentLength, 0) < 0;
            _chunks.Clear();
            _state = InChunkedBody;
        }
        else
        {
            ContentLength = ReadContentLength();
            _bodyLeft = ContentLength;
            _state = _bodyLeft < 0 ? InBodyUntilClose : _bodyLeft == 0 ? AtEnd : InSizedBody;
        }

        KeepsConnection = isTrusted && _state != InBodyUntilClose && ReadKeepsConnection();
    }

    private bool ReadIsChunked()
    {
        int start = _head.Headers.Find(s_transferEncoding, 0);
        if (start < 0)
        {
            return false;
        }

        if (!_head.Headers.ValueIs(start, s_chunked) || _head.Headers.Find(s_transferEncoding, start) >= 0)
        {
            throw Bad("sends its answer in a transfer coding that the hub does not support: " + Shown(start));
        }

        return true;
    }

    private bool ReadKeepsConnection()
    {
        bool keeps = !_head.IsHttp10;
        for (int start = _head.Headers.Find(s_connection, 0); start >= 0; start = _head.Headers.Find(s_connection, start))
        {
            if (_head.Headers.ListHas(start, s_close))
            {
                return false;
            }

            keeps |= _head.Headers.ListHas(start, s_keepAlive);
        }

        return keeps;
    }

    /// <summary>The length that all Content-Length headers agree on, -1 when there is none.</summary>
    private long ReadContentLength()
    {
        long length = -1;
        for (int start = _head.Headers.Find(s_contentLength, 0); start >= 0; start = _head.Headers.Find(s_contentLength, start))
        {
            long value = _head.Headers.LengthList(start);
            if (value < 0 || (length >= 0 && value != length))
            {
                throw Bad("sends a wrong Content-Length: " + Shown(start));
            }

            length = value;
        }

        return length;
    }

    private string Shown(int start)
    {
        byte[] value = Encoding.UTF8.GetBytes(_head.Headers.Value(start));
        return Ascii.Printable(value, 0, value.Length);
    }

    private HubException Bad(string what) => new HubException(ErrorCode.BadResponse, _peer + " " + what);
}
