using Hub.Core.Discovery;

namespace Hub.Core;

/// <summary>What a <see cref="FarmHub"/> does beside serving its printers.</summary>
public sealed class FarmHubOptions
{
    /// <summary>True to follow Bambu printers that announce themselves from another address.</summary>
    public bool FollowAddresses { get; set; } = true;

    /// <summary>IPv4 address of the interface to listen on for announcements, or null for the system's choice.</summary>
    public string? InterfaceAddress { get; set; }

    /// <summary>UDP port of the announcements; <see cref="SsdpMessage.BambuPort"/> except in tests.</summary>
    public int AnnouncementPort { get; set; } = SsdpMessage.BambuPort;
}
