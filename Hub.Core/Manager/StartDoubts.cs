using System.Collections;

namespace Hub.Core.Manager;

/// <summary>
/// The start doubts of printers that were removed, so that one that is added again does not start its file a second time.
/// Thread: guarded by the manager's lock.
/// </summary>
internal sealed class StartDoubts
{
    /// <summary>More printers than somebody removes and adds again within a start's deadline.</summary>
    private const int Capacity = 16;

    private readonly ArrayList _ids = new ArrayList();
    private readonly ArrayList _doubts = new ArrayList();

    /// <summary>Keeps one; its worker may send the start only now, so it is kept though nothing is open yet.</summary>
    public void Keep(string id, StartDoubt doubt, long nowMs)
    {
        Take(id);
        if (_ids.Count >= Capacity)
        {
            RemoveAt(FirstSettled(nowMs));
        }

        _ids.Add(id);
        _doubts.Add(doubt);
    }

    /// <summary>The doubt that was kept for this id, which is then forgotten here; or null.</summary>
    public StartDoubt? Take(string id)
    {
        int index = _ids.IndexOf(id);
        if (index < 0)
        {
            return null;
        }

        StartDoubt doubt = (StartDoubt)_doubts[index]!;
        RemoveAt(index);
        return doubt;
    }

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
        _ids.RemoveAt(index);
        _doubts.RemoveAt(index);
    }
}
