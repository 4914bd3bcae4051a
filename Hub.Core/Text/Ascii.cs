using System;
using System.Text;

namespace Hub.Core.Text;

/// <summary>Text rules that the line-based protocols share. Thread: any.</summary>
internal static class Ascii
{
    private const int MaxShownBytes = 40;

    /// <summary>The beginning of what a peer sent, made safe for an error message: at most 40 characters and then "...", with dots for anything but printable ASCII.</summary>
    internal static string Printable(byte[] bytes, int offset, int count) => Printable(bytes, offset, count, MaxShownBytes);

    /// <summary>The same with another limit.</summary>
    internal static string Printable(byte[] bytes, int offset, int count, int maxBytes)
    {
        char[] shown = new char[count < maxBytes ? count : maxBytes];
        for (int i = 0; i < shown.Length; i++)
        {
            byte value = bytes[offset + i];
            shown[i] = value >= ' ' && value <= '~' ? (char)value : '.';
        }

        // The mark is for the code that masks secrets: the cut may be inside one.
        return count > maxBytes ? new string(shown) + OneLine.Cut : new string(shown);
    }

    /// <summary>Milliseconds for users: <c>10 s</c>, or <c>1500 ms</c>.</summary>
    internal static string Duration(int milliseconds)
    {
        return milliseconds >= 1000 && milliseconds % 1000 == 0
            ? (milliseconds / 1000).ToString() + " s"
            : milliseconds.ToString() + " ms";
    }

    /// <summary>True when the text could end a header line, or end a string early on the board.</summary>
    internal static bool HasLineBreakOrNul(string text) =>
        text.IndexOf('\r') >= 0 || text.IndexOf('\n') >= 0 || text.IndexOf('\0') >= 0;

    /// <summary>ASCII letter in lower case; every other byte as it is.</summary>
    internal static int Lower(int value) => value >= 'A' && value <= 'Z' ? value + 32 : value;

    /// <summary>The smaller of the two. (The board's Math.Min has no overload for long.)</summary>
    internal static int Least(int room, long left) => left < room ? (int)left : room;

    internal static bool IsLetterOrDigit(int value)
    {
        int lower = Lower(value);
        return (lower >= 'a' && lower <= 'z') || IsDigit(value);
    }

    internal static bool IsDigit(int value) => value >= '0' && value <= '9';

    /// <summary>Value of a hex digit, or -1.</summary>
    internal static int HexValue(int value)
    {
        int lower = Lower(value);
        if (IsDigit(value))
        {
            return value - '0';
        }

        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// <summary>Index of a byte in a range, or -1. Native on the board, where a managed loop costs about 10 us per byte.</summary>
    /// <param name="bytes">Where to search.</param>
    /// <param name="boxedByte">The byte, boxed once by the caller.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="count">How many bytes to search.</param>
    internal static int IndexOf(byte[] bytes, object boxedByte, int offset, int count) =>
        count <= 0 ? -1 : Array.IndexOf((Array)bytes, boxedByte, offset, count);
}
