using System.Collections;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Manager;

/// <summary>
/// The start doubts of printers that were removed, so that one that is added again, under another id too, does not start
/// its file a second time.
/// Thread: guarded by the manager's lock.
/// </summary>
internal sealed class StartDoubts
{
    /// <summary>More printers than are removed and added again within a start's deadline.</summary>
    private const int Capacity = 16;

    private readonly ArrayList _printers = new ArrayList();
    private readonly ArrayList _doubts = new ArrayList();

    /// <summary>Keeps one; its worker may send the start only now, so it is kept though nothing is open yet.</summary>
    public void Keep(PrinterConfig printer, StartDoubt doubt, long nowMs)
    {
        if (_printers.Count >= Capacity)
        {
            RemoveAt(FirstSettled(nowMs));
        }

        _printers.Add(printer);
        _doubts.Add(doubt);
    }

    /// <summary>The doubt that was kept for this printer last, an open one before all others; or null.</summary>
    public StartDoubt? Find(PrinterConfig printer, long nowMs)
    {
        StartDoubt? found = null;
        for (int i = 0; i < _printers.Count; i++)
        {
            if (IsSamePrinter((PrinterConfig)_printers[i]!, printer) && (found == null || !found.IsOpen(nowMs)))
            {
                found = (StartDoubt)_doubts[i]!;
            }
        }

        return found;
    }

    /// <summary>A worker has taken this one over.</summary>
    public void Forget(StartDoubt doubt)
    {
        int index = _doubts.IndexOf(doubt);
        if (index >= 0)
        {
            RemoveAt(index);
        }
    }

    private static bool IsSamePrinter(PrinterConfig a, PrinterConfig b) =>
        a.Id == b.Id || (a.Type == b.Type && (PrinterSystems.HasUrl(a.Type) ? a.Url == b.Url : a.Serial == b.Serial));

    private int FirstSettled(long nowMs)
    {
        for (int i = 0; i < _doubts.Count; i++)
        {
            if (!((StartDoubt)_doubts[i]!).IsOpen(nowMs))
            {
                return i;
            }
        }

        return 0;
    }

    private void RemoveAt(int index)
    {
        _printers.RemoveAt(index);
        _doubts.RemoveAt(index);
    }
}
