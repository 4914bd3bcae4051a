using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>A machine without a status light.</summary>
public sealed class NullIndicator : IIndicator
{
    /// <inheritdoc/>
    public void Show(IndicatorState state)
    {
        // There is no light, so there is nothing to show.
    }
}

/// <summary>A machine without free pins: refuses every write.</summary>
public sealed class NullGpio : IGpio
{
    /// <inheritdoc/>
    public bool IsAllowed(int pin) => false;

    /// <inheritdoc/>
    public void Write(int pin, bool high) =>
        throw new HubException(ErrorCode.NotSupported, "this machine has no pin " + pin.ToString() + " to set");
}

/// <summary>A machine whose network is not the hub's business (a laptop): always connected, nothing to join.</summary>
public sealed class NullRadio : IRadio
{
    /// <inheritdoc/>
    public WifiState Wifi => WifiState.Connected;

    /// <inheritdoc/>
    public string[] ScanWifi() => new string[0];

    /// <inheritdoc/>
    public void JoinWifi(string ssid, Secret password, int timeoutMs) =>
        throw new HubException(ErrorCode.NotSupported, "this machine's Wi-Fi is managed by its operating system");

    /// <inheritdoc/>
    public void LeaveWifi() =>
        throw new HubException(ErrorCode.NotSupported, "this machine's Wi-Fi is managed by its operating system");
}

/// <summary>A HAL that opens no MQTT connections.</summary>
public sealed class NullMqttFactory : IMqttFactory
{
    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public IMqttClient Create(MqttOptions options) => throw new HubException(ErrorCode.NotSupported, "this hub opens no MQTT connections");
}

/// <summary>A machine that is updated by other means.</summary>
public sealed class NullUpdateStore : IUpdateStore
{
    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public void Begin(long sizeBytes) => throw Refusal();

    /// <inheritdoc/>
    public void Append(byte[] buffer, int offset, int count) => throw Refusal();

    /// <inheritdoc/>
    public void Commit(byte[] sha256) => throw Refusal();

    private static HubException Refusal() =>
        new HubException(ErrorCode.NotSupported, "this machine cannot update itself");
}
