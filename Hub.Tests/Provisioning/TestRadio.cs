using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;

namespace Hub.Tests.Provisioning;

/// <summary>A Bluetooth peripheral that a test is the central of: it only passes on. Thread: any.</summary>
internal sealed class TestBle : IBle
{
    private int _full;

    /// <summary>What was notified: characteristic and value.</summary>
    public ConcurrentQueue<(string Uuid, byte[] Value)> Notified { get; } = new();

    public IBleHandler? Handler { get; private set; }

    public BleService[] Services { get; private set; } = [];

    public byte[] Advertisement { get; private set; } = [];

    public byte[] ScanResponse { get; private set; } = [];

    /// <summary>How often the hub ended a connection by itself.</summary>
    public int Disconnects { get; private set; }

    /// <summary>Notifications that the radio has no room for from now on.</summary>
    public int Full
    {
        set => Volatile.Write(ref _full, value);
    }

    public bool IsAvailable => true;

    public bool IsAdvertising { get; private set; }

    public int MaxNotifyBytes { get; set; }

    /// <summary>Who hears of the end of a connection.</summary>
    public Action? Ended { get; set; }

    public void Host(string name, BleService[] services, IBleHandler handler)
    {
        Services = services;
        Handler = handler;
    }

    public void Advertise(byte[] advertisement, byte[] scanResponse)
    {
        Advertisement = advertisement;
        ScanResponse = scanResponse;
        IsAdvertising = true;
    }

    public void StopAdvertising() => IsAdvertising = false;

    public void Disconnect()
    {
        Disconnects++;
        Ended?.Invoke();
    }

    public bool Notify(BleCharacteristic characteristic, byte[] value, int offset, int count)
    {
        // Longer ones than fit occur when another central has connected meanwhile.
        if (count > MaxNotifyBytes || Interlocked.Decrement(ref _full) >= 0)
        {
            return false;
        }

        Notified.Enqueue((characteristic.Uuid, value.AsSpan(offset, count).ToArray()));
        return true;
    }

    public void Stop() => IsAdvertising = false;
}

/// <summary>A station in reach of networks with passwords. Thread: any.</summary>
internal sealed class TestWifi : IWifi
{
    private int _state = (int)WifiState.Idle;

    /// <summary>Networks by name; an empty password is none.</summary>
    public Dictionary<string, string> Networks { get; } = new() { ["farm"] = "FAKE-PASSWORD", ["shop"] = "FAKE-PASSWORD-2", ["open"] = "" };

    /// <summary>What was joined, or tried.</summary>
    public ConcurrentQueue<string> Joins { get; } = new();

    /// <summary>Joins and scans wait while it is not set.</summary>
    public ManualResetEventSlim Gate { get; } = new(true);

    public WifiState State
    {
        get => (WifiState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    public int SignalDbm => State == WifiState.Connected ? -60 : 0;

    public WifiNetwork[] Scan(int timeoutMs)
    {
        Gate.Wait();
        return [new("farm", -60, WifiSecurity.Password), new("open", -75, WifiSecurity.Open)];
    }

    public void Join(string ssid, Secret password, int timeoutMs)
    {
        State = WifiState.Connecting;
        Gate.Wait();
        Joins.Enqueue(ssid);
        bool isKnown = Networks.TryGetValue(ssid, out string? right);
        State = isKnown && right == password.Reveal() ? WifiState.Connected : WifiState.Failed;
        if (!isKnown)
        {
            throw new HubException(ErrorCode.NotFound, "no network '" + ssid + "' is in reach");
        }

        if (State == WifiState.Failed)
        {
            throw new HubException(ErrorCode.AuthRejected, "the password of '" + ssid + "' is wrong");
        }
    }

    public void Leave() => State = WifiState.Idle;
}
