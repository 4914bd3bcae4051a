using Hub.Core.Text;

namespace Hub.Core.Jobs;

/// <summary>Reads what a <see cref="FieldWriter"/> wrote. A field that does not fit ends the reading. Thread: one owner.</summary>
internal sealed class FieldReader
{
    private const int HeadBytes = 3;

    private readonly byte[] _buffer;
    private readonly int _end;
    private int _next;
    private int _start;
    private int _length;

    public FieldReader(byte[] buffer, int start, int count)
    {
        _buffer = buffer;
        _next = start;
        _end = start + count;
    }

    /// <summary>The present field's tag.</summary>
    public int Tag { get; private set; }

    /// <summary>The present field as a number.</summary>
    public long Number
    {
        get
        {
            long value = _length > 0 ? (sbyte)_buffer[_start + _length - 1] : 0;
            for (int i = _length - 2; i >= 0; i--)
            {
                value = (value << 8) | _buffer[_start + i];
            }

            return value;
        }
    }

    /// <summary>The present field as a text.</summary>
    public string Text => Utf8.Text(_buffer, _start, _length);

    /// <summary>A reader of the present field's fields.</summary>
    public FieldReader Fields => new FieldReader(_buffer, _start, _length);

    /// <summary>Appends the present field, as it is, to others.</summary>
    public void CopyTo(FieldWriter fields) => fields.Append(_buffer, _start - HeadBytes, HeadBytes + _length);

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_end - _next < HeadBytes)
        {
            return false;
        }

        int length = _buffer[_next + 1] | (_buffer[_next + 2] << 8);
        if (length > _end - _next - HeadBytes)
        {
            return false;
        }

        Tag = _buffer[_next];
        _start = _next + HeadBytes;
        _length = length;
        _next = _start + length;
        return true;
    }
}
