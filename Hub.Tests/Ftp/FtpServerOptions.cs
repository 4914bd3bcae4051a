namespace Hub.Tests.Ftp;

/// <summary>How a test wants its server.</summary>
internal sealed class FtpServerOptions
{
    /// <summary>Data connections must reuse the control connection's TLS session.</summary>
    public bool RequiresSessionReuse { get; init; } = true;

    /// <summary>Data connections without TLS are taken too.</summary>
    public bool TakesClearData { get; init; }

    /// <summary>The folder that clients write to is a file system of this size; null for the disk.</summary>
    public int? CardKiB { get; init; }
}
