namespace Hub.Core.Configuration;

/// <summary>The keys of printers.json (docs/configuration.md).</summary>
internal static class PrinterKeys
{
    public const string Version = "version";
    public const string Printers = "printers";

    public const string Id = "id";
    public const string Name = "name";
    public const string Type = "type";
    public const string Enabled = "enabled";
    public const string PollMs = "poll_ms";
    public const string Url = "url";
    public const string Host = "host";
    public const string MqttPort = "mqtt_port";
    public const string FtpsPort = "ftps_port";
    public const string FtpsClearData = "ftps_clear_data";
    public const string Serial = "serial";
    public const string Model = "model";
    public const string ApiKey = "api_key";
    public const string User = "user";
    public const string Password = "password";
    public const string AccessCode = "access_code";
    public const string Tls = "tls";
    public const string RequireClearBed = "require_clear_bed";
    public const string ReadOnly = "read_only";
    public const string FollowAddress = "follow_address";

    public const string TlsCa = "ca";
    public const string TlsPin = "pin";
    public const string TlsInsecure = "insecure";

    public static readonly string[] OfDocument = { Version, Printers };

    public static readonly string[] OfPrinter =
    {
        Id, Name, Type, Enabled, PollMs, Url, Host, MqttPort, FtpsPort, FtpsClearData, Serial, Model,
        ApiKey, User, Password, AccessCode, Tls, RequireClearBed, ReadOnly, FollowAddress,
    };

    public static readonly string[] OfTls = { TlsCa, TlsPin, TlsInsecure };

    /// <summary>Where a printer's secrets go, and whom the hub trusts there.</summary>
    public static readonly string[] OfAddress = { Type, Url, Host, MqttPort, FtpsPort, Serial, Tls };

    public static readonly string[] Secrets = { ApiKey, Password, AccessCode };
}
