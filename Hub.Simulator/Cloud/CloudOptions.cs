using System;
using System.Collections.Generic;
using System.Net;
using Hub.Core.Logging;

namespace Hub.Simulator.Cloud;

/// <summary>How a <see cref="CloudServer"/> is started.</summary>
internal sealed class CloudOptions
{
    /// <summary>The port of the default address.</summary>
    public const int DefaultPort = 5080;

    /// <summary>The address it listens on. Beyond loopback it wants a token and speaks TLS.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The folder of its database and keys; null to keep everything in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>True to welcome hubs that do not sign, also from other machines.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>The access token of this run; null for the stored one, which is made where it is needed and missing.</summary>
    public string? Token { get; init; }

    /// <summary>True to make and store a new access token.</summary>
    public bool MakesNewToken { get; init; }

    /// <summary>Names and addresses under which others reach it, besides those that this machine knows of.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>A certificate of the user's own (PEM); null for one of the cloud's own authority, or none on loopback.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its private key (PEM); null when it is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Addresses of webhooks, besides those of webhooks.json in the folder.</summary>
    public IReadOnlyList<string> Webhooks { get; init; } = [];

    /// <summary>Where it logs to.</summary>
    public required Log Log { get; init; }

    /// <summary>Its clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
