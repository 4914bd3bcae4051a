using System;

namespace Hub.Core.Drivers;

/// <summary>A socket call that failed, with the number that nanoFramework gives it (Winsock's numbers).</summary>
public sealed class RawSocketException : Exception
{
    /// <summary>No buffer or socket is left (WSAENOBUFS): the board's answer to the 17th socket.</summary>
    public const int NoSocket = 10055;

    /// <summary>The peer reset the connection (WSAECONNRESET).</summary>
    public const int Reset = 10054;

    /// <summary>
    /// The attempt was under way (WSAEWOULDBLOCK): on the board the number of most dials that fail, refused ones too, because its lwIP
    /// notes no other (nf_sockets.c). It says nothing about the reason.
    /// </summary>
    public const int Unfinished = 10035;

    /// <summary>No answer in time (WSAETIMEDOUT).</summary>
    public const int TimedOut = 10060;

    /// <summary>Nothing listens (WSAECONNREFUSED).</summary>
    public const int Refused = 10061;

    /// <summary>No route (WSAEHOSTUNREACH).</summary>
    public const int Unreachable = 10065;

    /// <summary>No route to that network (WSAENETUNREACH).</summary>
    public const int NetworkUnreachable = 10051;

    /// <summary>The network is down (WSAENETDOWN).</summary>
    public const int NetworkDown = 10050;

    /// <summary>No such name (WSAHOST_NOT_FOUND).</summary>
    public const int NoSuchHost = 11001;

    /// <summary>The name server does not answer (WSATRY_AGAIN).</summary>
    public const int NameServerSilent = 11002;

    /// <summary>Makes the exception.</summary>
    public RawSocketException(int code)
        : base("socket error " + code.ToString())
    {
        Code = code;
    }

    /// <summary>Winsock's number, or one that this list does not have.</summary>
    public int Code { get; }
}

/// <summary>A TLS handshake that failed, with the number of the library behind it (mbedTLS on the board).</summary>
public sealed class RawTlsException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">See <see cref="Code"/>.</param>
    public RawTlsException(int code)
        : base("TLS error " + code.ToString())
    {
        Code = code;
    }

    /// <summary>
    /// A negative number is mbedTLS's error, a positive one its flags of what is wrong with the certificate
    /// (<c>MBEDTLS_X509_BADCERT_…</c> in its x509.h), one of 10000 to 11999 an error of the socket, 0 not known. System.Net 1.11 has only the first kind.
    /// </summary>
    public int Code { get; }
}
