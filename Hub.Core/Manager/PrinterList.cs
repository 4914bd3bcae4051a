using System.Collections;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>The manager's printers in their order. Thread: guarded by the manager's lock.</summary>
internal sealed class PrinterList
{
    private readonly ArrayList _entries = new ArrayList();
    private readonly Hashtable _byId = new Hashtable();

    /// <summary>A copy of the entries, in order.</summary>
    public PrinterEntry[] ToArray()
    {
        PrinterEntry[] entries = new PrinterEntry[_entries.Count];
        _entries.CopyTo(entries);
        return entries;
    }

    /// <summary>The printer of this id, or null.</summary>
    public PrinterEntry? Find(string id) => (PrinterEntry?)_byId[id];

    /// <summary>Puts a printer in the place of the one of the same id, or at the end.</summary>
    public void Put(PrinterEntry entry)
    {
        PrinterEntry? former = Find(entry.Id);
        if (former == null)
        {
            _entries.Add(entry);
        }
        else
        {
            _entries[_entries.IndexOf(former)] = entry;
        }

        _byId[entry.Id] = entry;
    }

    /// <summary>Removes a printer.</summary>
    public void Remove(PrinterEntry entry)
    {
        _entries.Remove(entry);
        _byId.Remove(entry.Id);
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        _entries.Clear();
        _byId.Clear();
    }

    /// <summary>Brings the printers into this order; those it does not name come after them.</summary>
    public void SortAs(PrinterConfig[] printers)
    {
        int sorted = 0;
        for (int i = 0; i < printers.Length; i++)
        {
            PrinterEntry? entry = Find(printers[i].Id);
            int index = entry == null ? -1 : _entries.IndexOf(entry, sorted);
            if (index >= 0)
            {
                if (index > sorted)
                {
                    _entries.RemoveAt(index);
                    _entries.Insert(sorted, entry);
                }

                sorted++;
            }
        }
    }
}
