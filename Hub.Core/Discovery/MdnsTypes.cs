namespace Hub.Core.Discovery;

/// <summary>Record types of RFC 1035, 2782 and 3596 that mDNS printers use, and names of the protocol.</summary>
public static class MdnsTypes
{
    /// <summary>IPv4 address of a host.</summary>
    public const int A = 1;

    /// <summary>Instance of a service.</summary>
    public const int Ptr = 12;

    /// <summary>Properties of an instance.</summary>
    public const int Txt = 16;

    /// <summary>Host and port of an instance.</summary>
    public const int Srv = 33;

    /// <summary>In a question: every type.</summary>
    public const int Any = 255;

    /// <summary>The multicast group (RFC 6762 §3).</summary>
    public const string Group = "224.0.0.251";

    /// <summary>The UDP port (RFC 6762 §3).</summary>
    public const int Port = 5353;
}
