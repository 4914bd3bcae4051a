using System;
using Hub.Core.Drivers;
using Hub.Core.Hal;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;

namespace Hub.Hal.Esp32S3;

/// <summary>One hosted value, and what the library reports of it. Thread: as for <see cref="NanoBle"/>.</summary>
internal sealed class NanoCharacteristic
{
    private readonly BleCharacteristic _description;
    private readonly IRawBleEvents _events;
    private readonly GattLocalCharacteristic _hosted;

    /// <summary>Adds the value to its service.</summary>
    internal NanoCharacteristic(GattLocalService service, BleCharacteristic description, IRawBleEvents events)
    {
        _description = description;
        _events = events;
        GattCharacteristicProperties properties = GattCharacteristicProperties.None;
        properties |= description.CanRead ? GattCharacteristicProperties.Read : GattCharacteristicProperties.None;
        properties |= description.CanWrite ? GattCharacteristicProperties.Write | GattCharacteristicProperties.WriteWithoutResponse : GattCharacteristicProperties.None;
        properties |= description.CanNotify ? GattCharacteristicProperties.Notify : GattCharacteristicProperties.None;
        _hosted = service.CreateCharacteristic(new Guid(description.Uuid), new GattLocalCharacteristicParameters { CharacteristicProperties = properties }).Characteristic;
        _hosted.ReadRequested += OnRead;
        _hosted.WriteRequested += OnWrite;
        _hosted.SubscribedClientsChanged += OnSubscribers;
    }

    /// <summary>128 bits as text, as they were handed over.</summary>
    internal string Uuid => _description.Uuid;

    /// <summary>Sends a value to all subscribers; false when there is none or one did not get it.</summary>
    internal bool Notify(byte[] value)
    {
        GattClientNotificationResult[] results = _hosted.NotifyValue(new nanoFramework.Device.Bluetooth.Buffer(value));
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Status != GattCommunicationStatus.Success)
            {
                return false;
            }
        }

        return results.Length > 0;
    }

    private void OnRead(GattLocalCharacteristic sender, GattReadRequestedEventArgs args) => _events.OnRead(_description, new NanoRead(args));

    private void OnWrite(GattLocalCharacteristic sender, GattWriteRequestedEventArgs args) => _events.OnWrite(_description, new NanoWrite(args));

    private void OnSubscribers(GattLocalCharacteristic sender, object args) => _events.OnSubscribers(_description, sender.SubscribedClients.Length);
}
