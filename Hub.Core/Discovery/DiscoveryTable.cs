using System.Collections;

namespace Hub.Core.Discovery;

/// <summary>
/// The printers a search found, each once however many sources saw it, and the HTTP servers that are still to be asked
/// what they are. Thread: any.
/// </summary>
/// <remarks>
/// The same printer: the same serial; else the same address and port, where a host's other addresses count when a source
/// named them. Different <see cref="DiscoveredPrinter.Identity"/> are different printers, the same one may be a copied SD card.
/// </remarks>
public sealed class DiscoveryTable
{
    /// <summary>Most printers it holds.</summary>
    public const int MaxPrinters = 256;

    /// <summary>Most HTTP servers that wait to be asked.</summary>
    public const int MaxCandidates = 256;

    private readonly object _gate = new object();
    private readonly ArrayList _entries = new ArrayList();
    private readonly ArrayList _candidates = new ArrayList();
    private readonly Hashtable _seenCandidates = new Hashtable();
    private int _dropped;

    /// <summary>Printers found so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Sightings that were left out because there was no room for more; one printer may be many.</summary>
    public int Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    /// <summary>Adds a printer that was announced, or what else is known of one that is there.</summary>
    /// <param name="printer">Not to be changed afterwards.</param>
    public void Add(DiscoveredPrinter printer) => Add(new DiscoveryEntry(printer, null, false));

    /// <summary>Adds a printer that was announced with several addresses.</summary>
    /// <param name="printer">With the address to use; not to be changed afterwards.</param>
    /// <param name="otherAddresses">Further addresses of its host.</param>
    public void Add(DiscoveredPrinter printer, string[] otherAddresses) => Add(new DiscoveryEntry(printer, otherAddresses, false));

    /// <summary>Adds a printer that answered over HTTP: its type and address count more than what was announced.</summary>
    /// <param name="printer">Not to be changed afterwards.</param>
    public void AddProbed(DiscoveredPrinter printer) => Add(new DiscoveryEntry(printer, null, true));

    /// <summary>The printers, by type, then name, then address; the array is the caller's, its members are not to be changed.</summary>
    public DiscoveredPrinter[] ToArray()
    {
        DiscoveredPrinter[] printers;
        lock (_gate)
        {
            printers = new DiscoveredPrinter[_entries.Count];
            for (int i = 0; i < printers.Length; i++)
            {
                printers[i] = ((DiscoveryEntry)_entries[i]!).Printer;
            }
        }

        DiscoveryOrder.Sort(printers);
        return printers;
    }

    /// <summary>Notes an HTTP server to be asked what it is; each is asked once.</summary>
    /// <returns>False when it was known already or too many wait.</returns>
    public bool AddCandidate(HttpCandidate candidate)
    {
        string key = candidate.Address + ":" + candidate.Port.ToString() + candidate.Path;
        lock (_gate)
        {
            if (_seenCandidates.Contains(key))
            {
                return false;
            }

            if (_seenCandidates.Count >= MaxCandidates)
            {
                _dropped++;
                return false;
            }

            _seenCandidates.Add(key, key);
            _candidates.Add(candidate);
            return true;
        }
    }

    /// <summary>The next HTTP server to be asked, or null.</summary>
    public HttpCandidate? TakeCandidate()
    {
        lock (_gate)
        {
            if (_candidates.Count == 0)
            {
                return null;
            }

            HttpCandidate candidate = (HttpCandidate)_candidates[0]!;
            _candidates.RemoveAt(0);
            return candidate;
        }
    }

    /// <summary>Notes that a server that was taken to be asked is none of the printers' servers, or did not answer.</summary>
    public void AddSilent(HttpCandidate candidate)
    {
        lock (_gate)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                ((DiscoveryEntry)_entries[i]!).TakeSilence(candidate);
            }
        }
    }

    /// <summary>Counts what a search left out before it came here.</summary>
    public void AddDropped(int count)
    {
        lock (_gate)
        {
            _dropped += count;
        }
    }

    /// <summary>
    /// Takes a printer away that said goodbye, unless it answered over HTTP: then it is there, whatever was announced.
    /// </summary>
    /// <param name="printer">As it was added.</param>
    public void RemoveAnnounced(DiscoveredPrinter printer)
    {
        DiscoveryEntry gone = new DiscoveryEntry(printer, null, false);
        lock (_gate)
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                DiscoveryEntry entry = (DiscoveryEntry)_entries[i]!;
                if (!entry.IsProbed && entry.IsSame(gone))
                {
                    _entries.RemoveAt(i);
                }
            }
        }
    }

    private void Add(DiscoveryEntry seen)
    {
        lock (_gate)
        {
            DiscoveryEntry? home = null;
            for (int i = 0; i < _entries.Count; i++)
            {
                DiscoveryEntry entry = (DiscoveryEntry)_entries[i]!;
                if (home == null)
                {
                    if (entry.IsSame(seen))
                    {
                        entry.Join(seen);
                        home = entry;
                    }
                }
                else if (home.IsSame(entry))
                {
                    // What was newly seen shows that two entries are one printer.
                    home.Join(entry);
                    _entries.RemoveAt(i--);
                }
            }

            if (home != null)
            {
                return;
            }

            if (_entries.Count >= MaxPrinters)
            {
                _dropped++;
                return;
            }

            _entries.Add(seen);
        }
    }
}
