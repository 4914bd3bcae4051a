using Hub.Core.Hal;

namespace Hub.Core.Configuration;

/// <summary>The cloud connection of cloud.json, checked. A value that the document lacks is null. Immutable for its readers.</summary>
public sealed class CloudConfig
{
    /// <summary>Address of the cloud: ws, wss, http or https.</summary>
    public string Url { get; set; } = "";

    /// <summary>Under which id the cloud knows the hub, or null for the device's own.</summary>
    public string? HubId { get; set; }

    /// <summary>Name for people, or null.</summary>
    public string? HubName { get; set; }

    /// <summary>The account the hub belongs to, or null.</summary>
    public string? TenantId { get; set; }

    /// <summary>Signs the hub's hello, or null.</summary>
    public Secret? Secret { get; set; }

    /// <summary>Trust for wss, or null for the system's anchors.</summary>
    public TlsOptions? Tls { get; set; }
}
