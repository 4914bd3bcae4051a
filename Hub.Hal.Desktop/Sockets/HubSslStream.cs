using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>An SslStream that remembers what the certificate check found: the check itself is shared by all connections.</summary>
internal sealed class HubSslStream : SslStream
{
    public HubSslStream(Socket socket)
        : this(new NetworkStream(socket, ownsSocket: true))
    {
    }

    /// <summary>Over a stream, which it owns.</summary>
    public HubSslStream(Stream inner)
        : base(inner)
    {
    }

    /// <summary>The certificate that was shown, null before the handshake.</summary>
    public TlsPeer? Certificate { get; set; }

    /// <summary>Why it is not trusted, null when it is.</summary>
    public TlsProblem? Problem { get; set; }
}
