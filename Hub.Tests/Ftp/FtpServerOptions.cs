namespace Hub.Tests.Ftp;

/// <summary>How a test wants its server.</summary>
internal sealed class FtpServerOptions
{
    /// <summary>Data connections must reuse the control connection's TLS session.</summary>
    public bool RequiresSessionReuse { get; init; } = true;

    /// <summary>Data connections without TLS are taken too.</summary>
    public bool TakesClearData { get; init; }

    /// <summary>Every file ends at this size with an error, as on a full card.</summary>
    public int? MaxFileKiB { get; init; }
}
