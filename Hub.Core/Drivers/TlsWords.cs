using Hub.Core.Errors;

namespace Hub.Core.Drivers;

/// <summary>Turns mbedTLS's numbers into one line for the user (names and values: mbedTLS 3.6, ssl.h and x509.h). Thread: any.</summary>
internal static class TlsWords
{
    private const int CertificateVerifyFailed = -0x2700;
    private const int OutOfMemory = -0x7F00;
    private const int BadVersion = -0x6E80;
    private const int UnsupportedRecord = -0x7200;
    private const int DecodeError = -0x7300;
    private const int EndOfConnection = -0x7280;
    private const int CloseNotify = -0x7880;
    private const int ConnectionReset = -0x0050;
    private const int FatalAlert = -0x7780;

    /// <summary>Winsock's numbers, which no set of the flags below has.</summary>
    private const int FirstSocketError = 10000;
    private const int LastSocketError = 11999;

    private const int FlagExpired = 0x01;
    private const int FlagOtherName = 0x04;
    private const int FlagNotTrusted = 0x08;
    private const int FlagNotYetValid = 0x0200;

    /// <summary>Why a handshake failed.</summary>
    /// <param name="place">The peer's host and port.</param>
    /// <param name="serverName">Name that the certificate had to be for.</param>
    /// <param name="code">See <see cref="RawTlsException.Code"/>.</param>
    public static HubException Failed(string place, string serverName, int code)
    {
        if (code >= FirstSocketError && code <= LastSocketError)
        {
            return new HubException(ErrorCode.TlsFailed, "the connection to " + place + " broke in the TLS handshake (socket error " + code.ToString() + ")");
        }

        if (code > 0)
        {
            return Untrusted(place, Reason(serverName, code));
        }

        switch (code)
        {
            case CertificateVerifyFailed:
                return Untrusted(place, "its certificate is not signed by the configured CA, is not for '" + serverName + "', or is not valid today");
            case OutOfMemory:
                return new HubException(ErrorCode.OutOfMemory, "no memory is left for a TLS connection to " + place + "; disable a printer");
            case UnsupportedRecord:
            case DecodeError:
                return new HubException(ErrorCode.TlsFailed, place + " does not speak TLS; check the port, or use http instead of https");
            case BadVersion:
                return new HubException(ErrorCode.TlsFailed, place + " offers no TLS 1.2, which the hub requires");
            case EndOfConnection:
            case CloseNotify:
            case ConnectionReset:
                return new HubException(ErrorCode.TlsFailed, place + " broke off the TLS handshake; does it speak TLS 1.2?");
            case FatalAlert:
                return new HubException(ErrorCode.TlsFailed, place + " refused the TLS handshake; does it speak TLS 1.2?");
            default:
                return new HubException(ErrorCode.TlsFailed, "the TLS handshake with " + place + " failed (TLS error " + code.ToString() + ")");
        }
    }

    private static HubException Untrusted(string place, string reason) =>
        new HubException(ErrorCode.TlsUntrusted, place + " is not trusted: " + reason);

    private static string Reason(string serverName, int flags)
    {
        if ((flags & FlagNotTrusted) != 0)
        {
            return "its certificate is not signed by the configured CA";
        }

        if ((flags & FlagOtherName) != 0)
        {
            return "its certificate is not for '" + serverName + "'";
        }

        if ((flags & FlagExpired) != 0)
        {
            return "its certificate has expired";
        }

        return (flags & FlagNotYetValid) != 0
            ? "its certificate is not valid yet; is the hub's clock right?"
            : "its certificate was refused (flags " + flags.ToString() + ")";
    }
}
