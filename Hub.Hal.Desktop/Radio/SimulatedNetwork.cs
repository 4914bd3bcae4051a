using System;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Hal.Desktop;

/// <summary>How a simulated network behaves.</summary>
public enum SimulatedNetworkKind
{
    /// <summary>As networks should.</summary>
    Normal = 0,

    /// <summary>Its signal is too weak to join, which the radio reports as a refused password.</summary>
    Weak = 1,

    /// <summary>It does not send its name.</summary>
    Hidden = 2,

    /// <summary>It gives an address, but nothing behind it answers until a person has logged in on a web page.</summary>
    Captive = 3,

    /// <summary>It can be joined and gives no address.</summary>
    NoDhcp = 4,

    /// <summary>It asks for a user and a password or certificate.</summary>
    Enterprise = 5,

    /// <summary>It was seen a moment ago and does not answer any more.</summary>
    Gone = 6,
}

/// <summary>A simulated access point. Immutable.</summary>
public sealed class SimulatedNetwork
{
    private const int KeyChars = 64;
    private const int KeyBytes = 32;

    /// <summary>Rounds by which WPA makes its key from a password (IEEE 802.11i, annex H.4).</summary>
    private const int KeyRounds = 4096;

    /// <summary>Makes the record.</summary>
    /// <param name="ssid">1 to 32 bytes of UTF-8.</param>
    /// <param name="password">8 to 63 characters; null for an open network.</param>
    /// <param name="signalDbm">Signal strength at the hub.</param>
    /// <param name="kind">How it behaves.</param>
    public SimulatedNetwork(string ssid, string? password, int signalDbm, SimulatedNetworkKind kind)
    {
        Ssid = ssid;
        Password = password;
        SignalDbm = signalDbm;
        Kind = kind;
    }

    /// <summary>Its name.</summary>
    public string Ssid { get; }

    /// <summary>Its password; null for an open network.</summary>
    public string? Password { get; }

    /// <summary>Signal strength in dBm.</summary>
    public int SignalDbm { get; }

    /// <summary>How it behaves.</summary>
    public SimulatedNetworkKind Kind { get; }

    /// <summary>A few of each kind: what is in reach when nothing else is said.</summary>
    public static SimulatedNetwork[] Defaults() =>
    [
        new("farm", "correct-horse", -55, SimulatedNetworkKind.Normal),
        new("guest", null, -60, SimulatedNetworkKind.Normal),
        new("cellar", "correct-horse", -88, SimulatedNetworkKind.Weak),
        new("secret", "correct-horse", -58, SimulatedNetworkKind.Hidden),
        new("cafe", null, -64, SimulatedNetworkKind.Captive),
        new("attic", "correct-horse", -67, SimulatedNetworkKind.NoDhcp),
        new("office", null, -70, SimulatedNetworkKind.Enterprise),
        new("garage", "correct-horse", -74, SimulatedNetworkKind.Gone),
    ];

    /// <summary>True for its password, or the key of 64 hex digits that is made of it. An open network accepts any.</summary>
    internal bool Accepts(string password)
    {
        if (Password == null || password == Password)
        {
            return true;
        }

        if (password.Length != KeyChars)
        {
            return false;
        }

#pragma warning disable CA5379 // WPA2 prescribes SHA-1 here.
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(Password, Encoding.UTF8.GetBytes(Ssid), KeyRounds, HashAlgorithmName.SHA1, KeyBytes);
#pragma warning restore CA5379
        return string.Equals(Convert.ToHexString(key), password, StringComparison.OrdinalIgnoreCase);
    }
}
