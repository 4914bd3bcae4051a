using System;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Who may use a cloud. Immutable.</summary>
internal sealed class AccessOptions
{
    /// <summary>True when the cloud listens on loopback alone.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>What everyone must show; null lets in every program on this machine, which only a cloud on loopback may do.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>A second token, good only for programs on this machine; null for none.</summary>
    public AccessToken? LocalToken { get; init; }

    /// <summary>True to welcome hubs without a signature although the cloud does not trust every program that reaches it.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>Names and addresses of this cloud besides those of the loopback interface.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>Wrong tokens, or wrong claim codes, of one address that are answered at once.</summary>
    public int WrongTries { get; init; } = 10;

    /// <summary>Time after which such an address may try once more.</summary>
    public TimeSpan NextTryAfter { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Now.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>True when every program that reaches the cloud is trusted: it listens on loopback and has no token.</summary>
    public bool IsOpen => IsLoopback && Token == null;
}
