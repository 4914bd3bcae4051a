using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// Decides whether the configuration follows a Bambu printer that announces itself from another address. No I/O, no clock.
/// Thread: one owner.
/// </summary>
/// <remarks>
/// Any machine in the network can send an announcement, and the hub then dials whoever sent it. What protects the access code is
/// the certificate: it is sent only over a connection whose certificate belongs to this serial. So nothing is followed where
/// certificates are not checked, or where the first one to be met would be trusted. What is left to a forger is to keep
/// the hub away from a printer that it does not reach anyway, and to make it write its configuration: the pauses between two
/// changes of one printer double from a minute to an hour until its link was online again.
/// </remarks>
public sealed class FollowRules
{
    /// <summary>Least time between two changes of one printer, in ms.</summary>
    public const int MinPauseMs = 60 * 1000;

    /// <summary>Longest time between two changes of one printer that does not come online, in ms.</summary>
    public const int MaxPauseMs = 60 * 60 * 1000;

    /// <summary>By id; as many as there are configured printers that moved.</summary>
    private readonly Hashtable _moves = new Hashtable();

    /// <summary>
    /// True when an announcement is worth a closer check (<see cref="Follows"/>): of this printer, from one legal address which is
    /// not the configured one, and not too soon after the last change.
    /// </summary>
    /// <param name="config">A configured printer.</param>
    /// <param name="message">The announcement.</param>
    /// <param name="sender">IPv4 address that it came from.</param>
    /// <param name="nowMs">Monotonic time.</param>
    public bool IsMove(PrinterConfig config, SsdpMessage message, string sender, long nowMs) =>
        IsOf(config, message)
        && config.Enabled
        && config.FollowAddress
        && config.Host != sender
        && Ipv4.IsAddress(config.Host)
        && Ipv4.IsLocal(sender)
        && Ipv4.IsUnicast(sender)
        && message.Location == sender
        && !IsTooSoon(config.Id, nowMs);

    /// <summary>True when the printer says from its configured address that it is there.</summary>
    public static bool IsAtHome(PrinterConfig config, SsdpMessage message, string sender) => IsOf(config, message) && config.Host == sender;

    /// <summary>
    /// True when the configuration follows. Degraded is not enough: its link may be open, and a printer that is gone does
    /// not stay in it for long.
    /// </summary>
    /// <param name="config">The printer of <see cref="IsMove"/>.</param>
    /// <param name="link">How its link stands.</param>
    /// <param name="isRemembered">True when the certificate of this serial was met before.</param>
    /// <param name="seesCertificates">Whether a pin or a certificate that was met is of use: <see cref="Hub.Core.Hal.ISocketFactory.ShowsCertificates"/>.</param>
    public static bool Follows(PrinterConfig config, LinkState link, bool isRemembered, bool seesCertificates)
    {
        bool isOpen = link == LinkState.Online || link == LinkState.Degraded;
        bool isInsecure = config.Tls != null && config.Tls.Insecure;
        bool hasPin = config.Tls != null && config.Tls.PinSha256 != null;
        bool hasAuthority = config.Tls != null && config.Tls.CaPem != null;
        bool isChecked = seesCertificates ? hasPin || hasAuthority || isRemembered : hasAuthority && !hasPin;
        return !isOpen && link != LinkState.Disabled && !isInsecure && isChecked;
    }

    /// <summary>The configuration was changed, or that was tried.</summary>
    public void Moved(string id, long nowMs)
    {
        Move? last = (Move?)_moves[id];
        int pauseMs = last == null ? MinPauseMs : last.PauseMs * 2;
        _moves[id] = new Move(nowMs, pauseMs < MaxPauseMs ? pauseMs : MaxPauseMs);
    }

    /// <summary>True when the printer was followed before and has not been online since.</summary>
    public bool IsUnproven(string id)
    {
        Move? last = (Move?)_moves[id];
        return last != null && last.PauseMs > 0;
    }

    /// <summary>The printer was online at its configured address: the next change waits a minute only.</summary>
    public void Proven(string id)
    {
        Move? last = (Move?)_moves[id];
        if (last != null)
        {
            _moves[id] = new Move(last.AtMs, 0);
        }
    }

    private static bool IsOf(PrinterConfig config, SsdpMessage message) =>
        message.Kind == SsdpKind.Notify
        && message.IsBambu
        && !message.IsGoodbye
        && config.Type == PrinterTypes.Bambu
        && config.Serial != null
        && config.Serial == message.Usn;

    private bool IsTooSoon(string id, long nowMs)
    {
        Move? last = (Move?)_moves[id];
        return last != null && nowMs - last.AtMs < (last.PauseMs > MinPauseMs ? last.PauseMs : MinPauseMs);
    }

    private sealed class Move
    {
        public Move(long atMs, int pauseMs)
        {
            AtMs = atMs;
            PauseMs = pauseMs;
        }

        public long AtMs { get; }

        /// <summary>To the next change; 0 once proven.</summary>
        public int PauseMs { get; }
    }
}
