using System;
using System.Net.Sockets;
using Hub.Core.Errors;

namespace Hub.Hal.Desktop;

/// <summary>Turns socket errors into one line for the user.</summary>
internal static class SocketErrors
{
    /// <summary>"host:port", with brackets around an IPv6 address.</summary>
    public static string Place(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";

    public static HubException Dns(string host, SocketException e) => e.SocketErrorCode == SocketError.TryAgain
        ? new HubException(ErrorCode.DnsFailed, $"the name server does not answer for '{host}'; check the network or use an address", e)
        : new HubException(ErrorCode.DnsFailed, $"no such host '{host}'; check the name or use an address", e);

    public static HubException Connect(string place, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new HubException(ErrorCode.ConnectFailed, $"nothing listens at {place} (connection refused); is it switched on?", e),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported =>
            new HubException(ErrorCode.ConnectFailed, $"no route to {place}; is it on this network?", e),
        SocketError.TimedOut => Timeout(place),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable =>
            new HubException(ErrorCode.OutOfSockets, "the operating system has no more sockets; close other programs", e),
        _ => new HubException(ErrorCode.ConnectFailed, $"cannot connect to {place}: {e.Message}", e),
    };

    public static HubException Timeout(string place) =>
        new HubException(ErrorCode.Timeout, $"no answer from {place}; is it switched on and on this network?");

    public static HubException Lost(string place, Exception cause) =>
        new HubException(ErrorCode.ConnectionLost, $"the connection to {place} broke: {Innermost(cause).Message}", cause);

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException != null)
        {
            e = e.InnerException;
        }

        return e;
    }
}
