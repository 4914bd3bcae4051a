using Hub.Core.Printers;

namespace Hub.Core.Discovery;

/// <summary>
/// A printer that was seen on the network. What is not known is null or 0. Not changed after it was handed to the
/// discovery table, which joins what several sources know of one printer.
/// </summary>
public sealed class DiscoveredPrinter
{
    /// <summary>One of <see cref="PrinterTypes"/>.</summary>
    public string Type { get; set; } = "";

    /// <summary>IPv4 address.</summary>
    public string Address { get; set; } = "";

    /// <summary>HTTP port; 0 for Bambu.</summary>
    public int Port { get; set; }

    /// <summary>True when the HTTP port speaks TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>Path of the server behind a proxy, beginning with '/', or null for the root.</summary>
    public string? Path { get; set; }

    /// <summary>Name for people, or null.</summary>
    public string? Name { get; set; }

    /// <summary>Serial number: always there for Bambu.</summary>
    public string? Serial { get; set; }

    /// <summary>Model, such as P1S.</summary>
    public string? Model { get; set; }

    /// <summary>Version of the printer's firmware or server.</summary>
    public string? Version { get; set; }

    /// <summary>MQTT port of a Bambu printer, 0 for the usual 8883.</summary>
    public int MqttPort { get; set; }

    /// <summary>FTPS port of a Bambu printer, 0 for the usual 990.</summary>
    public int FtpsPort { get; set; }

    /// <summary>What stays the same when the address changes (serial, UUID of the service), or null when nothing does.</summary>
    public string? Identity { get; set; }

    /// <summary>
    /// True when it was announced, but nothing at its port answered as such a server: it is off, or a firewall or a login of
    /// another program is before it.
    /// </summary>
    public bool IsSilent { get; set; }
}
