using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <summary>Which cloud the tunnel connects to, and as whom. Immutable.</summary>
internal sealed class TunnelSettings
{
    private const string PathStart = "/ws/hub/";

    private TunnelSettings(HttpOrigin origin, string hubId, string? hubName, Secret? secret, TlsOptions? tls)
    {
        Origin = origin;
        HubId = hubId;
        HubName = hubName;
        Secret = secret;
        Tls = tls;
        Path = origin.BasePath + PathStart + hubId;
    }

    /// <summary>The server; https stands for wss.</summary>
    public HttpOrigin Origin { get; }

    /// <summary>Target of the opening request.</summary>
    public string Path { get; }

    /// <summary>Who the hub is.</summary>
    public string HubId { get; }

    /// <summary>The hub's name for people, or null.</summary>
    public string? HubName { get; }

    /// <summary>Signs the hello; null for none.</summary>
    public Secret? Secret { get; }

    /// <summary>Whom to trust; null for the system's certificates.</summary>
    public TlsOptions? Tls { get; }

    /// <summary>The cloud's address for people.</summary>
    public string Url => (Origin.IsTls ? "wss://" : "ws://") + Origin.HostHeader + Origin.BasePath;

    /// <summary>Settings of a configuration.</summary>
    /// <param name="cloud">The configuration, or null for none.</param>
    /// <param name="url">An address that is used instead of the configured one; null for none.</param>
    /// <param name="deviceId">Who the hub is unless the configuration says.</param>
    /// <returns>Null when no address is given. Errors: <see cref="ErrorCode.ConfigInvalid"/> for one that cannot be used.</returns>
    public static TunnelSettings? Of(CloudConfig? cloud, string? url, string deviceId)
    {
        string? address = url ?? cloud?.Url;
        return string.IsNullOrEmpty(address)
            ? null
            : new TunnelSettings(OriginOf(address!), cloud?.HubId ?? deviceId, cloud?.HubName, cloud?.Secret, cloud?.Tls);
    }

    /// <summary>True when only the cloud hears what the hub says: TLS with a checked certificate, or this machine itself.</summary>
    public bool IsPrivate => Origin.IsTls ? Tls == null || !Tls.Insecure : IsLoopback(Origin.Host);

    /// <summary>True when both lead to the same cloud in the same way; the hub's name does not count.</summary>
    public bool IsSame(TunnelSettings? other) =>
        other != null
        && Origin.ToString() == other.Origin.ToString()
        && HubId == other.HubId
        && Secret.AreSame(Secret, other.Secret)
        && (Tls == null ? other.Tls == null : Tls.IsSame(other.Tls));

    /// <summary>True when both are the same hub at the same cloud, however it is reached.</summary>
    public bool IsSameCloud(TunnelSettings other) => Origin.ToString() == other.Origin.ToString() && HubId == other.HubId;

    private static bool IsLoopback(string host)
    {
        string name = host.ToLower();
        return name == "localhost" || name == "::1" || (Ipv4.IsAddress(name) && name.StartsWith("127."));
    }

    private static HttpOrigin OriginOf(string url) =>
        CloudConfig.OriginOf(url) ?? throw new HubException(ErrorCode.ConfigInvalid, "the cloud's address must begin with wss:// or ws://");
}
