using System;
using System.Text;

namespace Hub.Core.Json;

/// <summary>
/// A fixed set of member names, looked up without allocation: the index of the name that a reader stands
/// on. Immutable. Thread: any.
/// </summary>
public sealed class JsonNames
{
    private readonly byte[][] _names;
    private readonly int[] _firsts; // by hash: the first name of a chain, or -1
    private readonly int[] _nexts; // by name: the next one of its chain, or -1

    /// <summary>Makes the set; indices are those of the array.</summary>
    public JsonNames(string[] names)
    {
        _names = new byte[names.Length][];
        _nexts = new int[names.Length];
        _firsts = new int[PowerOfTwoAbove(names.Length * 2)];
        for (int i = 0; i < _firsts.Length; i++)
        {
            _firsts[i] = -1;
        }

        for (int i = 0; i < names.Length; i++)
        {
            Add(i, Encoding.UTF8.GetBytes(names[i]));
        }
    }

    /// <summary>Index of the reader's present name or string, or -1.</summary>
    public int IndexOf(JsonReader reader)
    {
        int hash = reader.HashOfText();
        if (hash < 0)
        {
            return SearchAll(reader);
        }

        int index = _firsts[hash & (_firsts.Length - 1)];
        while (index >= 0 && !reader.ValueIs(_names[index]))
        {
            index = _nexts[index];
        }

        return index;
    }

    private static int PowerOfTwoAbove(int count)
    {
        int power = 1;
        while (power <= count)
        {
            power *= 2;
        }

        return power;
    }

    private void Add(int index, byte[] name)
    {
        for (int i = 0; i < index; i++)
        {
            if (AreSame(_names[i], name))
            {
                throw new ArgumentException("A name occurs twice.");
            }
        }

        int chain = JsonReader.HashOf(name, 0, name.Length) & (_firsts.Length - 1);
        _names[index] = name;
        _nexts[index] = _firsts[chain];
        _firsts[chain] = index;
    }

    private static bool AreSame(byte[] a, byte[] b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name with escapes is spelled differently; printers hardly ever write one.</summary>
    private int SearchAll(JsonReader reader)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (reader.ValueIs(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
