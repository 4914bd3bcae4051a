using System.Collections;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>Helpers for the trees of <see cref="Hal.IJsonDocuments"/>. Thread: any.</summary>
internal static class ConfigTree
{
    private const int MaxPrintedLength = 40;

    /// <summary>A copy that shares no object or array with the original.</summary>
    public static object? Clone(object? node)
    {
        if (node is Hashtable table)
        {
            Hashtable copy = new Hashtable();
            foreach (object key in table.Keys)
            {
                copy[key] = Clone(table[key]);
            }

            return copy;
        }

        if (node is ArrayList list)
        {
            ArrayList copy = new ArrayList();
            for (int i = 0; i < list.Count; i++)
            {
                copy.Add(Clone(list[i]));
            }

            return copy;
        }

        return node;
    }

    /// <summary>True when two trees hold the same.</summary>
    public static bool AreEqual(object? a, object? b)
    {
        if (a is Hashtable first && b is Hashtable second)
        {
            bool isEqual = first.Count == second.Count;
            foreach (string key in Keys(first))
            {
                isEqual = isEqual && second.Contains(key) && AreEqual(first[key], second[key]);
            }

            return isEqual;
        }

        if (a is ArrayList firstList && b is ArrayList secondList)
        {
            bool isEqual = firstList.Count == secondList.Count;
            for (int i = 0; isEqual && i < firstList.Count; i++)
            {
                isEqual = AreEqual(firstList[i], secondList[i]);
            }

            return isEqual;
        }

        return Equals(a, b);
    }

    /// <summary>The keys at this moment, so that the table may change while they are read.</summary>
    public static string[] Keys(Hashtable table)
    {
        string[] keys = new string[table.Count];
        int count = 0;
        foreach (object key in table.Keys)
        {
            keys[count++] = (string)key;
        }

        return keys;
    }

    /// <summary>What kind of value it is, for people.</summary>
    public static string KindOf(object? node) => node switch
    {
        null => "null",
        string => "text",
        bool => "true or false",
        Hashtable => "an object",
        ArrayList => "a list",
        _ => "a number",
    };

    /// <summary>Foreign text in quotes, fit for one line.</summary>
    public static string Quote(string text) => "\"" + Printable(text) + "\"";

    /// <summary>Foreign text fit for one line: shortened, control characters masked.</summary>
    public static string Printable(string text)
    {
        bool isLong = text.Length > MaxPrintedLength;
        char[] chars = isLong ? text.ToCharArray(0, MaxPrintedLength) : text.ToCharArray();
        for (int i = 0; i < chars.Length; i++)
        {
            if (OneLine.IsControl(chars[i]))
            {
                chars[i] = '?';
            }
        }

        return new string(chars) + (isLong ? "..." : "");
    }
}
