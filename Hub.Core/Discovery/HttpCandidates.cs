using System.Collections;

namespace Hub.Core.Discovery;

/// <summary>
/// Servers that a search heard of and that are still to be asked what they are (<see cref="HttpProbe"/>). Bounded; the same
/// address and port come in once. Thread: any.
/// </summary>
public sealed class HttpCandidates
{
    private const int MaxCount = 64;

    private readonly ArrayList _candidates = new ArrayList();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_candidates)
            {
                return _candidates.Count;
            }
        }
    }

    /// <summary>One of them: type as the search took it to be, address, port, path, name and identity as far as they are known.</summary>
    public DiscoveredPrinter Get(int index)
    {
        lock (_candidates)
        {
            return (DiscoveredPrinter)_candidates[index]!;
        }
    }

    /// <summary>Adds one; false when it is there already or the list is full.</summary>
    public bool Add(DiscoveredPrinter candidate)
    {
        lock (_candidates)
        {
            for (int i = 0; i < _candidates.Count; i++)
            {
                DiscoveredPrinter present = (DiscoveredPrinter)_candidates[i]!;
                if (present.Address == candidate.Address && present.Port == candidate.Port)
                {
                    return false;
                }
            }

            if (_candidates.Count == MaxCount)
            {
                return false;
            }

            _candidates.Add(candidate);
            return true;
        }
    }
}
