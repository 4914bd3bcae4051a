using System;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>
/// Reads FTP replies (RFC 959 section 4.2) from bytes as they arrive: single and multi-line, with any line ends, in any
/// pieces. It does no I/O and is bounded: of a line it keeps the beginning, and the length of a reply is limited. Thread: one owner.
/// </summary>
public sealed class FtpReplyCodec
{
    /// <summary>Longest reply, all its lines together.</summary>
    public const int MaxReplyBytes = 16 * 1024;

    /// <summary>Bytes of a line's text that are kept.</summary>
    public const int MaxTextBytes = 256;

    private const int CodeBytes = 3;
    private const int TextOffset = CodeBytes + 1;

    private static readonly object s_lineFeed = (byte)'\n';

    private readonly byte[] _line = new byte[TextOffset + MaxTextBytes];
    private int _lineLength;
    private int _replyLength;
    private int _openCode;

    /// <summary>Code of the last reply, 100 to 599; 0 before the first.</summary>
    public int Code { get; private set; }

    /// <summary>Text of that reply's last line, which has the code: at most 256 characters, with dots for anything but printable ASCII.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Bytes that the last <see cref="Next"/> consumed.</summary>
    public int Consumed { get; private set; }

    /// <summary>True when a reply has begun and not ended.</summary>
    public bool IsInReply => _replyLength > 0;

    /// <summary>Forgets the part of a reply that arrived: for a new connection.</summary>
    public void Reset()
    {
        _lineLength = 0;
        _replyLength = 0;
        _openCode = 0;
        Code = 0;
        Text = "";
    }

    /// <summary>
    /// Consumes bytes up to the end of the next reply. Errors: <see cref="ErrorCode.BadResponse"/> for bytes that are not an FTP reply, or
    /// one that is too long; the connection is unusable then.
    /// </summary>
    /// <returns>True when a reply is complete, false when all bytes were consumed and more are needed.</returns>
    public bool Next(byte[] buffer, int offset, int count)
    {
        Consumed = 0;
        while (Consumed < count)
        {
            int start = offset + Consumed;
            int end = Ascii.IndexOf(buffer, s_lineFeed, start, count - Consumed);
            int length = end < 0 ? count - Consumed : end - start;
            int taken = end < 0 ? length : length + 1;
            Keep(buffer, start, length);
            _replyLength += taken;
            Consumed += taken;
            if (end >= 0 && EndLine())
            {
                return true;
            }
        }

        return false;
    }

    private void Keep(byte[] buffer, int offset, int count)
    {
        if (_replyLength + count > MaxReplyBytes)
        {
            throw Bad("sent an endless FTP reply");
        }

        int room = _line.Length - _lineLength;
        if (room > 0)
        {
            Array.Copy(buffer, offset, _line, _lineLength, Math.Min(room, count));
        }

        _lineLength += count;
    }

    /// <returns>True when this line ends a reply.</returns>
    private bool EndLine()
    {
        int length = Math.Min(_lineLength, _line.Length);
        while (length > 0 && _line[length - 1] == '\r')
        {
            length--;
        }

        _lineLength = 0;
        int code = CodeOf(length);
        if (_openCode == 0 && code == 0)
        {
            if (length == 0)
            {
                // A blank line between replies means nothing.
                return false;
            }

            throw Bad("does not speak FTP, it sent: " + Ascii.Printable(_line, 0, length));
        }

        if (length > CodeBytes && _line[CodeBytes] == '-')
        {
            _openCode = _openCode == 0 ? code : _openCode;
            return false;
        }

        if (_openCode != 0 && code != _openCode)
        {
            return false;
        }

        Code = code;
        Text = length > TextOffset ? Ascii.Printable(_line, TextOffset, length - TextOffset, MaxTextBytes) : "";
        _openCode = 0;
        _replyLength = 0;
        return true;
    }

    /// <returns>The code that the line begins with, followed by a space, a hyphen or nothing; 0 for none.</returns>
    private int CodeOf(int length)
    {
        if (length < CodeBytes || _line[0] < '1' || _line[0] > '5' || !Ascii.IsDigit(_line[1]) || !Ascii.IsDigit(_line[2]))
        {
            return 0;
        }

        return length == CodeBytes || _line[CodeBytes] == ' ' || _line[CodeBytes] == '-'
            ? ((_line[0] - '0') * 100) + ((_line[1] - '0') * 10) + (_line[2] - '0')
            : 0;
    }

    private static HubException Bad(string what) => new HubException(ErrorCode.BadResponse, "the peer " + what);
}
