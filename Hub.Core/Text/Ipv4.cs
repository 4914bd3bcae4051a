namespace Hub.Core.Text;

/// <summary>Rules about IPv4 addresses in dotted form. Thread: any.</summary>
public static class Ipv4
{
    private const int MaxLength = 15;

    /// <summary>True for four numbers from 0 to 255 without leading zeros, which some systems read as octal.</summary>
    public static bool IsAddress(string? text) => First(text, out _) >= 0;

    /// <summary>True for an address that one machine can have: no multicast, no broadcast, no 0.x, no class E.</summary>
    public static bool IsUnicast(string? text)
    {
        int first = First(text, out _);
        return first > 0 && first < 224;
    }

    /// <summary>True for addresses of a machine's own network: private (RFC 1918), link-local (RFC 3927) and loopback.</summary>
    public static bool IsLocal(string? text)
    {
        int first = First(text, out int second);
        return first == 10
            || first == 127
            || (first == 172 && second >= 16 && second <= 31)
            || (first == 192 && second == 168)
            || (first == 169 && second == 254);
    }

    /// <summary>The four numbers, the caller's; null when the text is no address.</summary>
    public static byte[]? Bytes(string? text)
    {
        if (!IsAddress(text))
        {
            return null;
        }

        string[] parts = text!.Split('.');
        byte[] bytes = new byte[parts.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Number(parts[i]);
        }

        return bytes;
    }

    /// <summary>The first number, or -1 when the text is no address.</summary>
    private static int First(string? text, out int second)
    {
        second = 0;
        if (text == null || text.Length > MaxLength)
        {
            return -1;
        }

        string[] parts = text.Split('.');
        if (parts.Length != 4)
        {
            return -1;
        }

        int first = Number(parts[0]);
        second = Number(parts[1]);
        return second < 0 || Number(parts[2]) < 0 || Number(parts[3]) < 0 ? -1 : first;
    }

    private static int Number(string part)
    {
        char[] digits = part.ToCharArray();
        if (digits.Length == 0 || digits.Length > 3 || (digits.Length > 1 && digits[0] == '0'))
        {
            return -1;
        }

        int number = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] < '0' || digits[i] > '9')
            {
                return -1;
            }

            number = (number * 10) + digits[i] - '0';
        }

        return number <= 255 ? number : -1;
    }
}
