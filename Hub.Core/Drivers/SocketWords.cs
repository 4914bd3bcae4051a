using System;
using Hub.Core.Errors;

namespace Hub.Core.Drivers;

/// <summary>Turns the numbers of a small device's sockets into one line for the user. Thread: any.</summary>
internal static class SocketWords
{
    /// <summary>A name that was not resolved.</summary>
    public static HubException Resolve(string host, int code)
    {
        if (code == RawSocketException.NameServerSilent || code == RawSocketException.TimedOut)
        {
            return new HubException(ErrorCode.DnsFailed, "the name server does not answer for '" + host + "'; check the network or use an address");
        }

        return new HubException(ErrorCode.DnsFailed, "no such host '" + host + "'; check the name or use an address");
    }

    /// <summary>A connection that was not made.</summary>
    public static HubException Connect(string place, int code)
    {
        switch (code)
        {
            case RawSocketException.Refused:
            case RawSocketException.Reset:
                return new HubException(ErrorCode.ConnectFailed, "nothing listens at " + place + " (connection refused); is it switched on?");
            case RawSocketException.Unreachable:
            case RawSocketException.NetworkUnreachable:
            case RawSocketException.NetworkDown:
                return new HubException(ErrorCode.ConnectFailed, "no route to " + place + "; is it on this network?");
            case RawSocketException.TimedOut:
                return new HubException(ErrorCode.Timeout, "no answer from " + place + "; is it switched on and on this network?");
            case RawSocketException.NoSocket:
                return new HubException(ErrorCode.OutOfSockets, "the device has no socket left; disable a printer");
            case RawSocketException.Unfinished:
                return new HubException(ErrorCode.ConnectFailed, "cannot connect to " + place + "; is it switched on and on this network?");
            default:
                return new HubException(ErrorCode.ConnectFailed, "cannot connect to " + place + " (socket error " + code.ToString() + ")");
        }
    }

    /// <summary>A connection that broke.</summary>
    public static HubException Lost(string place, int code, Exception cause)
    {
        string how = code == RawSocketException.Reset ? "the peer reset it" : "socket error " + code.ToString();
        return new HubException(ErrorCode.ConnectionLost, "the connection to " + place + " broke: " + how, cause);
    }
}
