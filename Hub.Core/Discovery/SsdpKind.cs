namespace Hub.Core.Discovery;

/// <summary>What an SSDP datagram is (UPnP Device Architecture 1.1, chapter 1).</summary>
public enum SsdpKind
{
    /// <summary>NOTIFY: a device announces itself, or its leave.</summary>
    Notify = 0,

    /// <summary>HTTP/1.1 200 OK: a device answers a search.</summary>
    Answer = 1,

    /// <summary>M-SEARCH: a search.</summary>
    Search = 2,
}
