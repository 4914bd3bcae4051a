using System;
using System.Threading;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>
/// A phone or computer near a simulated hub, with the operations of Web Bluetooth. As there, one operation runs at a time, and another one fails. Errors of the operations:
/// <see cref="GattException"/>. Thread: any; operations block. Ownership: disposed of by who made it, which disconnects.
/// </summary>
public sealed class SimulatedCentral : IDisposable
{
    private readonly SimulatedBle _ble;
    private readonly ManualResetEventSlim _room = new(true);
    private BleService[] _services = [];
    private int _isBusy;
    private bool _isConnected;

    /// <summary>Makes it, not connected.</summary>
    public SimulatedCentral(SimulatedBle ble)
    {
        _ble = ble;
    }

    /// <summary>Called for each notification, in their order: the UUID and the value. Thread: the radio's; while it blocks, the hub's queue fills up.</summary>
    public event Action<string, byte[]>? Notified;

    /// <summary>Called when the connection has ended, whoever ended it. Thread: the radio's.</summary>
    public event Action? Disconnected;

    /// <summary>True while it is connected.</summary>
    public bool IsConnected => Volatile.Read(ref _isConnected);

    /// <summary>What the connection agreed on; 0 before.</summary>
    public int Mtu { get; private set; }

    /// <summary>What the hub hosts, since <see cref="Connect"/>.</summary>
    public BleService[] Services => _services;

    /// <summary>False to leave notifications in the hub's queue, as a central that is busy does.</summary>
    public bool FetchesNotifications
    {
        get => _room.IsSet;
        set
        {
            if (value)
            {
                _room.Set();
            }
            else
            {
                _room.Reset();
            }
        }
    }

    /// <summary>The hub, if it can be found.</summary>
    public SimulatedAdvertisement? Scan() => _ble.Scan();

    /// <summary>Connects, and finds the services. Nothing happens when it is connected already.</summary>
    public void Connect() => Run(() =>
    {
        if (!IsConnected)
        {
            Volatile.Write(ref _isConnected, true);
            try
            {
                (Mtu, _services) = _ble.Connect(this);
            }
            catch
            {
                _ble.End(this);
                Volatile.Write(ref _isConnected, false);
                throw;
            }
        }
    });

    /// <summary>Reads a value.</summary>
    public byte[] Read(string uuid)
    {
        byte[] value = [];
        Run(() =>
        {
            BleCharacteristic characteristic = Find(uuid);
            value = characteristic.CanRead ? _ble.Read(this, characteristic) : throw GattException.Refused();
        });
        return value;
    }

    /// <summary>Writes a value; the array stays the caller's.</summary>
    /// <param name="uuid">The characteristic.</param>
    /// <param name="value">At most 512 bytes, and without a response at most the MTU less 3.</param>
    /// <param name="withResponse">True to learn whether the hub accepts it.</param>
    public void Write(string uuid, byte[] value, bool withResponse = true) => Run(() =>
    {
        BleCharacteristic characteristic = Find(uuid);
        if (value.Length > SimulatedBle.MaxValueBytes)
        {
            throw new GattException(GattException.InvalidModificationError, "Value can't exceed 512 bytes.");
        }

        if (!characteristic.CanWrite)
        {
            throw GattException.Refused();
        }

        if (!withResponse && value.Length > Mtu - SimulatedBle.HeadBytes)
        {
            throw GattException.Failed();
        }

        _ble.Write(this, characteristic, [.. value], withResponse);
    });

    /// <summary>Begins or ends a subscription.</summary>
    public void Subscribe(string uuid, bool on = true) => Run(() =>
    {
        BleCharacteristic characteristic = Find(uuid);
        if (!characteristic.CanNotify)
        {
            throw GattException.Refused();
        }

        _ble.Subscribe(this, characteristic, on);
    });

    /// <summary>Ends the connection, also while an operation runs.</summary>
    public void Disconnect() => _ble.End(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _room.Set();
        Disconnect();
    }

    /// <summary>A notification arrives.</summary>
    internal void Receive(string uuid, byte[] value)
    {
        _room.Wait();
        if (IsConnected)
        {
            Notified?.Invoke(uuid, value);
        }
    }

    /// <summary>From now on it is not connected.</summary>
    internal void ShowEnd()
    {
        Volatile.Write(ref _isConnected, false);
        Mtu = 0;
        _room.Set();
    }

    /// <summary>The program learns of it.</summary>
    internal void RaiseDisconnected() => Disconnected?.Invoke();

    private BleCharacteristic Find(string uuid)
    {
        if (!IsConnected)
        {
            throw GattException.Disconnected();
        }

        foreach (BleService service in _services)
        {
            foreach (BleCharacteristic characteristic in service.Characteristics)
            {
                if (string.Equals(characteristic.Uuid, uuid, StringComparison.OrdinalIgnoreCase))
                {
                    return characteristic;
                }
            }
        }

        throw new GattException(GattException.NotFoundError, $"No Characteristics matching UUID {uuid} found in Service.");
    }

    private void Run(Action operation)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw new GattException(GattException.NetworkError, "GATT operation already in progress.");
        }

        try
        {
            operation();
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
