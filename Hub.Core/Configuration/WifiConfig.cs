using Hub.Core.Hal;

namespace Hub.Core.Configuration;

/// <summary>The network of wifi.json, checked. Immutable for its readers.</summary>
public sealed class WifiConfig
{
    /// <summary>Name of the network, 1 to 32 bytes of UTF-8.</summary>
    public string Ssid { get; set; } = "";

    /// <summary>Its password, or null for an open network.</summary>
    public Secret? Password { get; set; }

    /// <summary>True when the network does not broadcast its name.</summary>
    public bool Hidden { get; set; }
}
