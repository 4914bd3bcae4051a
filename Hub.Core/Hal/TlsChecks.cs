using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>Whether a machine can check a server's certificate in the way that a connection asks for. Thread: any.</summary>
public static class TlsChecks
{
    /// <summary>
    /// Null when it can; otherwise the refusal, in one sentence with what to do: asked before a dial, so that nothing is sent to a
    /// server that could not be checked.
    /// </summary>
    /// <param name="sockets">The machine's.</param>
    /// <param name="tls">What the connection asks for.</param>
    /// <param name="place">Host and port, for people.</param>
    public static HubException? Refusal(ISocketFactory sockets, TlsOptions tls, string place)
    {
        if (tls.PinSha256 != null)
        {
            return sockets.ShowsCertificates
                ? null
                : new HubException(
                    ErrorCode.TlsUntrusted,
                    "this hub's machine does not see the certificate of " + place + " and cannot compare it with a pin: set its 'ca' under 'tls' instead of the 'pin'");
        }

        return tls.CaPem != null || tls.Insecure || sockets.HasRootStore
            ? null
            : new HubException(
                ErrorCode.TlsUntrusted,
                "this machine has no certificate authorities of its own, so the certificate of " + place + " cannot be checked: set its 'ca'"
                + (sockets.ShowsCertificates ? " (or its 'pin')" : "") + " under 'tls'");
    }
}
