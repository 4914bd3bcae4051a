using System;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Collects and checks the head of one answer, line by line; folded lines are joined (RFC 9112 section 5.2).
/// No I/O. Thread: one owner.
/// </summary>
internal sealed class HttpHead
{
    private const int MaxLineBytes = 8 * 1024;
    private const int MaxHeadBytes = 16 * 1024;
    private const int MaxHeaders = 100;

    /// <summary>First byte of a TLS alert record, which a TLS port may send to a plain request.</summary>
    private const byte TlsAlert = 0x15;

    private static readonly object s_lineFeed = (byte)'\n';
    private static readonly object s_carriageReturn = (byte)'\r';
    private static readonly object s_colon = (byte)':';
    private static readonly object s_nul = (byte)0;
    private static readonly byte[] s_protocol = Encoding.UTF8.GetBytes("HTTP/1.");

    private readonly string _peer;
    private int _lineStart;
    private int _headerCount;

    /// <summary>Makes an empty head.</summary>
    /// <param name="peer">Host and port for messages.</param>
    internal HttpHead(string peer)
    {
        _peer = peer;
    }

    /// <summary>The lines so far; complete and checked only when <see cref="IsComplete"/>.</summary>
    internal HttpHeaders Headers { get; } = new HttpHeaders();

    /// <summary>100 to 999 once the status line is complete, 0 before.</summary>
    internal int Status { get; private set; }

    /// <summary>True for HTTP/1.0.</summary>
    internal bool IsHttp10 { get; private set; }

    /// <summary>True when the empty line after the headers was seen.</summary>
    internal bool IsComplete { get; private set; }

    private byte[] Bytes => Headers.Bytes;

    /// <summary>Forgets everything, for the next answer.</summary>
    internal void Clear()
    {
        Headers.Clear();
        _lineStart = 0;
        _headerCount = 0;
        Status = 0;
        IsHttp10 = false;
        IsComplete = false;
    }

    /// <summary>Consumes bytes up to the end of the head. Errors: <see cref="ErrorCode.BadResponse"/>.</summary>
    /// <returns>Bytes consumed; fewer than offered only when the head is complete.</returns>
    internal int Take(byte[] input, int offset, int count)
    {
        int position = offset;
        int end = offset + count;
        while (position < end && !IsComplete)
        {
            int lineFeed = Ascii.IndexOf(input, s_lineFeed, position, end - position);
            int next = lineFeed < 0 ? end : lineFeed + 1;
            Store(input, position, next - position);
            position = next;
            if (Status == 0)
            {
                CheckProtocol();
            }

            if (lineFeed >= 0)
            {
                EndLine();
            }
        }

        return position - offset;
    }

    private void Store(byte[] input, int offset, int count)
    {
        if (Headers.Length - _lineStart + count > MaxLineBytes)
        {
            throw Bad("sent a header line of more than 8 KiB");
        }

        if (Headers.Length + count > MaxHeadBytes)
        {
            throw Bad("sent more than 16 KiB of headers");
        }

        Headers.Append(input, offset, count);
    }

    /// <summary>Refuses a peer of another protocol at its first bytes: it may wait for the hub and send no more.</summary>
    private void CheckProtocol()
    {
        int count = Math.Min(Headers.Length, s_protocol.Length);
        for (int i = 0; i < count; i++)
        {
            if (Bytes[i] != s_protocol[i])
            {
                throw NotHttp();
            }
        }
    }

    private HubException NotHttp()
    {
        string hint = Bytes[0] == TlsAlert ? " (it seems to require https)" : "";
        string words = Ascii.Printable(Bytes, 0, TrimLine(Headers.Length));
        HubException error = Bad("does not speak HTTP/1.x" + hint + ", it sent: " + words);
        error.PeerWords = words;
        return error;
    }

    private void EndLine()
    {
        int end = TrimLine(Headers.Length);
        CheckLine(end);
        if (Status == 0)
        {
            ReadStatusLine(end);
            KeepLine(end);
            Headers.Start = Headers.Length;
        }
        else if (end == _lineStart)
        {
            Headers.CutTo(_lineStart);
            IsComplete = true;
        }
        else if (HttpHeaders.IsSpace(Bytes[_lineStart]))
        {
            JoinLine(end);
        }
        else
        {
            CheckHeader(end);
            KeepLine(end);
        }
    }

    /// <summary>Where the present line's text ends, without LF and CR LF.</summary>
    private int TrimLine(int end)
    {
        if (end > _lineStart && Bytes[end - 1] == '\n')
        {
            end--;
        }

        return end > _lineStart && Bytes[end - 1] == '\r' ? end - 1 : end;
    }

    private void CheckLine(int end)
    {
        int count = end - _lineStart;
        if (Ascii.IndexOf(Bytes, s_nul, _lineStart, count) >= 0 || Ascii.IndexOf(Bytes, s_carriageReturn, _lineStart, count) >= 0)
        {
            throw Bad("sent a header line with a NUL or a stray CR in it");
        }
    }

    private void KeepLine(int end)
    {
        Bytes[end] = (byte)'\n';
        Headers.CutTo(end + 1);
        _lineStart = Headers.Length;
    }

    private void JoinLine(int end)
    {
        if (_lineStart == Headers.Start)
        {
            throw Bad("sent a folded line in front of its headers");
        }

        Bytes[_lineStart - 1] = (byte)' ';
        KeepLine(end);
    }

    private void ReadStatusLine(int end)
    {
        // "HTTP/1.x NNN", then nothing or a space and a phrase (RFC 9112 section 4). The phrase may be absent.
        bool isLongEnough = end >= 12 && Bytes[8] == ' ' && (end == 12 || Bytes[12] == ' ');
        int status = isLongEnough ? ReadNumber(9, 3) : -1;
        if (status < 100 || !Ascii.IsDigit(Bytes[7]))
        {
            throw NotHttp();
        }

        IsHttp10 = Bytes[7] == '0';
        Status = status;
    }

    private int ReadNumber(int start, int digits)
    {
        int number = 0;
        for (int i = start; i < start + digits; i++)
        {
            if (!Ascii.IsDigit(Bytes[i]))
            {
                return -1;
            }

            number = (number * 10) + Bytes[i] - '0';
        }

        return number;
    }

    private void CheckHeader(int end)
    {
        int colon = Ascii.IndexOf(Bytes, s_colon, _lineStart, end - _lineStart);
        if (colon <= _lineStart || HttpHeaders.IsSpace(Bytes[colon - 1]))
        {
            throw Bad("sent a header line without a name: " + Ascii.Printable(Bytes, _lineStart, end - _lineStart));
        }

        _headerCount++;
        if (_headerCount > MaxHeaders)
        {
            throw Bad("sent more than 100 headers");
        }
    }

    private HubException Bad(string what) => new HubException(ErrorCode.BadResponse, _peer + " " + what);
}
