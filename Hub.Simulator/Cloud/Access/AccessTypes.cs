using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Hub.Simulator.Cloud.Access;

/// <summary>A login.</summary>
internal sealed record LoginBody
{
    [Description("The access token.")]
    public string? Token { get; init; }
}

/// <summary>A claim.</summary>
internal sealed record ClaimBody
{
    [Description("The code that the hub shows.")]
    public string? Code { get; init; }
}

/// <summary>A hub that was claimed.</summary>
internal sealed record ClaimDone([property: Description("The hub.")] string HubId);

/// <summary>How they are read: compiled, for native AOT.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoginBody))]
[JsonSerializable(typeof(ClaimBody))]
internal sealed partial class AccessJson : JsonSerializerContext;
