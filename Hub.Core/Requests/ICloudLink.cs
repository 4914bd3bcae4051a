using Hub.Core.Json;

namespace Hub.Core.Requests;

/// <summary>What requests need of the connection to the cloud, which is above them. Thread: any.</summary>
public interface ICloudLink
{
    /// <summary>For how long the claim's code is valid, in ms; 0 when there is none.</summary>
    int ClaimLeftMs { get; }

    /// <summary>Makes a one-time code by which the hub is claimed. Errors: <see cref="Errors.ErrorCode.ConfigInvalid"/>; <see cref="Errors.ErrorCode.Refused"/>.</summary>
    string BeginClaim();

    /// <summary>Writes where the connection stands, as members of an object that the caller has begun.</summary>
    void WriteState(JsonWriter json);
}
