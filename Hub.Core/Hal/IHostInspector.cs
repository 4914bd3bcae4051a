using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>
/// Shows a host's addresses and certificate before it is trusted, to a user who checks a printer's address. A capability: an
/// <see cref="ISocketFactory"/> that has it implements this interface too (the laptop's does). Thread: any.
/// </summary>
public interface IHostInspector
{
    /// <summary>The addresses of a host, at least one. Errors: <see cref="ErrorCode.DnsFailed"/>, <see cref="ErrorCode.Timeout"/>, <see cref="ErrorCode.Cancelled"/>.</summary>
    string[] Resolve(string host, int timeoutMs, CancellationToken cancel);

    /// <summary>
    /// The certificate that a TLS server shows; no data is sent and nothing is verified. Errors: <see cref="ErrorCode.Timeout"/>
    /// when the port is open and the TLS handshake gets no answer, <see cref="ErrorCode.TlsFailed"/>, <see cref="ErrorCode.Cancelled"/>.
    /// </summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="serverName">Name sent as SNI.</param>
    /// <param name="timeoutMs">For connect and handshake together.</param>
    /// <param name="cancel">Ends the wait.</param>
    ShownCertificate ShowCertificate(string host, int port, string serverName, int timeoutMs, CancellationToken cancel);
}
