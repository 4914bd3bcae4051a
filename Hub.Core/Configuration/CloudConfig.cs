using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>The cloud connection of cloud.json, checked. A value that the document lacks is null. Immutable for its readers.</summary>
public sealed class CloudConfig
{
    /// <summary>Address of the cloud: ws, wss, http or https; empty while only <see cref="HubId"/> and <see cref="TenantId"/> are known.</summary>
    public string Url { get; set; } = "";

    /// <summary>Under which id the cloud knows the hub, or null for the device's own.</summary>
    public string? HubId { get; set; }

    /// <summary>Name for people, or null.</summary>
    public string? HubName { get; set; }

    /// <summary>The account the hub belongs to, or null.</summary>
    public string? TenantId { get; set; }

    /// <summary>Signs the hub's hello, or null.</summary>
    public Secret? Secret { get; set; }

    /// <summary>Whether files are downloaded from private addresses; unknown for only from the cloud's own host.</summary>
    public TriState PrivateDownloads { get; set; }

    /// <summary>Trust for wss, or null for the system's anchors.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>
    /// The server of a cloud's address, where https stands for wss; null for one that begins with neither ws, wss, http nor https. Errors:
    /// <see cref="ErrorCode.ConfigInvalid"/> as of <see cref="HttpOrigin.Parse"/>.
    /// </summary>
    internal static HttpOrigin? OriginOf(string url)
    {
        string start = url.ToLower();
        if (start.StartsWith("ws://") || start.StartsWith("wss://"))
        {
            return HttpOrigin.Parse("http" + url.Substring(2));
        }

        return start.StartsWith("http://") || start.StartsWith("https://") ? HttpOrigin.Parse(url) : null;
    }
}
