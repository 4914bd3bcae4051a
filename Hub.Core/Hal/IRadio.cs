namespace Hub.Core.Hal;

/// <summary>The radio's two halves. Thread: any; both always return the same driver.</summary>
public interface IRadio
{
    /// <summary>The Wi-Fi station.</summary>
    IWifi Wifi { get; }

    /// <summary>Bluetooth Low Energy.</summary>
    IBle Ble { get; }
}

/// <summary>A radio made of two drivers. Thread: any.</summary>
public sealed class Radio : IRadio
{
    /// <summary>Joins two drivers; a half that the machine lacks is its <c>Null…</c> driver.</summary>
    public Radio(IWifi wifi, IBle ble)
    {
        Wifi = wifi;
        Ble = ble;
    }

    /// <inheritdoc/>
    public IWifi Wifi { get; }

    /// <inheritdoc/>
    public IBle Ble { get; }
}
