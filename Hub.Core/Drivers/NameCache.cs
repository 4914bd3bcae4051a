using System.Collections;

namespace Hub.Core.Drivers;

/// <summary>
/// Addresses of names that were resolved before. On the board a lookup stops every thread, for many seconds while the name server is
/// silent, and every reconnect would look up again. Thread: any.
/// </summary>
internal sealed class NameCache
{
    /// <summary>How long an address is used without asking again, in ms.</summary>
    public const long FreshMs = 600000;

    /// <summary>After a failed lookup a name is not asked for again for so long, in ms; its last address serves, if there is one.</summary>
    public const long RetryMs = 30000;

    private const int MaxNames = 32;

    private readonly Hashtable _names = new Hashtable();

    /// <summary>The address to use without a lookup; null when a lookup is due.</summary>
    public byte[]? Fresh(string host, long nowMs)
    {
        lock (_names)
        {
            Entry? entry = (Entry?)_names[host];
            return entry != null && nowMs < entry.UntilMs ? entry.Address : null;
        }
    }

    /// <summary>The error of a failed lookup, of a name that never had an address, that is too recent for another; 0 for none.</summary>
    public int JustFailed(string host, long nowMs)
    {
        lock (_names)
        {
            Entry? entry = (Entry?)_names[host];
            return entry != null && entry.Address == null && nowMs < entry.UntilMs ? entry.Error : 0;
        }
    }

    /// <summary>A lookup succeeded.</summary>
    public void Keep(string host, byte[] address, long nowMs)
    {
        lock (_names)
        {
            if (!_names.Contains(host) && _names.Count >= MaxNames)
            {
                _names.Clear();
            }

            _names[host] = new Entry(address, nowMs + FreshMs, 0);
        }
    }

    /// <summary>A lookup failed: the address that the name had before, null when it had none.</summary>
    public byte[]? Failed(string host, int error, long nowMs)
    {
        lock (_names)
        {
            Entry? before = (Entry?)_names[host];
            byte[]? address = before == null ? null : before.Address;
            if (before == null && _names.Count >= MaxNames)
            {
                _names.Clear();
            }

            // On the board an error may have no number.
            _names[host] = new Entry(address, nowMs + RetryMs, error == 0 ? RawSocketException.NoSuchHost : error);
            return address;
        }
    }

    /// <summary>The address did not answer: the next dial asks the name server again, unless that has just failed.</summary>
    public void Doubt(string host)
    {
        lock (_names)
        {
            Entry? entry = (Entry?)_names[host];
            if (entry != null && entry.Address != null && entry.Error == 0)
            {
                _names[host] = new Entry(entry.Address, 0, 0);
            }
        }
    }

    private sealed class Entry
    {
        public Entry(byte[]? address, long untilMs, int error)
        {
            Address = address;
            UntilMs = untilMs;
            Error = error;
        }

        public byte[]? Address { get; }

        public long UntilMs { get; }

        public int Error { get; }
    }
}
