using System;
using System.IO;
using System.Text;
using Hub.Core.Text;

namespace Hub.Simulator.Hosting;

/// <summary>
/// The last filter before a terminal: characters that are unsafe there (<see cref="OneLine.IsUnfit"/>, tags) become '?', whatever their
/// source. Line breaks and tabs pass, and a table's escape sequences where the writer allows them. Thread: one at a time.
/// </summary>
internal sealed class CleanWriter(TextWriter inner, bool allowsEscape) : TextWriter
{
    private const char Escape = '\x1b';
    private const char TagSurrogate = '\uDB40';

    public override Encoding Encoding => inner.Encoding;

    public override IFormatProvider FormatProvider => inner.FormatProvider;

    public override void Write(char value) => inner.Write(Clean(value));

    public override void Write(string? value) => inner.Write(value == null ? null : Cleaned(value));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (FirstUnfit(buffer) < 0)
        {
            inner.Write(buffer);
        }
        else
        {
            inner.Write(Cleaned(buffer.ToString()));
        }
    }

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value == null ? null : Cleaned(value));

    public override void Flush() => inner.Flush();

    private string Cleaned(string text)
    {
        return FirstUnfit(text) < 0 ? text : string.Create(text.Length, text, (into, from) =>
        {
            for (int i = 0; i < into.Length; i++)
            {
                into[i] = i > 0 && from[i - 1] == TagSurrogate && char.IsLowSurrogate(from[i]) ? '?' : Clean(from[i]);
            }
        });
    }

    private int FirstUnfit(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (Clean(text[i]) != text[i])
            {
                return i;
            }
        }

        return -1;
    }

    private char Clean(char c) =>
        c is '\n' or '\r' or '\t' || (c == Escape && allowsEscape) ? c
        : c == TagSurrogate || OneLine.IsUnfit(c) ? '?'
        : c;
}
