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

    /// <inheritdoc/>
    public bool IsHigh(int pin) =>
        throw new HubException(ErrorCode.NotSupported, "this machine has no pin " + pin.ToString() + " to read");
}

/// <summary>A machine without a button: nobody presses it.</summary>
public sealed class NullButton : IButton
{
    /// <inheritdoc/>
    public bool IsPressed => false;
}

/// <summary>A machine whose Wi-Fi the hub does not manage: refuses everything but questions.</summary>
public sealed class NullWifi : IWifi
{
    private readonly string _refusal;

    /// <summary>A laptop's: its operating system keeps it connected.</summary>
    public NullWifi()
        : this(WifiState.Connected, "this machine's Wi-Fi is managed by its operating system")
    {
    }

    /// <summary>Another one's.</summary>
    /// <param name="state">Its state, for ever.</param>
    /// <param name="refusal">Why it refuses, for people.</param>
    public NullWifi(WifiState state, string refusal)
    {
        State = state;
        _refusal = refusal;
    }

    /// <inheritdoc/>
    public WifiState State { get; }

    /// <inheritdoc/>
    public int SignalDbm => 0;

    /// <inheritdoc/>
    public WifiNetwork[] Scan(int timeoutMs) => throw Refusal();

    /// <inheritdoc/>
    public void Join(string ssid, Secret password, int timeoutMs) => throw Refusal();

    /// <inheritdoc/>
    public void Leave() => throw Refusal();

    private HubException Refusal() => new HubException(ErrorCode.NotSupported, _refusal);
}

/// <summary>A machine without Bluetooth that the hub could use.</summary>
public sealed class NullBle : IBle
{
    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public bool IsAdvertising => false;

    /// <inheritdoc/>
    public int MaxNotifyBytes => 0;

    /// <inheritdoc/>
    public void Host(string name, BleService[] services, IBleHandler handler) => throw Refusal();

    /// <inheritdoc/>
    public void Advertise(byte[] advertisement, byte[] scanResponse) => throw Refusal();

    /// <inheritdoc/>
    public void StopAdvertising()
    {
        // Nothing is advertised.
    }

    /// <inheritdoc/>
    public void Disconnect()
    {
        // Nobody is connected.
    }

    /// <inheritdoc/>
    public bool Notify(BleCharacteristic characteristic, byte[] value, int offset, int count) => false;

    /// <inheritdoc/>
    public void Stop()
    {
        // Nothing is hosted.
    }

    private static HubException Refusal() =>
        new HubException(ErrorCode.NotSupported, "this machine has no Bluetooth that the hub can use");
}

/// <summary>A machine that is updated by other means.</summary>
public sealed class NullUpdateStore : IUpdateStore
{
    private readonly string _refusal;

    /// <summary>A machine that gives no other way.</summary>
    public NullUpdateStore()
        : this("this machine cannot update itself")
    {
    }

    /// <summary>The same with the way that people have.</summary>
    /// <param name="refusal">Why it refuses and what to do instead, for people.</param>
    public NullUpdateStore(string refusal)
    {
        _refusal = refusal;
    }

    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public bool IsTrial => false;

    /// <inheritdoc/>
    public void Begin(long sizeBytes) => throw Refusal();

    /// <inheritdoc/>
    public void Append(byte[] buffer, int offset, int count) => throw Refusal();

    /// <inheritdoc/>
    public void Commit(byte[] sha256) => throw Refusal();

    /// <inheritdoc/>
    public void Abort()
    {
        // Nothing was begun.
    }

    /// <inheritdoc/>
    public void Confirm() => throw Refusal();

    private HubException Refusal() => new HubException(ErrorCode.NotSupported, _refusal);
}
