using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>Which addresses lead into a private network or to the machine itself (RFC 6890). Pure. Thread: any.</summary>
internal static class PrivateAddress
{
    private const int Version4Bytes = 4;
    private const int Version6Bytes = 16;

    /// <summary>True for private, loopback, link-local and unspecified addresses, shared address space, and for what is no address.</summary>
    /// <param name="address">4 or 16 bytes.</param>
    public static bool Is(byte[] address)
    {
        if (address.Length == Version4Bytes)
        {
            return Is(address, 0);
        }

        if (address.Length != Version6Bytes)
        {
            return true;
        }

        // ::ffff:0:0/96, and 64:ff9b::/96 of a NAT64, hold an IPv4 address.
        if (IsZero(address, 0, 10) && address[10] == 0xFF && address[11] == 0xFF)
        {
            return Is(address, 12);
        }

        if (address[0] == 0 && address[1] == 0x64 && address[2] == 0xFF && address[3] == 0x9B && IsZero(address, 4, 8))
        {
            return Is(address, 12);
        }

        // 2002::/16 (6to4) has it after its prefix; 64:ff9b:1::/48 is a NAT64 within a network.
        if (address[0] == 0x20 && address[1] == 0x02)
        {
            return Is(address, 2);
        }

        if (address[0] == 0 && address[1] == 0x64 && address[2] == 0xFF && address[3] == 0x9B && address[4] == 0 && address[5] == 1)
        {
            return true;
        }

        // ::/96 with ::1, fc00::/7, fe80::/10 and the former fec0::/10.
        return IsZero(address, 0, 12) || (address[0] & 0xFE) == 0xFC || (address[0] == 0xFE && address[1] >= 0x80);
    }

    /// <summary>The address for people.</summary>
    public static string Text(byte[] address)
    {
        string text = "";
        if (address.Length == Version4Bytes)
        {
            for (int i = 0; i < address.Length; i++)
            {
                text += (i == 0 ? "" : ".") + address[i].ToString();
            }

            return text;
        }

        string digits = HexText.Of(address);
        for (int i = 0; i < digits.Length; i += 4)
        {
            text += (i == 0 ? "" : ":") + digits.Substring(i, 4);
        }

        return text;
    }

    private static bool Is(byte[] bytes, int offset)
    {
        int first = bytes[offset];
        int second = bytes[offset + 1];
        switch (first)
        {
            case 0:
            case 10:
            case 127:
                return true;
            case 100:
                return second >= 64 && second < 128;
            case 169:
                return second == 254;
            case 172:
                return second >= 16 && second < 32;
            case 192:
                return second == 168 || (second == 0 && bytes[offset + 2] == 0);
            case 198:
                return second == 18 || second == 19;
            default:
                return false;
        }
    }

    private static bool IsZero(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            if (bytes[i] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
