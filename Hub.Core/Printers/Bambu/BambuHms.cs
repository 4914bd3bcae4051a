using System;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// A printer's list of health messages (HMS), at most <see cref="MaxEntries"/> of them. Comes whole with every
/// report that has it. Thread: one owner.
/// </summary>
internal sealed class BambuHms
{
    /// <summary>What is kept; a printer seldom shows more than three.</summary>
    public const int MaxEntries = 8;

    private readonly uint[] _attributes = new uint[MaxEntries];
    private readonly uint[] _codes = new uint[MaxEntries];

    public int Count { get; private set; }

    public uint Attribute(int index) => _attributes[index];

    public uint Code(int index) => _codes[index];

    /// <summary>1 fatal, 2 serious, 3 common, 4 information; 0 or more than 4 is not known.</summary>
    public int Severity(int index) => (int)(_codes[index] >> 16);

    public void Clear() => Count = 0;

    /// <summary>Adds an entry; what does not fit is left out.</summary>
    public void Add(uint attribute, uint code)
    {
        if (Count < MaxEntries)
        {
            _attributes[Count] = attribute;
            _codes[Count] = code;
            Count++;
        }
    }

    public void CopyFrom(BambuHms other)
    {
        Count = other.Count;
        Array.Copy(other._attributes, _attributes, Count);
        Array.Copy(other._codes, _codes, Count);
    }

    public bool Has(uint attribute, uint code)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_attributes[i] == attribute && _codes[i] == code)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Index of the gravest entry that is no mere information, or -1.</summary>
    public int Gravest()
    {
        int found = -1;
        for (int i = 0; i < Count; i++)
        {
            if (IsTrouble(i) && (found < 0 || Severity(i) < Severity(found)))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>True when an entry that is no mere information is missing in the other list.</summary>
    public bool HasNewTrouble(BambuHms before)
    {
        for (int i = 0; i < Count; i++)
        {
            if (IsTrouble(i) && !before.Has(_attributes[i], _codes[i]))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsTrouble(int index) => Severity(index) >= 1 && Severity(index) <= 3;
}
