using System;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.WebSockets;

/// <summary>What <see cref="WebSocketCodec.Next"/> found.</summary>
public enum WebSocketEvent
{
    /// <summary>Everything offered was consumed; more is needed.</summary>
    NeedInput = 0,

    /// <summary>A message is complete in <see cref="WebSocketCodec.Message"/>.</summary>
    Message = 1,

    /// <summary>A ping, its payload in <see cref="WebSocketCodec.Control"/>; it may arrive in the middle of a message.</summary>
    Ping = 2,

    /// <summary>A pong, its payload in <see cref="WebSocketCodec.Control"/>; it may arrive in the middle of a message.</summary>
    Pong = 3,

    /// <summary>A close, see <see cref="WebSocketCodec.CloseCode"/>; anything after it is ignored.</summary>
    Close = 4,

    /// <summary>A message longer than the limit was skipped; <see cref="WebSocketCodec.Message"/> has its beginning.</summary>
    Skipped = 5,
}

/// <summary>
/// Turns the bytes of a WebSocket server into events (RFC 6455 section 5, without extensions). No I/O and
/// no waiting: bytes in, events out, whatever the splits. Thread: one owner. Ownership: its buffers belong to it
/// and are valid until the next call; once they have grown to what this peer sends, it allocates nothing.
/// Errors: <see cref="ErrorCode.BadResponse"/> naming the peer, and <see cref="FailCode"/> for the close that
/// answers it; after one the codec must be started again.
/// </summary>
public sealed class WebSocketCodec
{
    private const int MaxShownReasonBytes = 100;

    /// <summary>Bytes that are kept of a skipped message.</summary>
    private const int BeginningBytes = 256;

    /// <summary>No real message has this many bytes.</summary>
    private const long MaxSkippedBytes = 1L << 30;

    private readonly string _peer;
    private readonly int _maxMessageBytes;
    private readonly WebSocketMessage _message;
    private readonly Utf8Check _utf8 = new Utf8Check();
    private readonly byte[] _header = new byte[10];
    private int _headerCount;
    private int _headerSize;
    private bool _hasHeader;
    private int _opcode;
    private bool _isFinal;
    private bool _isInMessage;
    private bool _isClosed;
    private bool _isSkipping;

    /// <summary>The input that has the message; null while it is in its own buffer.</summary>
    private byte[]? _inPlace;
    private int _inPlaceLength;

    /// <summary>Bytes of the present frame's payload that are still to come.</summary>
    private long _left;

    /// <summary>Makes a codec.</summary>
    /// <param name="peer">Host and port, for messages.</param>
    /// <param name="maxMessageBytes">Longest message it accepts, at least 1.</param>
    public WebSocketCodec(string peer, int maxMessageBytes)
    {
        if (maxMessageBytes < 1)
        {
            throw new ArgumentException("a message has at least one byte");
        }

        _peer = peer;
        _maxMessageBytes = maxMessageBytes;
        _message = new WebSocketMessage(maxMessageBytes);
        Start();
    }

    /// <summary>
    /// True to skip messages longer than the limit (<see cref="WebSocketEvent.Skipped"/>) instead of failing. They use no
    /// memory beyond the limit.
    /// </summary>
    public bool SkipsLongMessages { get; set; }

    /// <summary>
    /// True to leave a binary message where it is in the input, if one frame has it and all of that was offered: <see cref="Message"/> is the input
    /// then, and the message must be used before that changes.
    /// </summary>
    public bool KeepsBinaryInPlace { get; set; }

    /// <summary>True while <see cref="Message"/> is the input of the last <see cref="Next"/>.</summary>
    public bool IsInPlace => _inPlace != null;

    /// <summary>The buffer with the message; another array after it grew.</summary>
    public byte[] Message => _inPlace ?? _message.Bytes;

    /// <summary>Where in it the message begins: 0 unless <see cref="IsInPlace"/>.</summary>
    public int MessageOffset { get; private set; }

    /// <summary>Bytes of the message, once it is complete.</summary>
    public int MessageLength => _inPlace == null ? _message.Length : _inPlaceLength;

    /// <summary>True for text, which is valid UTF-8 then.</summary>
    public bool IsText { get; private set; }

    /// <summary>The buffer that begins with the payload of the last ping, pong or close.</summary>
    public byte[] Control { get; } = new byte[WebSocketFrame.MaxControlBytes];

    /// <summary>Bytes of that payload, 0 to 125.</summary>
    public int ControlLength { get; private set; }

    /// <summary>Code of the peer's close, <see cref="WebSocketCloseCodes.NoCode"/> when it named none; 0 before.</summary>
    public int CloseCode { get; private set; }

    /// <summary>Reason of the peer's close: at most 100 characters, with dots for anything but printable ASCII.</summary>
    public string CloseReason { get; private set; } = "";

    /// <summary>Code of the close that answers the peer's error; 0 while there is none.</summary>
    public int FailCode { get; private set; }

    /// <summary>Bytes that the last <see cref="Next"/> consumed.</summary>
    public int Consumed { get; private set; }

    private bool IsControl => _opcode >= WebSocketFrame.Close;

    /// <summary>Makes it ready for another connection.</summary>
    public void Start()
    {
        _message.Clear();
        _inPlace = null;
        MessageOffset = 0;
        _headerCount = 0;
        _headerSize = 2;
        _hasHeader = false;
        _isInMessage = false;
        _isClosed = false;
        _isSkipping = false;
        _left = 0;
        IsText = false;
        ControlLength = 0;
        CloseCode = 0;
        CloseReason = "";
        FailCode = 0;
        Consumed = 0;
    }

    /// <summary>Processes bytes that follow those consumed before, up to the next event.</summary>
    /// <param name="input">Bytes from the peer.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">How many there are.</param>
    public WebSocketEvent Next(byte[] input, int offset, int count)
    {
        Consumed = 0;
        _inPlace = null;
        MessageOffset = 0;
        WebSocketEvent found = WebSocketEvent.NeedInput;
        while (found == WebSocketEvent.NeedInput && !_isClosed && TakeHeader(input, offset, count) && TakePayload(input, offset, count))
        {
            found = EndFrame();
        }

        if (_isClosed && found == WebSocketEvent.NeedInput)
        {
            Consumed = count;
        }

        return found;
    }

    /// <summary>True when the header is complete.</summary>
    private bool TakeHeader(byte[] input, int offset, int count)
    {
        while (!_hasHeader && Consumed < count)
        {
            byte value = input[offset + Consumed];
            Consumed++;
            _header[_headerCount] = value;
            _headerCount++;
            if (_headerCount == 1)
            {
                ReadFirst(value);
            }
            else if (_headerCount == 2)
            {
                ReadSecond(value);
            }

            if (_headerCount == _headerSize)
            {
                BeginPayload(ReadLength());
            }
        }

        return _hasHeader;
    }

    private void ReadFirst(int value)
    {
        if ((value & 0x70) != 0)
        {
            throw Broken("sets bits of an extension that was not agreed on");
        }

        _isFinal = (value & 0x80) != 0;
        _opcode = value & 0x0F;
        if (IsControl)
        {
            CheckControl();
        }
        else if (_opcode > WebSocketFrame.Binary)
        {
            throw Broken("sends a frame of an unknown kind (" + _opcode.ToString() + ")");
        }
        else if (_isInMessage != (_opcode == WebSocketFrame.Continuation))
        {
            throw Broken(_isInMessage ? "begins a message inside another" : "continues a message that it did not begin");
        }
    }

    private void CheckControl()
    {
        if (_opcode > WebSocketFrame.Pong)
        {
            throw Broken("sends a frame of an unknown kind (" + _opcode.ToString() + ")");
        }

        if (!_isFinal)
        {
            throw Broken("sends a control frame in fragments");
        }
    }

    private void ReadSecond(int value)
    {
        if ((value & 0x80) != 0)
        {
            throw Broken("sends a masked frame, which only a client may");
        }

        if (IsControl && value > WebSocketFrame.MaxControlBytes)
        {
            throw Broken("sends a control frame of more than 125 bytes");
        }

        _headerSize = value < 126 ? 2 : value == 126 ? 4 : 10;
    }

    private long ReadLength()
    {
        if (_headerSize == 2)
        {
            return _header[1];
        }

        long length = 0;
        for (int i = 2; i < _headerSize; i++)
        {
            length = (length << 8) | _header[i];
        }

        if (length < 0)
        {
            throw Broken("sends a frame with an impossible length");
        }

        if (length < (_headerSize == 4 ? 126 : 65536))
        {
            throw Broken("sends a length in more bytes than it needs");
        }

        return length;
    }

    private void BeginPayload(long length)
    {
        if (IsControl)
        {
            ControlLength = 0;
        }
        else
        {
            BeginFragment(length);
        }

        _left = length;
        _hasHeader = true;
    }

    private void BeginFragment(long length)
    {
        if (_opcode != WebSocketFrame.Continuation)
        {
            _message.Clear();
            _utf8.Start();
            _isInMessage = true;
            IsText = _opcode == WebSocketFrame.Text;
            _isSkipping = false;
        }

        if (length > _message.Room || _isSkipping)
        {
            if (!SkipsLongMessages || length > MaxSkippedBytes)
            {
                throw Failed(WebSocketCloseCodes.TooBig, "sends a message of more than " + _maxMessageBytes.ToString() + " bytes");
            }

            _isSkipping = true;
            length = BeginningRoom();
        }

        _message.Reserve((int)length);
    }

    private int BeginningRoom() => Math.Max(0, Math.Min(_message.Room, BeginningBytes - _message.Length));

    /// <summary>True when the payload is complete.</summary>
    private bool TakePayload(byte[] input, int offset, int count)
    {
        int position = offset + Consumed;
        int taken = count - Consumed < _left ? count - Consumed : (int)_left;
        bool isWhole = taken == _left && _message.Length == 0;
        Consumed += taken;
        _left -= taken;
        if (IsControl)
        {
            Array.Copy(input, position, Control, ControlLength, taken);
            ControlLength += taken;
        }
        else if (_isSkipping)
        {
            _message.Append(input, position, Math.Min(taken, BeginningRoom()));
        }
        else if (isWhole && KeepsBinaryInPlace && _isFinal && _opcode == WebSocketFrame.Binary)
        {
            _inPlace = input;
            _inPlaceLength = taken;
            MessageOffset = position;
        }
        else
        {
            _message.Append(input, position, taken);
            CheckText(input, position, taken);
        }

        return _left == 0;
    }

    private void CheckText(byte[] input, int position, int count)
    {
        bool isSound = !IsText || _utf8.Take(input, position, count);
        bool isCut = IsText && _left == 0 && _isFinal && !_utf8.IsComplete;
        if (!isSound || isCut)
        {
            throw NotUtf8("a text message");
        }
    }

    private WebSocketEvent EndFrame()
    {
        _hasHeader = false;
        _headerCount = 0;
        _headerSize = 2;
        switch (_opcode)
        {
            case WebSocketFrame.Close:
                ReadClose();
                return WebSocketEvent.Close;
            case WebSocketFrame.Ping:
                return WebSocketEvent.Ping;
            case WebSocketFrame.Pong:
                return WebSocketEvent.Pong;
            default:
                _isInMessage = !_isFinal;
                if (!_isFinal)
                {
                    return WebSocketEvent.NeedInput;
                }

                return _isSkipping ? WebSocketEvent.Skipped : WebSocketEvent.Message;
        }
    }

    /// <summary>Nothing, or a code and a reason (section 5.5.1).</summary>
    private void ReadClose()
    {
        int code = ControlLength >= 2 ? (Control[0] << 8) | Control[1] : WebSocketCloseCodes.NoCode;
        if (ControlLength == 1 || (ControlLength >= 2 && !WebSocketCloseCodes.MayBeSent(code)))
        {
            throw Broken("closes with a code that means nothing");
        }

        int reasonLength = Math.Max(ControlLength - 2, 0);
        _utf8.Start();
        if (!_utf8.Take(Control, 2, reasonLength) || !_utf8.IsComplete)
        {
            throw NotUtf8("the reason of its close");
        }

        _isClosed = true;
        CloseCode = code;
        CloseReason = Ascii.Printable(Control, 2, reasonLength, MaxShownReasonBytes);
    }

    private HubException Broken(string what) => Failed(WebSocketCloseCodes.ProtocolError, what);

    private HubException NotUtf8(string what) => Failed(WebSocketCloseCodes.InvalidData, "sends " + what + " that is not UTF-8");

    private HubException Failed(int closeCode, string what)
    {
        FailCode = closeCode;
        return new HubException(ErrorCode.BadResponse, _peer + " breaks the WebSocket protocol: it " + what);
    }
}
