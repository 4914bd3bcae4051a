using System.Text;
using Hub.Core.Text;

namespace Hub.Core.Provisioning;

/// <summary>
/// What the hub advertises: AD structures of Bluetooth Core Specification, volume 3, part C, section 11 (Supplement, part A). Improv wants its service and its data in
/// one advertisement, which they fill. Pure. Thread: any. Ownership: results are the caller's.
/// </summary>
internal static class Advertisement
{
    /// <summary>Longest name that fits beside the hub's UUID, in bytes.</summary>
    public const int MaxNameBytes = 11;

    private const int MaxBytes = 31;
    private const int UuidBytes = 16;
    private const int NameTail = 6;

    private const byte TypeFlags = 0x01;
    private const byte TypeUuid128 = 0x07;
    private const byte TypeName = 0x09;
    private const byte TypeServiceData16 = 0x16;

    // LE General Discoverable, no BR/EDR.
    private const byte Flags = 0x06;

    /// <summary>Flags, Improv's service and its service data 4677 with state and capabilities: 31 bytes.</summary>
    public static byte[] Of(byte improvState, byte improvCapabilities)
    {
        byte[] bytes = new byte[MaxBytes];
        int at = 0;
        bytes[at++] = 2;
        bytes[at++] = TypeFlags;
        bytes[at++] = Flags;
        at = PutUuid(bytes, at, GattIds.ImprovService);

        // Type, UUID 0x4677, state, capabilities and four reserved bytes.
        bytes[at++] = 9;
        bytes[at++] = TypeServiceData16;
        bytes[at++] = 0x77;
        bytes[at++] = 0x46;
        bytes[at++] = improvState;
        bytes[at] = improvCapabilities;
        return bytes;
    }

    /// <summary>The hub's service and its name: 31 bytes with a name of 11.</summary>
    public static byte[] ScanResponse(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] bytes = new byte[2 + UuidBytes + 2 + text.Length];
        int at = PutUuid(bytes, 0, GattIds.HubService);
        bytes[at++] = (byte)(1 + text.Length);
        bytes[at++] = TypeName;
        text.CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>The hub's name: Hub- and the last six letters or digits of its device id.</summary>
    public static string NameOf(string deviceId)
    {
        char[] id = deviceId.ToCharArray();
        char[] tail = new char[NameTail];
        int at = NameTail;
        for (int i = id.Length - 1; i >= 0 && at > 0; i--)
        {
            if (Ascii.IsLetterOrDigit(id[i]))
            {
                tail[--at] = id[i];
            }
        }

        return "Hub-" + new string(tail, at, NameTail - at);
    }

    /// <summary>A UUID is written with its last byte first.</summary>
    private static int PutUuid(byte[] bytes, int at, string uuid)
    {
        bytes[at] = 1 + UuidBytes;
        bytes[at + 1] = TypeUuid128;
        at += 2 + UuidBytes;
        int into = at;
        char[] digits = uuid.ToCharArray();
        for (int i = 0; i < digits.Length;)
        {
            if (digits[i] == '-')
            {
                i++;
                continue;
            }

            bytes[--into] = (byte)((Ascii.HexValue(digits[i]) << 4) | Ascii.HexValue(digits[i + 1]));
            i += 2;
        }

        return at;
    }
}
