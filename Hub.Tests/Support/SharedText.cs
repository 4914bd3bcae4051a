using System.IO;
using System.Text;

namespace Hub.Tests.Support;

/// <summary>
/// Text that one thread writes while another reads it. A <see cref="StringWriter"/> cannot be read during that time, not even
/// inside <see cref="TextWriter.Synchronized"/>, which locks writers only.
/// </summary>
internal sealed class SharedText : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        lock (_text)
        {
            _text.Append(value);
        }
    }

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value);
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_text)
        {
            _text.Append(buffer, index, count);
        }
    }

    /// <summary>In one piece, so that no reader sees half a line and no other writer interrupts it.</summary>
    public override void WriteLine(string? value)
    {
        lock (_text)
        {
            _text.Append(value).Append(CoreNewLine);
        }
    }

    /// <summary>The text written so far.</summary>
    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }
}
