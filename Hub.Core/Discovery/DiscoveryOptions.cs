namespace Hub.Core.Discovery;

/// <summary>How a search for printers is done. Not changed after it was handed over.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>IPv4 addresses of the interfaces to search on; empty for the system's choice.</summary>
    public string[] Interfaces { get; set; } = new string[0];

    /// <summary>How long mDNS and SSDP are listened to, in ms. Servers found last get <see cref="ProbeTimeoutMs"/> beyond it.</summary>
    public int ForMs { get; set; } = 5000;

    /// <summary>Port of mDNS.</summary>
    public int MdnsPort { get; set; } = MdnsTypes.Port;

    /// <summary>Ports of SSDP: Bambu's, and UPnP's for OctoPrint. Two sockets each.</summary>
    public int[] SsdpPorts { get; set; } = { SsdpMessage.BambuPort, SsdpMessage.UpnpPort };

    /// <summary>Addresses to ask one by one, or null. <see cref="PrinterDiscovery.Run"/> says how long that may take in all.</summary>
    public ProbeTargets? Targets { get; set; }

    /// <summary>Ports that are tried on each of them, by default those of OctoPrint, PrusaLink, Moonraker and Bambu.</summary>
    public int[] ProbePorts { get; set; } = { 80, 5000, 7125, 8080, BambuProbe.Port };

    /// <summary>Which of <see cref="ProbePorts"/> is MQTT of a Bambu printer; the others speak HTTP.</summary>
    public int BambuPort { get; set; } = BambuProbe.Port;

    /// <summary>How many servers are asked at once, each by a thread: 1 on the board.</summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>How long one of <see cref="Targets"/> may take to accept a connection, in ms.</summary>
    public int ConnectTimeoutMs { get; set; } = 400;

    /// <summary>How long a server may take to say what it is, in ms.</summary>
    public int ProbeTimeoutMs { get; set; } = 2500;
}
