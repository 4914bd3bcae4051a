using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Hub.Flash;

/// <summary>One assembly of an image.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Checksum">Checksum of the native code that it needs; 0: none.</param>
internal sealed record ImageAssembly(string Name, uint Checksum);

/// <summary>
/// Reads the hub's image: assemblies (.pe files) one after the other, each padded to 4 bytes (build/nano-image.targets). Their header is
/// CLR_RECORD_ASSEMBLY of nf-interpreter, src/CLR/Include/nanoCLR_Types.h. web/flash/image.js does the same in the browser.
/// </summary>
internal static class HubImage
{
    private const int HeaderBytes = 0x7C;
    private const int StringsTable = 11;
    private const int EndOfAssembly = 15;

    private static readonly byte[] s_marker = Encoding.ASCII.GetBytes("NFMRK1\0\0");

    /// <summary>The assemblies, in the image's order.</summary>
    /// <exception cref="FlashException">This is no image, or a damaged one.</exception>
    public static List<ImageAssembly> Read(byte[] image)
    {
        List<ImageAssembly> assemblies = [];
        ReadOnlySpan<byte> rest = image;
        while (rest.Length > 0)
        {
            if (rest.Length < HeaderBytes || !rest.StartsWith(s_marker))
            {
                throw new FlashException(FlashException.Refused, assemblies.Count == 0 ? "This is not a hub image. Build Hub.Firmware.bin (docs/firmware.md)." : "The image is damaged. Build it again.");
            }

            uint size = Table(rest, EndOfAssembly);
            uint strings = Table(rest, StringsTable);
            if (size < HeaderBytes || size > rest.Length || strings > size)
            {
                throw new FlashException(FlashException.Refused, "The image ends in the middle of an assembly. Build it again.");
            }

            string name = Name(rest[..(int)size], (int)strings + BinaryPrimitives.ReadUInt16LittleEndian(rest[0x24..]));
            assemblies.Add(new ImageAssembly(name, BinaryPrimitives.ReadUInt32LittleEndian(rest[0x14..])));
            rest = rest[Math.Min(rest.Length, (int)((size + 3) & ~3u))..];
        }

        if (assemblies.Count == 0)
        {
            throw new FlashException(FlashException.Refused, "The image is empty. Build Hub.Firmware.bin (docs/firmware.md).");
        }

        return assemblies;
    }

    // A name beyond the assembly's own strings is in the CLR's table. Of those, only mscorlib has native code.
    private static string Name(ReadOnlySpan<byte> assembly, int at)
    {
        int length = at < assembly.Length ? assembly[at..].IndexOf((byte)0) : -1;
        return length < 0 ? "mscorlib" : Encoding.ASCII.GetString(assembly.Slice(at, length));
    }

    private static uint Table(ReadOnlySpan<byte> assembly, int index)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(assembly[(0x28 + 4 * index)..]);
    }
}
