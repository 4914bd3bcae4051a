using System;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Reads chunked framing (RFC 9112 section 7.1) around the data; extensions and trailers are bounded and
/// discarded. No I/O. Thread: one owner.
/// </summary>
internal sealed class HttpChunks
{
    private const int MaxSizeLineBytes = 1024;
    private const int MaxTrailerBytes = 8 * 1024;

    private const int InSize = 0;
    private const int InExtension = 1;
    private const int InData = 2;
    private const int AfterData = 3;
    private const int InTrailer = 4;
    private const int AtEnd = 5;

    private readonly string _peer;
    private int _state;
    private long _size;
    private bool _hasDigit;
    private int _lineBytes;
    private int _trailerBytes;
    private bool _isTrailerLineEmpty;
    private bool _sawCarriageReturn;

    internal HttpChunks(string peer)
    {
        _peer = peer;
    }

    /// <summary>Bytes of the present chunk that are still to come; 0 between chunks.</summary>
    internal long DataLeft => _state == InData ? _size : 0;

    /// <summary>True when the last chunk and the trailers were read.</summary>
    internal bool IsAtEnd => _state == AtEnd;

    internal void Clear()
    {
        _trailerBytes = 0;
        BeginSize();
    }

    /// <summary>Consumes framing up to the next data or the end. Errors: <see cref="ErrorCode.BadResponse"/>.</summary>
    /// <returns>Bytes consumed.</returns>
    internal int TakeFraming(byte[] input, int offset, int count)
    {
        int position = offset;
        while (position < offset + count && _state != InData && _state != AtEnd)
        {
            TakeByte(input[position]);
            position++;
        }

        return position - offset;
    }

    /// <summary>Notes that data of the present chunk was consumed.</summary>
    internal void TakeData(int count)
    {
        _size -= count;
        if (_size == 0)
        {
            _state = AfterData;
            _sawCarriageReturn = false;
        }
    }

    private void BeginSize()
    {
        _state = InSize;
        _size = 0;
        _hasDigit = false;
        _lineBytes = 0;
        _sawCarriageReturn = false;
    }

    private void TakeByte(byte value)
    {
        switch (_state)
        {
            case InSize:
                TakeSizeByte(value);
                break;
            case InExtension:
                TakeExtensionByte(value);
                break;
            case AfterData:
                TakeByteAfterData(value);
                break;
            default:
                TakeTrailerByte(value);
                break;
        }
    }

    private void TakeSizeByte(byte value)
    {
        int digit = Ascii.HexValue(value);
        if (digit < 0)
        {
            // The size ends at the line's end, at an extension (;) or at the padding that some servers write.
            _state = InExtension;
            if (!_hasDigit || (value != '\r' && value != '\n' && value != ';' && value != ' ' && value != '\t'))
            {
                throw Bad("sent a chunk without a size");
            }

            TakeExtensionByte(value);
            return;
        }

        if (_size > long.MaxValue >> 4)
        {
            throw Bad("sent a chunk of impossible size");
        }

        _hasDigit = true;
        _size = (_size << 4) + digit;
        CountLineByte();
    }

    private void TakeExtensionByte(byte value)
    {
        CountLineByte();
        if (value == '\n')
        {
            BeginData();
        }
        else if (_sawCarriageReturn)
        {
            throw Bad("sent a stray CR after a chunk's size");
        }

        _sawCarriageReturn = value == '\r';
    }

    private void BeginData()
    {
        _state = _size > 0 ? InData : InTrailer;
        _isTrailerLineEmpty = true;
    }

    private void TakeByteAfterData(byte value)
    {
        if (value == '\n')
        {
            BeginSize();
        }
        else if (value == '\r' && !_sawCarriageReturn)
        {
            _sawCarriageReturn = true;
        }
        else
        {
            throw Bad("sent a chunk longer than its size");
        }
    }

    private void TakeTrailerByte(byte value)
    {
        _trailerBytes++;
        if (_trailerBytes > MaxTrailerBytes)
        {
            throw Bad("sent more than 8 KiB of trailers");
        }

        if (value == '\n')
        {
            _state = _isTrailerLineEmpty ? AtEnd : InTrailer;
            _isTrailerLineEmpty = true;
        }
        else if (value != '\r')
        {
            _isTrailerLineEmpty = false;
        }
    }

    private void CountLineByte()
    {
        _lineBytes++;
        if (_lineBytes > MaxSizeLineBytes)
        {
            throw Bad("sent a chunk size line of more than 1 KiB");
        }
    }

    private HubException Bad(string what) => new HubException(ErrorCode.BadResponse, _peer + " " + what);
}
