using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Shows what a host is before anybody trusts it, for a person who checks a printer's address. A capability of an
/// <see cref="ISocketFactory"/>: one that implements it can do it (the laptop's). Thread: any.
/// </summary>
public interface IHostInspector
{
    /// <summary>The addresses of a host, at least one. Errors: <see cref="ErrorCode.DnsFailed"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>.</summary>
    string[] Resolve(string host, int timeoutMs, CancellationToken cancel);

    /// <summary>
    /// The certificate that a TLS server shows; nothing is sent to it and nothing is verified. Errors: <see cref="ErrorCode.Timeout"/>
    /// when the port is open and TLS is not answered, <see cref="ErrorCode.TlsFailed"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="serverName">Name sent as SNI.</param>
    /// <param name="timeoutMs">For connect and handshake together.</param>
    /// <param name="cancel">Gives up.</param>
    ShownCertificate ShowCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel);
}
