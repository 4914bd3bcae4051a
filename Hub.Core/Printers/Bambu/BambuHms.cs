using System;

namespace Hub.Core.Printers.Bambu;

/// <summary>
/// A printer's list of health messages (HMS). Comes whole with every report that has it. Of more than
/// <see cref="MaxEntries"/> the most severe are kept. Thread: one owner.
/// </summary>
internal sealed class BambuHms
{
    /// <summary>What is kept; a printer seldom shows more than three.</summary>
    public const int MaxEntries = 8;

    private const int NoTrouble = 9;

    private readonly uint[] _attributes = new uint[MaxEntries];
    private readonly uint[] _codes = new uint[MaxEntries];
    private readonly long[] _sinceMs = new long[MaxEntries];
    private readonly long[] _formerMs = new long[MaxEntries];

    public int Count { get; private set; }

    /// <summary>Messages that are trouble and were not kept.</summary>
    public int Dropped { get; private set; }

    public uint Attribute(int index) => _attributes[index];

    public uint Code(int index) => _codes[index];

    /// <summary>1 fatal, 2 serious, 3 common, 4 information; 0 or more than 4 is not known (BambuStudio, DevHMS.cpp).</summary>
    public int Severity(int index) => (int)(_codes[index] >> 16);

    public void Clear()
    {
        Count = 0;
        Dropped = 0;
    }

    /// <summary>Adds an entry; in a full list it replaces the least grave one, unless it is no graver itself.</summary>
    public void Add(uint attribute, uint code)
    {
        if (Count < MaxEntries)
        {
            Put(Count, attribute, code);
            Count++;
            return;
        }

        int least = 0;
        for (int i = 1; i < Count; i++)
        {
            if (Gravity(_attributes[i], _codes[i]) >= Gravity(_attributes[least], _codes[least]))
            {
                least = i;
            }
        }

        int gravity = Gravity(attribute, code);
        int lost = Gravity(_attributes[least], _codes[least]);
        if (gravity < lost)
        {
            Put(least, attribute, code);
        }
        else
        {
            lost = gravity;
        }

        Dropped += lost == NoTrouble ? 0 : 1;
    }

    public void CopyFrom(BambuHms other)
    {
        Count = other.Count;
        Dropped = other.Dropped;
        Array.Copy(other._attributes, _attributes, Count);
        Array.Copy(other._codes, _codes, Count);
    }

    public bool Has(uint attribute, uint code) => IndexOf(attribute, code) >= 0;

    /// <summary>Index of the gravest entry that is trouble, or -1.</summary>
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

    /// <summary>Copies a list and remembers since when each of its entries has been in it.</summary>
    public void Follow(BambuHms now, long nowMs)
    {
        for (int i = 0; i < now.Count; i++)
        {
            int before = IndexOf(now._attributes[i], now._codes[i]);
            _formerMs[i] = before < 0 ? nowMs : _sinceMs[before];
        }

        CopyFrom(now);
        Array.Copy(_formerMs, _sinceMs, Count);
    }

    /// <summary>True when an entry that is trouble is missing in the other list, or came after this time; only in a list made by <see cref="Follow"/>.</summary>
    public bool HasNewTrouble(BambuHms before, long afterMs)
    {
        for (int i = 0; i < Count; i++)
        {
            if (IsTrouble(i) && (_sinceMs[i] > afterMs || !before.Has(_attributes[i], _codes[i])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for an entry that is neither a notice nor hidden.</summary>
    public bool IsTrouble(int index) => Gravity(_attributes[index], _codes[index]) != NoTrouble;

    /// <summary>True for an entry that says the same as a print_error such as 0300_400C: its module and number, whatever stands between.</summary>
    public bool IsLike(int index, uint printError) =>
        (_attributes[index] >> 16) == (printError >> 16) && (_codes[index] & 0xFFFF) == (printError & 0xFFFF);

    private int IndexOf(uint attribute, uint code)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_attributes[i] == attribute && _codes[i] == code)
            {
                return i;
            }
        }

        return -1;
    }

    private static int Gravity(uint attribute, uint code)
    {
        uint severity = code >> 16;
        return severity >= 1 && severity <= 3 && !BambuNotices.IsHidden(attribute, code) && !BambuStateRules.IsCancelEcho(attribute, code)
            ? (int)severity : NoTrouble;
    }

    private void Put(int index, uint attribute, uint code)
    {
        _attributes[index] = attribute;
        _codes[index] = code;
    }
}
