using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>State of the Wi-Fi station; the numbers are those of the provisioning service's status (facts B).</summary>
public enum WifiState
{
    /// <summary>Nothing asked for yet.</summary>
    Idle = 0,

    /// <summary>Joining.</summary>
    Connecting = 1,

    /// <summary>Joined and addressed.</summary>
    Connected = 2,

    /// <summary>The last join failed.</summary>
    Failed = 3,

    /// <summary>Was connected, lost the network.</summary>
    Disconnected = 4,

    /// <summary>No network name is stored.</summary>
    NoCredentials = 5,
}

/// <summary>The Wi-Fi station. Thread: any; calls are serialised inside.</summary>
public interface IRadio
{
    /// <summary>State now.</summary>
    WifiState Wifi { get; }

    /// <summary>Names of the networks in reach, strongest first. Blocks a few seconds.</summary>
    string[] ScanWifi();

    /// <summary>Joins a network and waits for an address. Errors: <see cref="ErrorCode.NotSupported"/>, <see cref="ErrorCode.AuthRejected"/>, <see cref="ErrorCode.Timeout"/>.</summary>
    void JoinWifi(string ssid, Secret password, int timeoutMs);

    /// <summary>Leaves the network.</summary>
    void LeaveWifi();
}
