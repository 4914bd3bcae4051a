using System;

namespace Hub.Core.Http;

/// <summary>Where a server is: scheme, host, port and the path in front of every request. Immutable.</summary>
public sealed class HttpOrigin
{
    private HttpOrigin(bool isTls, string host, int port, string basePath)
    {
        IsTls = isTls;
        Host = host;
        Port = port;
        BasePath = basePath;
    }

    /// <summary>True for https.</summary>
    public bool IsTls { get; }

    /// <summary>Name or address; IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Empty, or begins with a slash and does not end in one.</summary>
    public string BasePath { get; }

    /// <summary>Value of the Host header: brackets for IPv6, no port when it is the scheme's own.</summary>
    public string HostHeader => throw new NotImplementedException();

    /// <summary>
    /// Reads an http or https URL. Errors: <see cref="ErrorCode.ConfigInvalid"/> saying what is wrong:
    /// other schemes, credentials, query or fragment, no host, bad port, bad brackets, control characters or spaces.
    /// </summary>
    public static HttpOrigin Parse(string url) => throw new NotImplementedException();

    /// <summary>The URL in its shortest form, such as <c>http://[::1]:5000/octo</c>.</summary>
    public override string ToString() => throw new NotImplementedException();
}
