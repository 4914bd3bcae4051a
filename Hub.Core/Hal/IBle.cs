using Hub.Core.Errors;

namespace Hub.Core.Hal;

/// <summary>One value of a GATT service (Bluetooth Core Specification, volume 3, part G). Immutable.</summary>
public sealed class BleCharacteristic
{
    /// <summary>Makes the description.</summary>
    /// <param name="uuid">128 bits as text, such as beb5483e-36e1-4688-b7f5-ea07361b26a8.</param>
    /// <param name="canRead">True when a central may read it.</param>
    /// <param name="canWrite">True when a central may write it, with or without a response.</param>
    /// <param name="canNotify">True when a central may subscribe to it.</param>
    public BleCharacteristic(string uuid, bool canRead, bool canWrite, bool canNotify)
    {
        Uuid = uuid;
        CanRead = canRead;
        CanWrite = canWrite;
        CanNotify = canNotify;
    }

    /// <summary>128 bits as text.</summary>
    public string Uuid { get; }

    /// <summary>True when a central may read it.</summary>
    public bool CanRead { get; }

    /// <summary>True when a central may write it, with or without a response.</summary>
    public bool CanWrite { get; }

    /// <summary>True when a central may subscribe to it.</summary>
    public bool CanNotify { get; }
}

/// <summary>A GATT service to host. Immutable; the array is not changed after it was handed over.</summary>
public sealed class BleService
{
    /// <summary>Makes the description.</summary>
    /// <param name="uuid">128 bits as text.</param>
    /// <param name="characteristics">At least one.</param>
    public BleService(string uuid, BleCharacteristic[] characteristics)
    {
        Uuid = uuid;
        Characteristics = characteristics;
    }

    /// <summary>128 bits as text.</summary>
    public string Uuid { get; }

    /// <summary>What it consists of.</summary>
    public BleCharacteristic[] Characteristics { get; }
}

/// <summary>
/// What a hosted service does when a central connects, reads or writes. Thread: the driver's own, or that of a caller of <see cref="IBle.Stop"/>; one call at a time. The central
/// waits for the answer and gives up after 2 s on the board: a handler only copies or hands over values, and never blocks,
/// throws or calls the driver back, <see cref="IBle.Notify"/> excepted.
/// </summary>
public interface IBleHandler
{
    /// <summary>A central has connected. At most one is connected at a time.</summary>
    void OnConnected();

    /// <summary>The central has gone; its subscriptions are over.</summary>
    void OnDisconnected();

    /// <summary>A central reads. The array becomes the driver's and is not changed afterwards; at most 512 bytes.</summary>
    /// <returns>The value, or null to refuse.</returns>
    byte[]? OnRead(BleCharacteristic characteristic);

    /// <summary>A central writes. The array is the handler's; at most 512 bytes.</summary>
    /// <returns>False to refuse; a central that asked for no response never learns of it.</returns>
    bool OnWrite(BleCharacteristic characteristic, byte[] value);

    /// <summary>The central has begun or ended its subscription.</summary>
    void OnSubscribed(BleCharacteristic characteristic, bool isSubscribed);
}

/// <summary>
/// A Bluetooth Low Energy peripheral that hosts GATT services. Thread: any; calls are serialised inside.
/// Errors of every method that is not said to throw nothing: <see cref="ErrorCode.NotSupported"/> where the machine has no Bluetooth.
/// </summary>
public interface IBle
{
    /// <summary>True when this machine can host services.</summary>
    bool IsAvailable { get; }

    /// <summary>True while the services can be found. The radio pauses it by itself while a central is connected.</summary>
    bool IsAdvertising { get; }

    /// <summary>
    /// Most bytes of one notification: the negotiated MTU less 3 (Bluetooth Core Specification, volume 3, part F); 20 before
    /// a central negotiated it, 0 while none is connected.
    /// </summary>
    int MaxNotifyBytes { get; }

    /// <summary>Hosts services under a name, not advertised yet; what was hosted before ends.</summary>
    /// <param name="name">Name of the device in scans, 1 to 29 bytes of UTF-8.</param>
    /// <param name="services">At least one.</param>
    /// <param name="handler">Called until <see cref="Stop"/> returns.</param>
    void Host(string name, BleService[] services, IBleHandler handler);

    /// <summary>
    /// Lets the services be found, with these bytes, or changes them; a connected central stays. Call <see cref="Host"/> first. The arrays
    /// are AD structures (Bluetooth Core Specification, volume 3, part C, section 11) and become the driver's.
    /// </summary>
    /// <param name="advertisement">At most 31 bytes. A driver may place the structures of both anew: in their order, each here if it still fits, else in the scan response.</param>
    /// <param name="scanResponse">At most 31 bytes.</param>
    void Advertise(byte[] advertisement, byte[] scanResponse);

    /// <summary>The services are found no longer; a connected central stays. Throws nothing.</summary>
    void StopAdvertising();

    /// <summary>Disconnects the central, if one is connected and the platform can. Throws nothing.</summary>
    void Disconnect();

    /// <summary>Sends a value to the subscribed central. The buffer stays the caller's. Throws nothing.</summary>
    /// <param name="characteristic">One of the hosted ones.</param>
    /// <param name="value">Holds the bytes.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="count">At most <see cref="MaxNotifyBytes"/>: longer values need framing of one's own.</param>
    /// <returns>False when no central is subscribed or the radio's queue is full; the value is dropped then.</returns>
    bool Notify(BleCharacteristic characteristic, byte[] value, int offset, int count);

    /// <summary>Disconnects the central and ends the services. Throws nothing.</summary>
    void Stop();
}
