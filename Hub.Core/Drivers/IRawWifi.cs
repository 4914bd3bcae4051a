using Hub.Core.Hal;

namespace Hub.Core.Drivers;

/// <summary>How an attempt to join ended, in a small device's words.</summary>
public enum RawWifiResult
{
    /// <summary>Joined; the address may still be on its way.</summary>
    Joined = 0,

    /// <summary>The credentials were refused; on the ESP32 a beacon timeout, an expiry and a failed association come as this, too.</summary>
    Refused = 1,

    /// <summary>No such network in reach.</summary>
    NotFound = 2,

    /// <summary>No answer in time.</summary>
    TimedOut = 3,

    /// <summary>The network asks for something that the device does not have, such as a user and a certificate.</summary>
    Unsupported = 4,

    /// <summary>Anything else.</summary>
    Failed = 5,
}

/// <summary>The Wi-Fi calls of a small device; they are passed on and nothing is decided. Thread: calls are serialised by the user, the properties excepted.</summary>
public interface IRawWifi
{
    /// <summary>True while the station has joined a network and has an address.</summary>
    bool HasAddress { get; }

    /// <summary>Networks in reach, in any order, a name perhaps several times; null when the search did not end in time. Blocks.</summary>
    WifiNetwork[]? Scan(int timeoutMs);

    /// <summary>Joins a network; blocks for up to 20 s while other threads run.</summary>
    RawWifiResult Connect(string ssid, string password);

    /// <summary>Leaves the network. Throws nothing.</summary>
    void Disconnect();
}
