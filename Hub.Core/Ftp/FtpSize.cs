using Hub.Core.Text;

namespace Hub.Core.Ftp;

/// <summary>Reads the answer to SIZE (RFC 3659 section 4): <c>213 N</c>. Thread: any.</summary>
internal static class FtpSize
{
    internal const int Code = 213;

    private const int MaxDigits = 18;

    /// <returns>The size in bytes, or -1 when the text is not a size.</returns>
    internal static long Of(string text)
    {
        char[] characters = text.Trim().ToCharArray();
        long size = 0;
        for (int i = 0; i < characters.Length; i++)
        {
            if (i == MaxDigits || !Ascii.IsDigit(characters[i]))
            {
                return -1;
            }

            size = (size * 10) + (characters[i] - '0');
        }

        return characters.Length > 0 ? size : -1;
    }
}
