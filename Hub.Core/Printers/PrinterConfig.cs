using Hub.Core.Hal;
using Hub.Core.Http;

namespace Hub.Core.Printers;

/// <summary>The four printer systems, as they are named in configuration.</summary>
public static class PrinterTypes
{
    /// <summary>OctoPrint.</summary>
    public const string OctoPrint = "octoprint";

    /// <summary>PrusaLink, in the printer or on a Raspberry Pi.</summary>
    public const string PrusaLink = "prusalink";

    /// <summary>Moonraker with Klipper.</summary>
    public const string Moonraker = "moonraker";

    /// <summary>Bambu Lab in LAN mode.</summary>
    public const string Bambu = "bambu";
}

/// <summary>
/// One printer of printers.json, checked. A value that the document lacks is null (text) or its
/// default. Not changed after it was given to the manager.
/// </summary>
public sealed class PrinterConfig
{
    /// <summary>Unique id: 1 to 40 characters of a-z, A-Z, 0-9, '.', '-' and '_'.</summary>
    public string Id { get; set; } = "";

    /// <summary>Name for people; the id when not given.</summary>
    public string Name { get; set; } = "";

    /// <summary>One of <see cref="PrinterTypes"/>.</summary>
    public string Type { get; set; } = "";

    /// <summary>False keeps the entry but leaves the printer alone.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two polls in ms, 500 to 30000.</summary>
    public int PollMs { get; set; } = 2000;

    /// <summary>Address of an HTTP system (http or https).</summary>
    public string? Url { get; set; }

    /// <summary>Address of a Bambu printer.</summary>
    public string? Host { get; set; }

    /// <summary>MQTT port of a Bambu printer.</summary>
    public int MqttPort { get; set; } = 8883;

    /// <summary>FTPS port of a Bambu printer.</summary>
    public int FtpsPort { get; set; } = 990;

    /// <summary>
    /// True: files may be sent to a Bambu printer unencrypted if it cannot receive them encrypted (some A1 and A1 mini). The login
    /// and its access code stay encrypted.
    /// </summary>
    public bool FtpsClearData { get; set; }

    /// <summary>Serial number of a Bambu printer, upper case.</summary>
    public string? Serial { get; set; }

    /// <summary>Model of a Bambu printer, such as P1S.</summary>
    public string? Model { get; set; }

    /// <summary>API key, or null.</summary>
    public Secret? ApiKey { get; set; }

    /// <summary>User name, or null.</summary>
    public string? User { get; set; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; set; }

    /// <summary>Access code of a Bambu printer, or null.</summary>
    public Secret? AccessCode { get; set; }

    /// <summary>Trust for TLS, or null for the system's anchors.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>After a print, refuse a start from the cloud before the bed was cleared.</summary>
    public bool RequireClearBed { get; set; } = true;

    /// <summary>True when the configuration says what <see cref="RequireClearBed"/> is, even if it is the default.</summary>
    public bool IsClearBedSet { get; set; }

    /// <summary>Show the status, refuse every command.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Change the address of a Bambu printer that announces itself from another one.</summary>
    public bool FollowAddress { get; set; } = true;

    /// <summary>
    /// Where the printer is reached, in its shortest form, such as <c>http://octo.local</c> or <c>192.168.1.30:8883</c>: whatever the case
    /// of its host, its default port or a slash at its end, one address has one form. Null when there is none. Errors: those of
    /// <see cref="HttpOrigin.Parse"/> for a URL that was not checked.
    /// </summary>
    public string? Address => Url != null ? HttpOrigin.Parse(Url).ToString() : Host == null ? null : Host.ToLower() + ":" + MqttPort.ToString();

    /// <summary>True when both reach the same printer in the same way: name, bed rule, read-only, following and poll interval may differ.</summary>
    public bool HasSameAccess(PrinterConfig other) =>
        Id == other.Id
        && Type == other.Type
        && Enabled == other.Enabled
        && Url == other.Url
        && Host == other.Host
        && MqttPort == other.MqttPort
        && FtpsPort == other.FtpsPort
        && FtpsClearData == other.FtpsClearData
        && Serial == other.Serial
        && Model == other.Model
        && Secret.AreSame(ApiKey, other.ApiKey)
        && User == other.User
        && Secret.AreSame(Password, other.Password)
        && Secret.AreSame(AccessCode, other.AccessCode)
        && (Tls == null ? other.Tls == null : Tls.IsSame(other.Tls));

    /// <summary>True when both say the same.</summary>
    public bool IsSame(PrinterConfig other) =>
        HasSameAccess(other)
        && Name == other.Name
        && PollMs == other.PollMs
        && RequireClearBed == other.RequireClearBed
        && IsClearBedSet == other.IsClearBedSet
        && ReadOnly == other.ReadOnly
        && FollowAddress == other.FollowAddress;
}
