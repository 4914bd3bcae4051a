namespace Hub.Core;

/// <summary>Makes foreign text fit for a log, a terminal and a status. Thread: any.</summary>
public static class OneLine
{
    private const int MaxLength = 400;

    /// <summary>The text with control characters as '?' and at most 400 characters; the same object when it is fit already.</summary>
    public static string Of(string text)
    {
        char[] characters = text.ToCharArray();
        bool isFit = characters.Length <= MaxLength;
        for (int i = 0; i < characters.Length; i++)
        {
            if (IsControl(characters[i]))
            {
                characters[i] = '?';
                isFit = false;
            }
        }

        if (isFit)
        {
            return text;
        }

        return characters.Length <= MaxLength ? new string(characters) : new string(characters, 0, MaxLength) + "...";
    }

    /// <summary>True for characters that would break a line, a header or a terminal.</summary>
    public static bool IsControl(char c) => c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}
