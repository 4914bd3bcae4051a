namespace Hub.Core.Text;

/// <summary>Bytes as lower-case hexadecimal digits. Thread: any.</summary>
internal static class HexText
{
    private static readonly char[] s_digits = "0123456789abcdef".ToCharArray();

    /// <summary>All digits of the bytes.</summary>
    public static string Of(byte[] bytes) => Of(bytes, bytes.Length * 2);

    /// <summary>The first <paramref name="digits"/> digits of the bytes.</summary>
    public static string Of(byte[] bytes, int digits)
    {
        char[] text = new char[digits];
        for (int i = 0; i < digits; i++)
        {
            int value = bytes[i / 2];
            text[i] = s_digits[(i & 1) == 0 ? value >> 4 : value & 0xF];
        }

        return new string(text);
    }
}
