namespace Hub.Core.Discovery;

/// <summary>An HTTP server that may be a printer and is to be asked what it is. Immutable.</summary>
public sealed class HttpCandidate
{
    /// <summary>Makes a candidate.</summary>
    /// <param name="address">IPv4 address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="isTls">True for https.</param>
    /// <param name="path">Path of the server behind a proxy, beginning with '/', or null for the root.</param>
    public HttpCandidate(string address, int port, bool isTls, string? path = null)
    {
        Address = address;
        Port = port;
        IsTls = isTls;
        Path = path;
    }

    /// <summary>IPv4 address.</summary>
    public string Address { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>True for https.</summary>
    public bool IsTls { get; }

    /// <summary>Path of the server behind a proxy, beginning with '/', or null for the root.</summary>
    public string? Path { get; }
}
