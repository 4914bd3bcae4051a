namespace Hub.Core.Printers.Bambu;

/// <summary>
/// Which codes are no faults. Bambu's list of texts (e.bambulab.com, as ha-bambulab keeps it in pybambu/hms_error_text) has an
/// empty text for some: neither Studio nor the app nor pybambu show them, and an X2D carried one through a whole good print
/// (pybambu/tests/MOCK-X2D.json). Thread: any.
/// </summary>
internal static class BambuNotices
{
    /// <summary>Below this the low half of a print_error is a phase, not an error (bambuddy, services/bambu_mqtt.py).</summary>
    private const uint LeastError = 0x4000;

    /// <summary>True for a print_error that no program shows.</summary>
    public static bool IsHidden(uint printError)
    {
        if ((printError & 0xFFFF) < LeastError)
        {
            return true;
        }

        switch (printError)
        {
            case 0x05008030:
            case 0x0500C011:
            case 0x05024007:
            case 0x05024008:
            case 0x05024009:
            case 0x0502400A:
            case 0x0502400B:
            case 0x0502400C:
            case 0x0C008002:
                return true;
            default:
                return false;
        }
    }

    /// <summary>True for a health message that no program shows.</summary>
    public static bool IsHidden(uint attribute, uint code)
    {
        switch (attribute)
        {
            case 0x05000100:
                return code == 0x0001000A || code == 0x00020003 || code == 0x00020008 || code == 0x00020009 || code == 0x00030009;
            case 0x05000200:
                return (code >= 0x00020009 && code <= 0x0002000B) || (code >= 0x00030009 && code <= 0x0003000C);
            case 0x05000300:
                return code == 0x00010053 || (code >= 0x00020010 && code <= 0x00020019) || (code >= 0x00020050 && code <= 0x00020054) || code == 0x00030007;
            case 0x05000400:
                return code == 0x00010056 || code == 0x00010060 || code == 0x00010061 || code == 0x00020020;
            case 0x05000500:
                return (code >= 0x00010008 && code <= 0x0001000C) || code == 0x00020023 || code == 0x00020030;
            case 0x05000600:
                return IsHiddenCamera(code);
            case 0x05000700:
                return (code >= 0x00020001 && code <= 0x00020003) || code == 0x00020101 || code == 0x00020201;
            case 0x05030000:
                return code >= 0x00030027 && code <= 0x00030029;
            case 0x0C000100:
                return code == 0x00010018 || code == 0x0002000E || code == 0x00020015 || code == 0x00020016 || (code >= 0x00020019 && code <= 0x0002001B);
            case 0x0C000300:
                return code == 0x0003001A;
            case 0x0C000400:
                return code == 0x00020006;
            default:
                return false;
        }
    }

    /// <summary>The cameras: only "not in place" (1 to 4) and "not connected" (31 to 34) have a text.</summary>
    private static bool IsHiddenCamera(uint code)
    {
        uint low = code & 0xFFFF;
        return (code >> 16) == 2 && low >= 5 && low <= 0xA1 && (low < 0x31 || low > 0x34);
    }
}
