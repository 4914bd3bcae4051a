using System.Text;

namespace Hub.Core.Text;

/// <summary>Percent-encoding by RFC 3986. Thread: any.</summary>
public static class UrlText
{
    private static readonly byte[] s_hexDigits = Encoding.UTF8.GetBytes("0123456789ABCDEF");

    /// <summary>
    /// A path segment or query value with everything but RFC 3986's unreserved characters
    /// percent-encoded as UTF-8; a slash is encoded too. Also valid for RFC 5987 (<c>filename*</c>).
    /// </summary>
    public static string PercentEncode(string segment)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(segment);
        StringBuilder text = new StringBuilder(bytes.Length + 16);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (IsUnreserved(bytes[i]))
            {
                text.Append((char)bytes[i]);
            }
            else
            {
                AppendPercent(text, bytes[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>Percent-encodes every segment of a path and keeps the slashes between them.</summary>
    public static string PercentEncodePath(string path)
    {
        string[] segments = path.Split('/');
        StringBuilder encoded = new StringBuilder(PercentEncode(segments[0]));
        for (int i = 1; i < segments.Length; i++)
        {
            encoded.Append('/').Append(PercentEncode(segments[i]));
        }

        return encoded.ToString();
    }

    /// <summary>Appends a byte as a percent sign and two upper-case hex digits.</summary>
    internal static void AppendPercent(StringBuilder text, byte value)
    {
        text.Append('%');
        text.Append((char)s_hexDigits[value >> 4]);
        text.Append((char)s_hexDigits[value & 15]);
    }

    private static bool IsUnreserved(int value) =>
        Ascii.IsLetterOrDigit(value) || value == '-' || value == '.' || value == '_' || value == '~';
}
