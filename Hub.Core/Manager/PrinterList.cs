using System.Collections;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>The manager's printers in their order. Thread: guarded by the manager's lock.</summary>
internal sealed class PrinterList
{
    private readonly ArrayList _entries = new ArrayList();

    /// <summary>A copy of the entries, in order.</summary>
    public PrinterEntry[] ToArray() => (PrinterEntry[])_entries.ToArray(typeof(PrinterEntry));

    /// <summary>The printer of this id, or null.</summary>
    public PrinterEntry? Find(string id)
    {
        int index = IndexOf(id);
        return index < 0 ? null : (PrinterEntry)_entries[index]!;
    }

    /// <summary>Puts a printer in the place of the one of the same id, or at the end.</summary>
    public void Put(PrinterEntry entry)
    {
        int index = IndexOf(entry.Id);
        if (index < 0)
        {
            _entries.Add(entry);
        }
        else
        {
            _entries[index] = entry;
        }
    }

    /// <summary>Removes a printer.</summary>
    public void Remove(PrinterEntry entry) => _entries.Remove(entry);

    /// <summary>Removes all.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Brings the printers into this order; those it does not name come after them.</summary>
    public void SortAs(PrinterConfig[] printers)
    {
        int sorted = 0;
        for (int i = 0; i < printers.Length; i++)
        {
            int index = IndexOf(printers[i].Id);
            if (index >= sorted)
            {
                object entry = _entries[index]!;
                _entries.RemoveAt(index);
                _entries.Insert(sorted, entry);
                sorted++;
            }
        }
    }

    private int IndexOf(string id)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (((PrinterEntry)_entries[i]!).Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
