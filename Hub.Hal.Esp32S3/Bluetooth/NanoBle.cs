using System;
using System.Collections;
using Hub.Core.Drivers;
using Hub.Core.Hal;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.Advertisement;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;

namespace Hub.Hal.Esp32S3;

/// <summary>
/// nanoFramework.Device.Bluetooth behind the core's peripheral. Thread: calls are serialised by the user, <see cref="Notify"/> excepted; events come on the
/// library's thread.
/// </summary>
internal sealed class NanoBle : IRawBle
{
    private readonly ArrayList _characteristics = new ArrayList();
    private IRawBleEvents? _events;
    private GattServiceProvider? _provider;
    private GattServiceProviderAdvertisingParameters? _parameters;

    /// <inheritdoc/>
    public void Probe()
    {
        // Any use of the library calls its natives.
        if (BluetoothLEServer.Instance.DeviceName == null)
        {
            throw new NotSupportedException();
        }
    }

    /// <inheritdoc/>
    public void Host(string name, BleService[] services, IRawBleEvents events)
    {
        // The library keeps services for its life, which ends here.
        BluetoothLEServer.Instance.Dispose();
        _characteristics.Clear();
        _events = events;
        _provider = null;
        BluetoothLEServer server = BluetoothLEServer.Instance;
        server.DeviceName = name;
        server.Session.SessionStatusChanged += OnSession;
        server.Session.MaxPduSizeChanged += OnMtu;
        for (int i = 0; i < services.Length; i++)
        {
            GattServiceProvider provider = GattServiceProvider.Create(new Guid(services[i].Uuid)).ServiceProvider;
            _provider ??= provider;
            BleCharacteristic[] characteristics = services[i].Characteristics;
            for (int c = 0; c < characteristics.Length; c++)
            {
                _characteristics.Add(new NanoCharacteristic(provider.Service, characteristics[c], events));
            }
        }
    }

    /// <inheritdoc/>
    public bool Start(ArrayList structures)
    {
        GattServiceProvider provider = _provider!;
        _parameters = new GattServiceProviderAdvertisingParameters { IsConnectable = true, IsDiscoverable = true, CustomAdvertisement = true };
        Fill(_parameters.Advertisement, structures);
        provider.StartAdvertising(_parameters);
        return provider.AdvertisementStatus == GattServiceProviderAdvertisementStatus.Started;
    }

    /// <inheritdoc/>
    public void Change(ArrayList structures)
    {
        // StartAdvertising would define the services once more, which the stack refuses while it runs. The same advertisement, because only
        // the provider could make it connectable.
        BluetoothLEAdvertisement advertisement = _parameters!.Advertisement;
        Fill(advertisement, structures);
        new BluetoothLEAdvertisementPublisher(advertisement).Start();
    }

    /// <inheritdoc/>
    public void Stop() => _provider!.StopAdvertising();

    /// <inheritdoc/>
    public bool Notify(BleCharacteristic characteristic, byte[] value)
    {
        for (int i = 0; i < _characteristics.Count; i++)
        {
            NanoCharacteristic hosted = (NanoCharacteristic)_characteristics[i]!;
            if (hosted.Uuid == characteristic.Uuid)
            {
                return hosted.Notify(value);
            }
        }

        return false;
    }

    private static void Fill(BluetoothLEAdvertisement advertisement, ArrayList structures)
    {
        ArrayList sections = advertisement.DataSections;
        sections.Clear();
        for (int i = 0; i < structures.Count; i++)
        {
            AdStructure structure = (AdStructure)structures[i]!;
            sections.Add(new BluetoothLEAdvertisementDataSection(structure.Type, new nanoFramework.Device.Bluetooth.Buffer(structure.Data)));
        }
    }

    private void OnSession(object sender, GattSessionStatusChangedEventArgs args) => _events!.OnConnection(args.Status == GattSessionStatus.Active);

    private void OnMtu(object sender, EventArgs args) => _events!.OnMtu(((GattSession)sender).MaxMtuSize);
}
