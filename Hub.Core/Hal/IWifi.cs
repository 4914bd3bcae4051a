using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>State of the Wi-Fi station. The numbers are those that the provisioning service reports over Bluetooth.</summary>
public enum WifiState
{
    /// <summary>Nothing has been asked of it yet.</summary>
    Idle = 0,

    /// <summary>Joining.</summary>
    Connecting = 1,

    /// <summary>Joined, with an address.</summary>
    Connected = 2,

    /// <summary>The last join failed.</summary>
    Failed = 3,

    /// <summary>Was connected and lost the network.</summary>
    Disconnected = 4,

    /// <summary>No network is configured.</summary>
    NoCredentials = 5,
}

/// <summary>How a network protects itself.</summary>
public enum WifiSecurity
{
    /// <summary>The platform does not report it (nanoFramework's scan does not).</summary>
    Unknown = 0,

    /// <summary>No password.</summary>
    Open = 1,

    /// <summary>A password: WPA, WPA2 or WPA3 personal.</summary>
    Password = 2,

    /// <summary>A user and a password or certificate (WPA enterprise), which the hub cannot join.</summary>
    Enterprise = 3,
}

/// <summary>A network that a scan found. Immutable.</summary>
public sealed class WifiNetwork
{
    /// <summary>Makes the record.</summary>
    /// <param name="ssid">See <see cref="Ssid"/>.</param>
    /// <param name="signalDbm">See <see cref="SignalDbm"/>.</param>
    /// <param name="security">See <see cref="Security"/>.</param>
    public WifiNetwork(string ssid, int signalDbm, WifiSecurity security)
    {
        Ssid = ssid;
        SignalDbm = signalDbm;
        Security = security;
    }

    /// <summary>Name of the network, as its owner chose it: mask it before it is shown. Not empty; hidden networks are left out.</summary>
    public string Ssid { get; }

    /// <summary>Signal strength of its strongest access point in dBm, such as -60.</summary>
    public int SignalDbm { get; }

    /// <summary>How it is protected.</summary>
    public WifiSecurity Security { get; }
}

/// <summary>
/// The Wi-Fi station. Thread: any; calls are serialised inside, so one that blocks delays the next. State and signal never block.
/// Errors of every method: <see cref="ErrorCode.NotSupported"/> where the hub does not manage the Wi-Fi.
/// </summary>
public interface IWifi
{
    /// <summary>State now.</summary>
    WifiState State { get; }

    /// <summary>Signal strength of the joined network in dBm, such as -60; 0 when it is not connected or not known.</summary>
    int SignalDbm { get; }

    /// <summary>
    /// Searches for networks, which takes a few seconds and may interrupt traffic. Errors: <see cref="ErrorCode.Timeout"/>.
    /// </summary>
    /// <param name="timeoutMs">Longest wait.</param>
    /// <returns>One entry for each name, strongest first; the array is the caller's.</returns>
    WifiNetwork[] Scan(int timeoutMs);

    /// <summary>
    /// Joins a network, leaving another one first, and waits for an address. The driver stores nothing: the configuration does.
    /// Errors: <see cref="ErrorCode.AuthRejected"/> (wrong password; a weak signal can look the same),
    /// <see cref="ErrorCode.NotFound"/> (no such network in reach), <see cref="ErrorCode.Timeout"/> (no address in time).
    /// </summary>
    /// <param name="ssid">Name of the network, 1 to 32 bytes of UTF-8.</param>
    /// <param name="password">8 to 63 characters; empty for an open network.</param>
    /// <param name="timeoutMs">For joining and the address together. The board may exceed it by the 20 s of its own limit.</param>
    void Join(string ssid, Secret password, int timeoutMs);

    /// <summary>Leaves the network and does not join it again by itself; no error when there is none.</summary>
    void Leave();
}
