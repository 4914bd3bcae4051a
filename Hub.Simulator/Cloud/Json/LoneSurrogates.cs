using System;
using System.Globalization;

namespace Hub.Simulator.Cloud.Json;

/// <summary>
/// JSON may spell half of a character beyond the Basic Multilingual Plane (RFC 8259 section 8.2), which no reader can turn into text: a job's name that was cut in an
/// emoji would otherwise make everything unreadable that repeats it. Pure. Thread: any.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Replaces each escape of a half, in place, by that of U+FFFD. What is no JSON stays none.</summary>
    public static void Replace(Span<byte> json)
    {
        int at = json.IndexOf((byte)'\\');
        while (at >= 0)
        {
            Span<byte> rest = json[at..];
            int code = CodeOf(rest);
            int length = code < 0 ? 2 : EscapeLength;
            if (char.IsHighSurrogate((char)Math.Max(code, 0)) && rest.Length > EscapeLength && char.IsLowSurrogate((char)Math.Max(CodeOf(rest[EscapeLength..]), 0)))
            {
                length = 2 * EscapeLength;
            }
            else if (code >= 0 && char.IsSurrogate((char)code))
            {
                "\\ufffd"u8.CopyTo(rest);
            }

            if (length >= rest.Length)
            {
                return;
            }

            int next = rest[length..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + length + next;
        }
    }

    /// <summary>The code unit of the escape \\uXXXX that the text begins with; -1 for anything else.</summary>
    private static int CodeOf(ReadOnlySpan<byte> text) =>
        text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u' && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            ? code
            : -1;
}
