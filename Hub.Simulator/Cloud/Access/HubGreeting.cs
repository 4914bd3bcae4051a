using System;
using System.Net;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>What a hub said of itself in its hello. One object for each hello.</summary>
internal sealed class HubGreeting
{
    /// <summary>The hub's id, the same as in its address.</summary>
    public required string HubId { get; init; }

    /// <summary>Where it connects from; null when that is not known.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>auth.timestamp: Unix seconds, as the hub signed it; null when it did not sign.</summary>
    public string? Timestamp { get; init; }

    /// <summary>auth.signature: base64 of HMAC-SHA256(secret, "hubId:timestamp"), or null.</summary>
    public string? Signature { get; init; }

    /// <summary>base64 of the SHA-256 of the code that the hub shows to a person, or null.</summary>
    public string? Claim { get; init; }

    /// <summary>Sends hub_claimed with this secret to the hub, which answers with a signed hello. Throws when the connection is gone.</summary>
    public required Func<string, Task> SendSecretAsync { get; init; }
}
