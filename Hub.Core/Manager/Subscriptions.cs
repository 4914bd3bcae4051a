using System.Collections;

namespace Hub.Core.Manager;

/// <summary>The change queues of one manager's subscribers. Thread: any.</summary>
internal sealed class Subscriptions
{
    private readonly ArrayList _queues = new ArrayList();

    /// <summary>Adds a subscriber's queue.</summary>
    public void Add(ChangeQueue queue)
    {
        lock (_queues)
        {
            _queues.Add(queue);
        }
    }

    /// <summary>Removes it; nothing happens when it is not there.</summary>
    public void Remove(ChangeQueue queue)
    {
        lock (_queues)
        {
            _queues.Remove(queue);
        }
    }

    /// <summary>Marks a printer as changed for all subscribers.</summary>
    public void Mark(string id)
    {
        lock (_queues)
        {
            for (int i = 0; i < _queues.Count; i++)
            {
                ((ChangeQueue)_queues[i]!).Mark(id);
            }
        }
    }
}
