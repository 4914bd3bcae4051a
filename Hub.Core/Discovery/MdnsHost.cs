using System.Collections;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>The addresses of a host that an mDNS search heard of. Thread: one owner.</summary>
internal sealed class MdnsHost
{
    /// <summary>Most addresses that are kept of one host.</summary>
    internal const int MaxAddresses = 8;

    private readonly ArrayList _addresses = new ArrayList();
    private int _message;

    /// <summary>Takes an A record.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="isGoodbye">It withdraws the address.</param>
    /// <param name="isFlush">It replaces what earlier messages said (RFC 6762 §10.2).</param>
    /// <param name="message">Number of the message it came in.</param>
    internal void Take(string address, bool isGoodbye, bool isFlush, int message)
    {
        if (isFlush && message != _message)
        {
            _addresses.Clear();
        }

        _message = message;
        if (isGoodbye)
        {
            _addresses.Remove(address);
        }
        else if (_addresses.Count < MaxAddresses && _addresses.IndexOf(address) < 0 && Ipv4.IsUnicast(address))
        {
            _addresses.Add(address);
        }
    }

    /// <summary>The address to use, or null. A host may have one for each of its networks; the one it answered from is in ours.</summary>
    internal string? Best(string sender)
    {
        if (_addresses.Count == 0)
        {
            return null;
        }

        return _addresses.IndexOf(sender) >= 0 ? sender : (string)_addresses[0]!;
    }

    /// <summary>All its addresses.</summary>
    internal string[] All() => TextList.ToArray(_addresses);
}
