namespace Hub.Core.Hal;

/// <summary>What a TLS server shows before it is trusted. The server chose it: mask it before it is shown. Immutable.</summary>
public sealed class ShownCertificate
{
    /// <summary>Makes the record.</summary>
    public ShownCertificate(string protocol, string subject, string? issuer, string until, bool isExpired, string sha256, string authoritiesPem)
    {
        Sha256 = sha256;
        AuthoritiesPem = authoritiesPem;
        Protocol = protocol;
        Subject = subject;
        Issuer = issuer;
        Until = until;
        IsExpired = isExpired;
    }

    /// <summary>The protocol, such as "TLS 1.2".</summary>
    public string Protocol { get; }

    /// <summary>The name it was issued to.</summary>
    public string Subject { get; }

    /// <summary>Who issued it; null when it is self-signed.</summary>
    public string? Issuer { get; }

    /// <summary>Its last day, as yyyy-MM-dd.</summary>
    public string Until { get; }

    /// <summary>True when that day has passed.</summary>
    public bool IsExpired { get; }

    /// <summary>SHA-256 of the certificate, 64 lower-case hex digits.</summary>
    public string Sha256 { get; }

    /// <summary>The other certificates that the server sent with it, as PEM: its issuers, by its own word. Empty when it sent none.</summary>
    public string AuthoritiesPem { get; }
}
