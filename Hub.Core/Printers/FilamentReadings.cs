namespace Hub.Core.Printers;

/// <summary>
/// The slots for filament that a printer is known to have, in the order of their numbers. Empty where the system reports
/// none. Allocates only when a printer shows more slots than before. Thread: that of the status it belongs to.
/// </summary>
public sealed class FilamentReadings
{
    /// <summary>More slots than any printer is known to have (30: four AMS, an AMS Lite, eight AMS HT and two external spools); further ones are not shown.</summary>
    public const int Most = 32;

    private Filament[] _items = new Filament[0];

    /// <summary>How many slots there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them; it stays this object's.</summary>
    public Filament this[int index] => _items[index];

    /// <summary>Forgets all slots.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a slot of which nothing else is known, to be filled in; null beyond <see cref="Most"/>.</summary>
    public Filament? Add(int slot)
    {
        if (Count == Most)
        {
            return null;
        }

        Reserve(Count + 1);
        Filament added = _items[Count];
        added.Begin(slot);
        Count++;
        return added;
    }

    /// <summary>Overwrites all with those of another status.</summary>
    public void CopyFrom(FilamentReadings other)
    {
        Reserve(other.Count);
        for (int i = 0; i < other.Count; i++)
        {
            _items[i].CopyFrom(other._items[i]);
        }

        Count = other.Count;
    }

    /// <summary>True when both say the same.</summary>
    public bool SameAs(FilamentReadings other)
    {
        if (Count != other.Count)
        {
            return false;
        }

        for (int i = 0; i < Count; i++)
        {
            if (!_items[i].SameAs(other._items[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes unknown what cannot be so.</summary>
    internal void Clean()
    {
        for (int i = 0; i < Count; i++)
        {
            Filament item = _items[i];
            if (item.RemainingPercent > 100 || item.RemainingPercent < 0 || item.IsEmpty == TriState.Yes)
            {
                item.RemainingPercent = -1;
            }
        }
    }

    private void Reserve(int count)
    {
        if (_items.Length >= count)
        {
            return;
        }

        Filament[] items = new Filament[count];
        for (int i = 0; i < count; i++)
        {
            items[i] = i < _items.Length ? _items[i] : new Filament();
        }

        _items = items;
    }
}
