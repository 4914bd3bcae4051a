using System.Text;
using Hub.Core.Http;
using Hub.Core.Json;
using Hub.Core.Text;

namespace Hub.Core.Discovery;

/// <summary>
/// One SSDP datagram: the headers that the hub uses, as text without control characters. Any machine in the network can send
/// one, so nothing in it is proven. Immutable. Thread: any.
/// </summary>
public sealed class SsdpMessage
{
    /// <summary>Group of SSDP for IPv4.</summary>
    public const string Group = "239.255.255.250";

    /// <summary>Port of SSDP (UPnP); OctoPrint answers there, and Moonraker where it is switched on.</summary>
    public const int UpnpPort = 1900;

    /// <summary>Port where Bambu printers announce themselves (docs/announcements.md).</summary>
    public const int BambuPort = 2021;

    /// <summary>What Bambu printers call themselves in NT and ST (docs/announcements.md).</summary>
    public const string BambuTarget = "urn:bambulab-com:device:3dprinter:1";

    /// <summary>ST that every UPnP device answers, OctoPrint included.</summary>
    public const string RootDevice = "upnp:rootdevice";

    /// <summary>Header in which a virtual Bambu printer of the simulator names its MQTT port; real ones always have 8883.</summary>
    public const string MqttPortHeader = "X-Virtual-Mqtt-Port";

    /// <summary>Header in which a virtual Bambu printer of the simulator names its FTPS port; real ones always have 990.</summary>
    public const string FtpsPortHeader = "X-Virtual-Ftps-Port";

    /// <summary>Real messages have 300 to 700 bytes.</summary>
    private const int MaxBytes = 4096;
    private const int MaxLines = 48;
    private const int MaxValueBytes = 256;

    private const int TargetAt = 0;
    private const int NtsAt = 2;
    private const int UsnAt = 3;
    private const int LocationAt = 4;
    private const int ServerAt = 5;
    private const int ModelAt = 6;
    private const int NameAt = 7;
    private const int VersionAt = 8;
    private const int MqttPortAt = 9;
    private const int FtpsPortAt = 10;
    private const int ManAt = 11;

    private static readonly object s_lineFeed = (byte)'\n';
    private static readonly object s_colon = (byte)':';

    /// <summary>In lower case, each at its own place above; ST and NT mean the same.</summary>
    private static readonly byte[][] s_names =
    {
        Bytes("nt"), Bytes("st"), Bytes("nts"), Bytes("usn"), Bytes("location"), Bytes("server"), Bytes("devmodel.bambu.com"),
        Bytes("devname.bambu.com"), Bytes("devversion.bambu.com"), Bytes(MqttPortHeader.ToLower()), Bytes(FtpsPortHeader.ToLower()), Bytes("man"),
    };

    private static readonly byte[] s_notify = Bytes("NOTIFY * HTTP/1.");
    private static readonly byte[] s_answer = Bytes("HTTP/1.1 200");
    private static readonly byte[] s_search = Bytes("M-SEARCH * HTTP/1.");

    private readonly string?[] _values;

    private SsdpMessage(SsdpKind kind, string?[] values)
    {
        Kind = kind;
        _values = values;
    }

    /// <summary>What it is.</summary>
    public SsdpKind Kind { get; }

    /// <summary>NT or ST, or empty.</summary>
    public string Target => _values[TargetAt] ?? "";

    /// <summary>True for the announcement of a leave.</summary>
    public bool IsGoodbye => _values[NtsAt] == "ssdp:byebye";

    /// <summary>True for a search that asks to be answered (MAN "ssdp:discover").</summary>
    public bool IsDiscover => Kind == SsdpKind.Search && _values[ManAt] == "\"ssdp:discover\"";

    /// <summary>True when it speaks of a Bambu printer, or for a search of them.</summary>
    public bool IsBambu => Target == BambuTarget;

    /// <summary>USN: the bare serial number of a Bambu printer, "uuid:…" of others; or null.</summary>
    public string? Usn => _values[UsnAt];

    /// <summary>Location: the bare IP address of a Bambu printer, a URL of others; or null.</summary>
    public string? Location => _values[LocationAt];

    /// <summary>Server, or null.</summary>
    public string? Server => _values[ServerAt];

    /// <summary>Model code of a Bambu printer (C12), or null.</summary>
    public string? Model => _values[ModelAt];

    /// <summary>Name of a Bambu printer, or null.</summary>
    public string? Name => _values[NameAt];

    /// <summary>Firmware version of a Bambu printer, or null.</summary>
    public string? Version => _values[VersionAt];

    /// <summary>MQTT port of a virtual Bambu printer, 0 when it is not named.</summary>
    public int MqttPort => PortOf(_values[MqttPortAt]);

    /// <summary>FTPS port of a virtual Bambu printer, 0 when it is not named.</summary>
    public int FtpsPort => PortOf(_values[FtpsPortAt]);

    /// <summary>Reads a datagram; null when it is no SSDP or breaks a limit. Header names count in any case; a last line without an end is left out.</summary>
    public static SsdpMessage? Parse(byte[] datagram, int count)
    {
        if (count > MaxBytes)
        {
            return null;
        }

        SsdpKind kind;
        if (Begins(datagram, count, s_notify))
        {
            kind = SsdpKind.Notify;
        }
        else if (Begins(datagram, count, s_answer))
        {
            kind = SsdpKind.Answer;
        }
        else if (Begins(datagram, count, s_search))
        {
            kind = SsdpKind.Search;
        }
        else
        {
            return null;
        }

        // On the board an element of a string[] that was never written is no null, and comparing it ends the CLR.
        string?[] values = new string?[s_names.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = null;
        }

        return ReadHeaders(datagram, count, values) ? new SsdpMessage(kind, values) : null;
    }

    /// <summary>The bytes of an M-SEARCH.</summary>
    /// <param name="target">ST.</param>
    /// <param name="port">Port it is sent to.</param>
    public static byte[] Search(string target, int port) => Encoding.UTF8.GetBytes(
        "M-SEARCH * HTTP/1.1\r\nHOST: " + Group + ":" + port.ToString() + "\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: " + target + "\r\n\r\n");

    private static bool ReadHeaders(byte[] datagram, int count, string?[] values)
    {
        int line = Ascii.IndexOf(datagram, s_lineFeed, 0, count) + 1;
        for (int lines = 0; line > 0; lines++)
        {
            int end = Ascii.IndexOf(datagram, s_lineFeed, line, count - line);
            int length = end - line - (end > line && datagram[end - 1] == '\r' ? 1 : 0);
            if (end < 0 || length == 0)
            {
                return true;
            }

            if (lines == MaxLines || !ReadHeader(datagram, line, line + length, values))
            {
                return false;
            }

            line = end + 1;
        }

        return true;
    }

    /// <summary>False when a value that matters is too long.</summary>
    private static bool ReadHeader(byte[] datagram, int start, int end, string?[] values)
    {
        int colon = Ascii.IndexOf(datagram, s_colon, start, end - start);
        int index = colon < 0 ? -1 : HeaderAt(datagram, start, colon);
        if (index < 0)
        {
            return true;
        }

        int first = colon + 1;
        while (first < end && HttpHeaders.IsSpace(datagram[first]))
        {
            first++;
        }

        while (end > first && HttpHeaders.IsSpace(datagram[end - 1]))
        {
            end--;
        }

        if (end - first > MaxValueBytes)
        {
            return false;
        }

        // The first one counts; ST stands at NT's place.
        int place = index == 1 ? TargetAt : index;
        if (end > first && values[place] == null)
        {
            values[place] = OneLine.Of(Utf8.Text(datagram, first, end - first));
        }

        return true;
    }

    private static int HeaderAt(byte[] datagram, int start, int end)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            if (IsName(datagram, start, end, s_names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsName(byte[] datagram, int start, int end, byte[] lowerName)
    {
        if (end - start != lowerName.Length)
        {
            return false;
        }

        for (int i = 0; i < lowerName.Length; i++)
        {
            if (Ascii.Lower(datagram[start + i]) != lowerName[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool Begins(byte[] datagram, int count, byte[] start)
    {
        if (count < start.Length)
        {
            return false;
        }

        for (int i = 0; i < start.Length; i++)
        {
            if (datagram[i] != start[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int PortOf(string? text) =>
        text != null && text.Length <= 5 && int.TryParse(text, out int port) && port > 0 && port < 65536 ? port : 0;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
