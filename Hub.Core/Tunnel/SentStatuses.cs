using System.Collections;

namespace Hub.Core.Tunnel;

/// <summary>
/// What the cloud was sent last of each printer, as a digest. A printer that reports every second and does not change (a Bambu does) must not
/// cost a message and the cloud's database a write each time. Thread: the tunnel's.
/// </summary>
internal sealed class SentStatuses
{
    /// <summary>A status that did not change is sent again after this time if the printer reports it again, in ms.</summary>
    public const int RepeatMs = 60 * 1000;

    private const ulong Start = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly Hashtable _sent = new Hashtable();

    /// <summary>A cloud that knows nothing yet.</summary>
    public void Clear() => _sent.Clear();

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

        if (last == null)
        {
            last = new Sent();
            _sent[printerId] = last;
        }

        last.Digest = digest;
        last.AtMs = nowMs;
        return true;
    }

    /// <summary>A printer that is gone.</summary>
    public void Remove(string printerId) => _sent.Remove(printerId);

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
        public ulong Digest { get; set; }

        public long AtMs { get; set; }
    }
}
