using System;
using System.Collections.Generic;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// The names that this cloud answers to. A web page whose own name suddenly resolves to this machine (DNS rebinding) still sends that name in
/// the Host header, so it reads and commands nothing. Ports do not matter: a browser takes them from the page's address too, and a tunnel of
/// ssh has another one than the cloud. Immutable.
/// </summary>
internal sealed class HostRule
{
    private readonly HashSet<string> _names;
    private readonly bool _isLoopback;

    /// <summary>Makes the rule.</summary>
    /// <param name="names">Names and addresses besides those of the loopback interface.</param>
    /// <param name="isLoopback">True when the cloud listens on loopback alone.</param>
    public HostRule(IEnumerable<string> names, bool isLoopback)
    {
        _names = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase) { "localhost" };
        _isLoopback = isLoopback;
    }

    /// <summary>True when the request asks for one of this cloud's names, or for the very address that its connection arrived at.</summary>
    public bool Allows(HttpContext context)
    {
        string host = context.Request.Host.Host.Trim('[', ']').TrimEnd('.');
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            return _names.Contains(host);
        }

        return IPAddress.IsLoopback(address) || _names.Contains(address.ToString()) || (!_isLoopback && IsLocal(context, address));
    }

    private static bool IsLocal(HttpContext context, IPAddress address)
    {
        IPAddress? local = context.Connection.LocalIpAddress;
        return local != null && (local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local).Equals(address);
    }
}
