using System;
using System.Collections.Concurrent;
using System.Threading;
using Hub.Core.Hal;
using Hub.Hal.Desktop;

namespace Hub.Tests.Hal.Radio;

/// <summary>A hosted service with one value that can be read, written and subscribed to, and one that can only be written.</summary>
internal sealed class RecordingHandler : IBleHandler
{
    public const string Service = "4fafc201-1fb5-459e-8fcc-c5c9c331914b";
    public const string Value = "beb5483e-36e1-4688-b7f5-ea07361b26a8";
    public const string Secret = "beb5483f-36e1-4688-b7f5-ea07361b26a8";

    public static readonly byte[] Advertisement = [2, 1, 6, 17, 7, 0x4b, 0x91, 0x31, 0xc3, 0xc9, 0xc5, 0xcc, 0x8f, 0x9e, 0x45, 0xb5, 0x1f, 0x01, 0xc2, 0xaf, 0x4f];

    public static readonly byte[] ScanResponse = [6, 9, (byte)'H', (byte)'u', (byte)'b', (byte)'-', (byte)'1'];

    public BleCharacteristic ValueCharacteristic { get; } = new(Value, canRead: true, canWrite: true, canNotify: true);

    /// <summary>What happened, in order.</summary>
    public ConcurrentQueue<string> Events { get; } = new();

    /// <summary>The value; null refuses a read.</summary>
    public byte[]? Stored { get; set; } = [1, 2, 3];

    /// <summary>False refuses writes.</summary>
    public bool Accepts { get; set; } = true;

    /// <summary>Holds every access while it is not set.</summary>
    public ManualResetEventSlim Open { get; } = new(true);

    public string Story => string.Join(" ", Events);

    public BleService[] Services() => [new BleService(Service, [ValueCharacteristic, new BleCharacteristic(Secret, canRead: false, canWrite: true, canNotify: false)])];

    public void Host(SimulatedBle ble)
    {
        ble.Host("Hub-1", Services(), this);
        ble.Advertise([.. Advertisement], [.. ScanResponse]);
    }

    public void OnConnected() => Events.Enqueue("connected");

    public void OnDisconnected() => Events.Enqueue("disconnected");

    public byte[]? OnRead(BleCharacteristic characteristic)
    {
        Open.Wait();
        Events.Enqueue("read");
        return Stored;
    }

    public bool OnWrite(BleCharacteristic characteristic, byte[] value)
    {
        Open.Wait();
        Events.Enqueue("write:" + Convert.ToHexString(value));
        Stored = value;
        return Accepts;
    }

    public void OnSubscribed(BleCharacteristic characteristic, bool isSubscribed) => Events.Enqueue(isSubscribed ? "subscribed" : "unsubscribed");
}
