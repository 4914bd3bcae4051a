using System.Globalization;
using System.Text;
using Hub.Core.Text;

namespace Hub.Simulator.Cli;

/// <summary>Makes text from the network safe to show and to paste into a shell.</summary>
internal static class ForeignText
{
    private const int MaxShown = 60;
    private const string PlainInQuotes = " -_.,:+#()'@/";

    /// <summary>For a table or a document: one line, no invisible or direction-changing characters, at most 60 characters; null when nothing is left.</summary>
    public static string? Shown(string? text)
    {
        if (text == null)
        {
            return null;
        }

        StringBuilder shown = new();
        int count = 0;
        foreach (Rune rune in OneLine.Of(text).EnumerateRunes())
        {
            if (count++ == MaxShown)
            {
                shown.Append("...");
                break;
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            shown.Append(category is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString());
        }

        string result = shown.ToString().Trim();
        return result.Length == 0 ? null : result;
    }

    /// <summary>
    /// A value for the command line, in double quotes if needed. Only letters, digits and a few signs stay: the
    /// result means the same to sh, PowerShell and cmd. Null when nothing is left.
    /// </summary>
    public static string? Pasted(string? text)
    {
        StringBuilder pasted = new();
        foreach (Rune rune in (Shown(text) ?? "").EnumerateRunes())
        {
            bool isPlain = rune.IsAscii && PlainInQuotes.Contains((char)rune.Value);
            if (!isPlain && !Rune.IsLetterOrDigit(rune))
            {
                continue;
            }

            pasted.Append(rune.ToString());
        }

        // A leading '-' would begin a flag, and '@' is special in PowerShell; '\' was removed.
        string value = pasted.ToString().Trim().TrimStart('-', '@', ' ');
        if (value.Length == 0)
        {
            return null;
        }

        return IsBare(value) ? value : "\"" + value + "\"";
    }

    /// <summary>True for text that needs no quotes in any shell: ASCII letters and digits and "-_.:/~".</summary>
    public static bool IsPlain(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"-_.:/~".Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBare(string value)
    {
        foreach (char c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
