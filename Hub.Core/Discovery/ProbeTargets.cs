using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// The addresses a subnet probe may ask: networks (192.168.1.0/24), ranges (192.168.1.10-40) and single addresses. Bounded;
/// networks and ranges only of private, link-local and loopback addresses. Thread: any; each address is given out once.
/// </summary>
public sealed class ProbeTargets
{
    /// <summary>Most addresses in all.</summary>
    public const int MaxAddresses = 1024;

    private readonly object _gate = new object();
    private readonly ArrayList _addresses = new ArrayList();
    private readonly Hashtable _seen = new Hashtable();
    private int _next;

    /// <summary>How many addresses there are.</summary>
    public int Count => _addresses.Count;

    /// <summary>
    /// Adds a network, a range or an address. Errors: <see cref="ErrorCode.ConfigInvalid"/> saying what is wrong with it; then
    /// nothing was added.
    /// </summary>
    public void Add(string text)
    {
        int slash = text.IndexOf('/');
        int dash = text.IndexOf('-');
        if (slash >= 0)
        {
            AddNetwork(text, text.Substring(0, slash), text.Substring(slash + 1));
        }
        else if (dash >= 0)
        {
            AddRange(text, text.Substring(0, dash), text.Substring(dash + 1));
        }
        else
        {
            if (!Ipv4.IsUnicast(text))
            {
                throw NoAddress(text);
            }

            AddAll(text, ToNumber(text), ToNumber(text));
        }
    }

    /// <summary>The next address, or null.</summary>
    public string? Take()
    {
        lock (_gate)
        {
            return _next < _addresses.Count ? (string)_addresses[_next++]! : null;
        }
    }

    private static HubException NoAddress(string text) => Wrong(
        "'" + OneLine.Of(text) + "' is no IPv4 network (192.168.1.0/24), range (192.168.1.10-40) or address");

    private static HubException Wrong(string message) => new HubException(ErrorCode.ConfigInvalid, message);

    private static long ToNumber(string address)
    {
        string[] parts = address.Split('.');
        long number = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            number = (number << 8) | (long)int.Parse(parts[i]);
        }

        return number;
    }

    private static string ToAddress(long number) =>
        ((int)(number >> 24)).ToString() + "." + ((int)(number >> 16) & 255).ToString() + "." + ((int)(number >> 8) & 255).ToString() + "." + ((int)number & 255).ToString();

    /// <summary>A number of at most three digits, or -1.</summary>
    private static int SmallNumber(string text)
    {
        char[] digits = text.ToCharArray();
        int number = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] < '0' || digits[i] > '9')
            {
                return -1;
            }

            number = (number * 10) + digits[i] - '0';
        }

        return digits.Length == 0 || digits.Length > 3 ? -1 : number;
    }

    private void AddNetwork(string text, string address, string bits)
    {
        int prefix = SmallNumber(bits);
        if (!Ipv4.IsAddress(address) || prefix < 0 || prefix > 32)
        {
            throw NoAddress(text);
        }

        if (prefix < 22)
        {
            throw Wrong("the network " + text + " is too large: at most " + MaxAddresses.ToString() + " addresses (a /22) can be probed");
        }

        long size = 1L << (32 - prefix);
        long first = ToNumber(address) / size * size;
        long last = first + size - 1;
        if (prefix < 31)
        {
            // The network's own address and its broadcast address belong to no machine.
            first++;
            last--;
        }

        CheckLocal(text, first, last);
        AddAll(text, first, last);
    }

    private void AddRange(string text, string from, string to)
    {
        if (to.IndexOf('.') < 0 && SmallNumber(to) >= 0)
        {
            to = from.Substring(0, from.LastIndexOf('.') + 1) + to;
        }

        if (!Ipv4.IsUnicast(from) || !Ipv4.IsUnicast(to))
        {
            throw NoAddress(text);
        }

        long first = ToNumber(from);
        long last = ToNumber(to);
        if (last < first)
        {
            throw Wrong("the range " + text + " ends before it begins");
        }

        CheckLocal(text, first, last);
        AddAll(text, first, last);
    }

    private static void CheckLocal(string text, long first, long last)
    {
        if (!Ipv4.IsLocal(ToAddress(first)) || !Ipv4.IsLocal(ToAddress(last)))
        {
            throw Wrong(text + " is no private network: only 10.x, 172.16-31.x, 192.168.x, 169.254.x and 127.x are probed, or single addresses");
        }
    }

    private void AddAll(string text, long first, long last)
    {
        lock (_gate)
        {
            if (last - first + 1 > MaxAddresses - _addresses.Count)
            {
                throw Wrong(text + " makes more than " + MaxAddresses.ToString() + " addresses to probe");
            }

            for (long number = first; number <= last; number++)
            {
                string address = ToAddress(number);
                if (!_seen.Contains(address))
                {
                    _seen.Add(address, address);
                    _addresses.Add(address);
                }
            }
        }
    }
}
