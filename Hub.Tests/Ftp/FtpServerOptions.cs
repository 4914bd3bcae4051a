using System.Security.Cryptography.X509Certificates;

namespace Hub.Tests.Ftp;

/// <summary>How a test wants its server.</summary>
internal sealed class FtpServerOptions
{
    /// <summary>Data connections must reuse the control connection's TLS session.</summary>
    public bool RequiresSessionReuse { get; init; } = true;

    /// <summary>Data connections without TLS are taken too.</summary>
    public bool TakesClearData { get; init; }

    /// <summary>What the server shows; null for one of its own.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The user is called as on a printer and stores in the root folder. Needs root.</summary>
    public bool IsPrinter { get; init; }

    /// <summary>The folder that clients write to is a file system of this size; null for the disk.</summary>
    public int? CardKiB { get; init; }
}
