namespace Hub.Core.Text;

/// <summary>
/// Makes foreign text safe for a log, a terminal, a status and JSON: the one place that knows which characters must never get there
/// raw. Printers, servers and announcements choose job names, messages and names freely. Thread: any.
/// </summary>
public static class OneLine
{
    private const int MaxLength = 400;

    /// <summary>Marks where a text was cut: code that cuts foreign text before secrets are masked leaves this mark.</summary>
    internal const string Cut = "...";

    /// <summary>High surrogate of U+E0000 to U+E03FF: tags, which spell invisible text, and selectors of variants.</summary>
    private const char TagSurrogate = (char)0xDB40;

    /// <summary>
    /// The text with '?' for characters that must not be shown (<see cref="IsUnfit"/>, tags, halves of characters), at most 400 characters; the
    /// same object when it is safe already.
    /// </summary>
    public static string Of(string text)
    {
        char[] characters = text.ToCharArray();
        bool isFit = characters.Length <= MaxLength;
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            bool isPair = IsHigh(c) && i + 1 < characters.Length && IsLow(characters[i + 1]);
            if (isPair && c != TagSurrogate)
            {
                i++;
            }
            else if (isPair || IsHigh(c) || IsLow(c) || IsUnfit(c))
            {
                characters[i] = '?';
                isFit = false;
            }
        }

        if (isFit)
        {
            return text;
        }

        if (characters.Length <= MaxLength)
        {
            return new string(characters);
        }

        int length = IsHigh(characters[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return new string(characters, 0, length) + "...";
    }

    /// <summary>True for characters that would break a line, a header or a terminal.</summary>
    public static bool IsControl(char c) => c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;

    /// <summary>
    /// True for control characters, and for those of Unicode's category Cf that change the writing direction or are invisible:
    /// with them a file "a\u202Egpj.exe" looks like "aexe.jpg", and two names that differ look alike (Unicode TR 36 §2.5 and §2.6).
    /// </summary>
    public static bool IsUnfit(char c) =>
        IsControl(c)
        || (c >= 0x00AD && (c == 0x00AD || c == 0x061C || c == 0x180E
            || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F)
            || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB)));

    private static bool IsHigh(char c) => c >= 0xD800 && c <= 0xDBFF;

    private static bool IsLow(char c) => c >= 0xDC00 && c <= 0xDFFF;
}
