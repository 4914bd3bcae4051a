using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Linq;
using Hub.Core.Drivers;
using Hub.Core.Hal;

namespace Hub.Tests.Hal.Radio;

/// <summary>A small device's Bluetooth that records its calls; the test reports its events.</summary>
internal sealed class FakeRawBle : IRawBle
{
    /// <summary>The calls, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public string Story => string.Join(" ", Calls);

    /// <summary>Thrown by every call that may; null for none.</summary>
    public Exception? Fault { get; set; }

    /// <summary>False: the radio does not start.</summary>
    public bool Starts { get; set; } = true;

    /// <summary>Where events go.</summary>
    public IRawBleEvents? Events { get; private set; }

    /// <summary>What was last advertised.</summary>
    public ArrayList Structures { get; private set; } = [];

    public void Probe() => Note("probe");

    public void Host(string name, BleService[] services, IRawBleEvents events)
    {
        Note("host:" + name);
        Events = events;
    }

    public bool Start(ArrayList structures)
    {
        Note("start");
        Structures = structures;
        return Starts;
    }

    public void Change(ArrayList structures)
    {
        Note("change");
        Structures = structures;
    }

    public void Stop() => Note("stop");

    public bool Notify(BleCharacteristic characteristic, byte[] value)
    {
        Note("notify:" + Convert.ToHexString(value));
        return true;
    }

    /// <summary>A central writes.</summary>
    public Access Write(BleCharacteristic characteristic, params byte[] value)
    {
        Access access = new(value);
        Events!.OnWrite(characteristic, access);
        return access;
    }

    /// <summary>A central reads.</summary>
    public Access Read(BleCharacteristic characteristic)
    {
        Access access = new([]);
        Events!.OnRead(characteristic, access);
        return access;
    }

    private void Note(string call)
    {
        Calls.Enqueue(call);
        if (Fault != null)
        {
            throw Fault;
        }
    }

    /// <summary>An access and what became of it.</summary>
    internal sealed class Access(byte[] written) : IRawBleAccess
    {
        /// <summary>What was called, in order.</summary>
        public string Story { get; private set; } = "";

        public byte[] Take()
        {
            Story += "take ";
            return written;
        }

        public void Accept(byte[] value) => Story += "accept:" + string.Concat(value.Select(b => b.ToString("X2", null)));

        public void Refuse() => Story += "refuse";
    }
}
