using System.Collections;

namespace Hub.Core.Tunnel;

/// <summary>
/// The last words on files that were sent lately. The cloud confirms none, and one that was sent into a dying connection, or to a cloud that had
/// forgotten the hub's session, would leave its job unfinished for ever. Thread: guarded by the outbox.
/// </summary>
internal sealed class SentEnds
{
    private const int Most = 32;

    private readonly ArrayList _ends = new ArrayList();

    /// <summary>One was sent.</summary>
    public void Add(FileProgressAnswer answer, long nowMs)
    {
        if (_ends.Count >= Most)
        {
            _ends.RemoveAt(0);
        }

        _ends.Add(new End(answer, nowMs));
    }

    /// <summary>What was sent since then may not have arrived: it waits again, before all else.</summary>
    public void Requeue(long sinceMs, Queue answers)
    {
        int first = _ends.Count;
        while (first > 0 && ((End)_ends[first - 1]!).AtMs >= sinceMs)
        {
            first--;
        }

        if (first < _ends.Count)
        {
            int waiting = answers.Count;
            for (int i = first; i < _ends.Count; i++)
            {
                answers.Enqueue(((End)_ends[i]!).Answer);
            }

            for (int i = 0; i < waiting; i++)
            {
                answers.Enqueue(answers.Dequeue());
            }
        }

        _ends.Clear();
    }

    private sealed class End
    {
        public End(FileProgressAnswer answer, long atMs)
        {
            Answer = answer;
            AtMs = atMs;
        }

        public FileProgressAnswer Answer { get; }

        public long AtMs { get; }
    }
}
