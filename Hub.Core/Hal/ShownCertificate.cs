namespace Hub.Core.Hal;

/// <summary>What a TLS server shows before it is trusted. As foreign as the server. Immutable.</summary>
public sealed class ShownCertificate
{
    /// <summary>Makes the record.</summary>
    public ShownCertificate(string protocol, string subject, string? issuer, string until, bool isExpired)
    {
        Protocol = protocol;
        Subject = subject;
        Issuer = issuer;
        Until = until;
        IsExpired = isExpired;
    }

    /// <summary>The protocol, such as "TLS 1.2".</summary>
    public string Protocol { get; }

    /// <summary>Whose certificate it is.</summary>
    public string Subject { get; }

    /// <summary>Who issued it; null for one that is issued by itself.</summary>
    public string? Issuer { get; }

    /// <summary>Its last day, as yyyy-MM-dd.</summary>
    public string Until { get; }

    /// <summary>True when that day is over.</summary>
    public bool IsExpired { get; }
}
