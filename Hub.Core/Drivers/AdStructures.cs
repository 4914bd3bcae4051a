using System;
using System.Collections;

namespace Hub.Core.Drivers;

/// <summary>One AD structure of an advertisement (Bluetooth Core Specification, volume 3, part C, section 11). Immutable; the array is not changed after it was handed over.</summary>
public sealed class AdStructure
{
    /// <summary>Makes the record.</summary>
    /// <param name="type">See <see cref="Type"/>.</param>
    /// <param name="data">See <see cref="Data"/>.</param>
    public AdStructure(byte type, byte[] data)
    {
        Type = type;
        Data = data;
    }

    /// <summary>Its AD type, such as 1 for flags.</summary>
    public byte Type { get; }

    /// <summary>Its bytes, without length and type.</summary>
    public byte[] Data { get; }
}

/// <summary>Advertisements as rows of AD structures. Thread: any.</summary>
public static class AdStructures
{
    /// <summary>Most bytes of an advertisement, and of a scan response.</summary>
    public const int MaxBytes = 31;

    /// <summary>Bytes of a structure besides its data: length and type.</summary>
    private const int HeadBytes = 2;

    /// <summary>
    /// The structures of both parts, those of the advertisement first. A driver that places them again in this order, each in the advertisement if it still fits
    /// and else in the scan response, finds room for all: none of the first part moves. Errors: ArgumentException for a part that is too long or is no such row.
    /// </summary>
    /// <returns>Of <see cref="AdStructure"/>; the caller's.</returns>
    public static ArrayList Split(byte[] advertisement, byte[] scanResponse)
    {
        ArrayList structures = new ArrayList();
        Read(advertisement, structures);
        Read(scanResponse, structures);
        return structures;
    }

    private static void Read(byte[] part, ArrayList structures)
    {
        if (part.Length > MaxBytes)
        {
            throw new ArgumentException("an advertisement has more than 31 bytes");
        }

        int at = 0;
        while (at < part.Length)
        {
            // The length counts the type, too.
            int end = at + 1 + part[at];
            if (part[at] == 0 || end > part.Length)
            {
                throw new ArgumentException("an advertisement has a structure of a wrong length");
            }

            byte[] data = new byte[end - at - HeadBytes];
            Array.Copy(part, at + HeadBytes, data, 0, data.Length);
            structures.Add(new AdStructure(part[at + 1], data));
            at = end;
        }
    }
}
