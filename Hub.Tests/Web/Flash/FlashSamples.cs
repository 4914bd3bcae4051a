using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Tests.Web.Flash;

/// <summary>CLR packages and hub images, small and in the real ones' formats.</summary>
internal static class FlashSamples
{
    /// <summary>Where the partition table of the real package puts the deployment.</summary>
    public const int DeployAddress = 0x1B0000;

    /// <summary>Native code of the CLR, as native_assemblies.csv lists it.</summary>
    public const string Checksums = "mscorlib,100.5.0.24,0x1549C856\r\nSystem.Net,100.2.0.12,0x6DFA71D6\r\nSystem.Device.Wifi,100.0.6.6,0xEE721CDA";

    private const int HeaderBytes = 0x7C;

    /// <summary>An image of managed and native assemblies that <see cref="Checksums"/> fits.</summary>
    public static byte[] Image(uint systemNet = 0x6DFA71D6)
    {
        using MemoryStream image = new();
        image.Write(Assembly(null, 0x1549C856, 4_001));
        image.Write(Assembly("System.Net", systemNet, 9_002));
        image.Write(Assembly("Hub.Core", 0, 12_003));
        return image.ToArray();
    }

    /// <summary>A CLR package.</summary>
    /// <param name="checksums">Content of native_assemblies.csv; null leaves it out.</param>
    /// <param name="chip">Chip id in the headers of the programs; 9 is the ESP32-S3.</param>
    /// <param name="target">Target's name in the CLR.</param>
    /// <param name="deployBytes">Size of the deployment partition.</param>
    public static byte[] Package(string? checksums = Checksums, int chip = 9, string target = "ESP32_S3_OCTAL", int deployBytes = 0x2E0000)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, true))
        {
            Add(zip, "bootloader.bin", Program(chip, "boot", 5_000));
            Add(zip, "nanoCLR.bin", Program(chip, target, 36_000));
            Add(zip, "partitions_4mb.bin", new byte[3072]);
            Add(zip, "partitions_16mb.bin", Table(deployBytes));
            if (checksums != null)
            {
                Add(zip, "native_assemblies.csv", Encoding.ASCII.GetBytes(checksums));
            }
        }

        return stream.ToArray();
    }

    /// <summary>What the flash must hold after a sample package and <see cref="Image"/> were written, by address.</summary>
    public static IEnumerable<(int Address, byte[] Bytes)> ExpectedFlash()
    {
        byte[] bootloader = Program(9, "boot", 5_000);
        bootloader[3] = 0x4F;
        SHA256.HashData(bootloader.AsSpan(0, bootloader.Length - 32), bootloader.AsSpan(bootloader.Length - 32));
        yield return (0, bootloader);
        yield return (0x8000, Table(0x2E0000));
        yield return (0x10000, Program(9, "ESP32_S3_OCTAL", 36_000));
        yield return (DeployAddress, Image());
    }

    /// <summary>An assembly in nanoFramework's format, padded to 4 bytes. Without a name, one whose name is in the CLR's own string table.</summary>
    public static byte[] Assembly(string? name, uint checksum, int size)
    {
        byte[] assembly = new byte[(size + 3) & ~3];
        new Random(size).NextBytes(assembly.AsSpan(HeaderBytes, size - HeaderBytes));
        assembly.AsSpan(size).Clear();
        Encoding.ASCII.GetBytes("NFMRK1\0\0").CopyTo(assembly, 0);
        BitConverter.TryWriteBytes(assembly.AsSpan(0x14), checksum);
        assembly[0x1C] = 1;
        BitConverter.TryWriteBytes(assembly.AsSpan(0x24), name == null ? (ushort)0xFCD2 : (ushort)1);
        for (int table = 0; table < 16; table++)
        {
            BitConverter.TryWriteBytes(assembly.AsSpan(0x28 + 4 * table), table < 12 ? HeaderBytes : size);
        }

        Encoding.ASCII.GetBytes("\0" + name + "\0").CopyTo(assembly, HeaderBytes);
        return assembly;
    }

    // A program in Espressif's format: header, one segment, checksum, SHA-256.
    private static byte[] Program(int chip, string text, int size)
    {
        int data = 32 + size;
        byte[] program = new byte[((data + 16) & ~15) + 32];
        new Random(size).NextBytes(program.AsSpan(32, size));
        program[0] = 0xE9;
        program[1] = 1;
        program[2] = 2;
        program[3] = 0x2F;
        program.AsSpan(4, 20).Clear();
        program[12] = (byte)chip;
        program[23] = 1;
        BitConverter.TryWriteBytes(program.AsSpan(28), size);
        Encoding.ASCII.GetBytes(text + "\0").CopyTo(program, 1_000);
        SHA256.HashData(program.AsSpan(0, program.Length - 32), program.AsSpan(program.Length - 32));
        return program;
    }

    // That of nf-interpreter's partitions_nanoclr_16mb.csv for the ESP32-S3, as gen_esp32part.py writes it.
    private static byte[] Table(int deployBytes)
    {
        byte[] table = new byte[3072];
        Array.Fill(table, (byte)0xFF);
        (int Type, int Subtype, int Offset, int Size, string Name)[] rows =
        [
            (1, 0x02, 0x9000, 0x6000, "nvs"), (1, 0x01, 0xF000, 0x1000, "phy_init"), (0, 0x00, 0x10000, 0x1A0000, "factory"),
            (1, 0x84, DeployAddress, deployBytes, "deploy"), (1, 0x83, 0x490000, 0x300000, "config"),
        ];
        int at = 0;
        foreach ((int type, int subtype, int offset, int size, string name) in rows)
        {
            table.AsSpan(at, 32).Clear();
            table[at] = 0xAA;
            table[at + 1] = 0x50;
            table[at + 2] = (byte)type;
            table[at + 3] = (byte)subtype;
            BitConverter.TryWriteBytes(table.AsSpan(at + 4), offset);
            BitConverter.TryWriteBytes(table.AsSpan(at + 8), size);
            Encoding.ASCII.GetBytes(name).CopyTo(table, at + 12);
            at += 32;
        }

        return table;
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
