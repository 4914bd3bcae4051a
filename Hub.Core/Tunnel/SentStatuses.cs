using System.Collections;

namespace Hub.Core.Tunnel;

/// <summary>
/// What the cloud was sent last of each printer, as a digest. A printer that reports every second and does not change (a Bambu does) must not
/// cost a message and the cloud's database a write each time. It also knows whose status is the oldest. Thread: the tunnel's.
/// </summary>
internal sealed class SentStatuses
{
    /// <summary>A status that did not change may be sent again after this time, in ms.</summary>
    public const int RepeatMs = 60 * 1000;

    private const ulong Start = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly Hashtable _sent = new Hashtable();

    /// <summary>The same, the oldest first.</summary>
    private readonly ArrayList _order = new ArrayList();

    /// <summary>The printer whose status was sent longest ago; null when none was sent.</summary>
    public string? Oldest => _order.Count == 0 ? null : ((Sent)_order[0]!).PrinterId;

    /// <summary>A cloud that knows nothing yet.</summary>
    public void Clear()
    {
        _sent.Clear();
        _order.Clear();
    }

    /// <summary>The printer whose status was sent longest ago, if that is <see cref="RepeatMs"/> or more; otherwise null.</summary>
    /// <param name="nowMs">Now.</param>
    public string? Due(long nowMs) => _order.Count > 0 && nowMs - ((Sent)_order[0]!).AtMs >= RepeatMs ? Oldest : null;

    /// <summary>True when the message differs from the printer's last one, or that one is old; it then counts as sent.</summary>
    /// <param name="printerId">The printer.</param>
    /// <param name="message">The message's bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="nowMs">Now.</param>
    public bool IsNews(string printerId, byte[] message, int length, long nowMs)
    {
        ulong digest = Digest(message, length);
        Sent? last = (Sent?)_sent[printerId];
        if (last != null && last.Digest == digest && nowMs - last.AtMs < RepeatMs)
        {
            return false;
        }

        Put(printerId, last, digest, nowMs);
        return true;
    }

    /// <summary>The message counts as sent, whether it is news or not.</summary>
    /// <param name="printerId">The printer.</param>
    /// <param name="message">The message's bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="nowMs">Now.</param>
    public void Mark(string printerId, byte[] message, int length, long nowMs) => Put(printerId, (Sent?)_sent[printerId], Digest(message, length), nowMs);

    /// <summary>A printer that is gone, or of which nothing is known any more.</summary>
    public void Remove(string printerId)
    {
        Sent? last = (Sent?)_sent[printerId];
        if (last != null)
        {
            _sent.Remove(printerId);
            _order.Remove(last);
        }
    }

    private void Put(string printerId, Sent? last, ulong digest, long nowMs)
    {
        if (last == null)
        {
            last = new Sent(printerId);
            _sent[printerId] = last;
        }
        else
        {
            _order.Remove(last);
        }

        _order.Add(last);
        last.Digest = digest;
        last.AtMs = nowMs;
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Digest(byte[] message, int length)
    {
        ulong digest = Start;
        for (int i = 0; i < length; i++)
        {
            digest = (digest ^ message[i]) * Prime;
        }

        return digest;
    }

    private sealed class Sent
    {
        public Sent(string printerId)
        {
            PrinterId = printerId;
        }

        public string PrinterId { get; }

        public ulong Digest { get; set; }

        public long AtMs { get; set; }
    }
}
