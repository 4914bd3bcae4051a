using Hub.Core.Text;

namespace Hub.Core.Provisioning;

/// <summary>Names and passwords that come as bytes. Thread: any.</summary>
internal static class WifiText
{
    private const int MaxSsidBytes = 32;
    private const int MinPasswordBytes = 8;
    private const int MaxPasswordBytes = 64;

    /// <summary>A network's name; null unless it is 1 to 32 bytes of UTF-8 without a zero.</summary>
    public static string? Ssid(byte[] bytes) => bytes.Length == 0 || bytes.Length > MaxSsidBytes ? null : Text(bytes);

    /// <summary>A password; null unless it is empty, or 8 to 64 bytes of UTF-8 without a zero. The configuration checks it further.</summary>
    public static string? Password(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return "";
        }

        return bytes.Length < MinPasswordBytes || bytes.Length > MaxPasswordBytes ? null : Text(bytes);
    }

    /// <summary>An id of hub or tenant; null unless it is 1 to 64 letters, digits, '-' and '_'.</summary>
    public static string? Id(byte[] bytes)
    {
        bool isGood = bytes.Length > 0 && bytes.Length <= MaxPasswordBytes;
        for (int i = 0; i < bytes.Length; i++)
        {
            isGood = isGood && (Ascii.IsLetterOrDigit(bytes[i]) || bytes[i] == '-' || bytes[i] == '_');
        }

        return isGood ? Text(bytes) : null;
    }

    private static string? Text(byte[] bytes)
    {
        Utf8Check check = new Utf8Check();
        check.Start();
        bool isGood = check.Take(bytes, 0, bytes.Length) && check.IsComplete;
        for (int i = 0; i < bytes.Length; i++)
        {
            isGood = isGood && bytes[i] != 0;
        }

        return isGood ? Utf8.Text(bytes, 0, bytes.Length) : null;
    }
}
