using System;
using System.Collections;
using System.Collections.Generic;
using System.Text;
using Hub.Core.Drivers;

namespace Hub.Hal.Desktop;

/// <summary>What a central sees of a peripheral before it connects. Immutable.</summary>
public sealed class SimulatedAdvertisement
{
    private const byte Some16 = 0x02;
    private const byte All16 = 0x03;
    private const byte Some128 = 0x06;
    private const byte All128 = 0x07;
    private const byte ShortName = 0x08;
    private const byte CompleteName = 0x09;
    private const int UuidBytes = 16;
    private const string BaseUuid = "-0000-1000-8000-00805f9b34fb";

    private readonly List<string> _services = [];

    private SimulatedAdvertisement(byte[] advertisement, byte[] scanResponse)
    {
        Advertisement = advertisement;
        ScanResponse = scanResponse;
    }

    /// <summary>The advertisement's bytes.</summary>
    public byte[] Advertisement { get; }

    /// <summary>The scan response's bytes.</summary>
    public byte[] ScanResponse { get; }

    /// <summary>The name in one of them; empty for none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>UUIDs of the services in both, as 128 bits of text.</summary>
    public IReadOnlyList<string> Services => _services;

    /// <summary>
    /// Places structures as nanoFramework does: in their order, each in the advertisement if it fits into what is left there, and else in the scan response
    /// (BluetoothLEAdvertisement.CreateLegacyAdvertisements).
    /// </summary>
    /// <param name="structures">Of <see cref="AdStructure"/>; all of them fit.</param>
    internal static SimulatedAdvertisement Place(ArrayList structures)
    {
        List<byte> advertisement = [];
        List<byte> scanResponse = [];
        foreach (AdStructure structure in structures)
        {
            byte[] bytes = [(byte)(structure.Data.Length + 1), structure.Type, .. structure.Data];
            (advertisement.Count + bytes.Length <= AdStructures.MaxBytes ? advertisement : scanResponse).AddRange(bytes);
        }

        SimulatedAdvertisement placed = new([.. advertisement], [.. scanResponse]);
        foreach (AdStructure structure in structures)
        {
            placed.Take(structure.Type, structure.Data);
        }

        return placed;
    }

    private void Take(byte type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case Some16 or All16:
                for (int i = 0; i + 1 < data.Length; i += 2)
                {
                    _services.Add($"0000{data[i + 1]:x2}{data[i]:x2}{BaseUuid}");
                }

                break;
            case Some128 or All128:
                for (int i = 0; i + UuidBytes <= data.Length; i += UuidBytes)
                {
                    byte[] uuid = data.Slice(i, UuidBytes).ToArray();
                    Array.Reverse(uuid);
                    _services.Add(new Guid(uuid, bigEndian: true).ToString("D"));
                }

                break;
            case ShortName or CompleteName:
                Name = Encoding.UTF8.GetString(data);
                break;
            default:
                // Flags, service data: for the central's own program.
                break;
        }
    }
}
