using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Drivers;

/// <summary>A central's read or write that waits for its answer, for at most 2 s. Thread: the one that reported it.</summary>
public interface IRawBleAccess
{
    /// <summary>The bytes of a write. Call it once; not for a read.</summary>
    byte[] Take();

    /// <summary>Answers a read with its value, or accepts a write.</summary>
    /// <param name="value">Empty for a write.</param>
    void Accept(byte[] value);

    /// <summary>Answers with an error.</summary>
    void Refuse();
}

/// <summary>What a small device's Bluetooth reports. Thread: one of the device's, one call at a time; must return at once.</summary>
public interface IRawBleEvents
{
    /// <summary>A central has connected, or gone.</summary>
    void OnConnection(bool isConnected);

    /// <summary>The central and the device agreed on this MTU, in bytes.</summary>
    void OnMtu(int mtuBytes);

    /// <summary>The number of a value's subscribers has changed.</summary>
    void OnSubscribers(BleCharacteristic characteristic, int count);

    /// <summary>A central reads.</summary>
    void OnRead(BleCharacteristic characteristic, IRawBleAccess access);

    /// <summary>A central writes.</summary>
    void OnWrite(BleCharacteristic characteristic, IRawBleAccess access);
}

/// <summary>
/// The Bluetooth calls of a small device; they are passed on and nothing is decided. Thread: calls are serialised by the user, <see cref="Notify"/> excepted.
/// Every method may throw anything.
/// </summary>
public interface IRawBle
{
    /// <summary>Touches the library without starting the radio. It throws where the runtime has no Bluetooth.</summary>
    void Probe();

    /// <summary>Defines the services, instead of those before. The radio stays off.</summary>
    void Host(string name, BleService[] services, IRawBleEvents events);

    /// <summary>Starts the radio and the advertising, which the device pauses by itself while a central is connected.</summary>
    /// <param name="structures">Of <see cref="AdStructure"/>: placed in this order, each in the advertisement if it fits there and else in the scan response.</param>
    /// <returns>False when it did not start.</returns>
    bool Start(ArrayList structures);

    /// <summary>Changes what is advertised while the radio is on. While a central is connected, it would also let a second one connect.</summary>
    void Change(ArrayList structures);

    /// <summary>Ends the advertising, the connection and the radio; the services stay defined.</summary>
    void Stop();

    /// <summary>Sends a value to all its subscribers. The array becomes the driver's.</summary>
    /// <returns>False when there is none or the radio did not take it.</returns>
    bool Notify(BleCharacteristic characteristic, byte[] value);
}
