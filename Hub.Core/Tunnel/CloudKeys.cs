using Hub.Core.Json;

namespace Hub.Core.Tunnel;

/// <summary>Keys of the cloud's messages. Thread: any.</summary>
internal static class CloudKeys
{
    public const int Type = 0;
    public const int CommandId = 1;
    public const int PrinterId = 2;
    public const int JobId = 3;
    public const int Action = 4;
    public const int FileUrl = 5;
    public const int FileName = 6;
    public const int ExpiresAt = 7;
    public const int HubName = 8;
    public const int TenantId = 9;
    public const int Code = 10;
    public const int Message = 11;
    public const int GpioPin = 12;
    public const int GpioState = 13;
    public const int UpTo = 14;
    public const int Capabilities = 15;
    public const int Secret = 16;
    public const int RequestId = 17;
    public const int Method = 18;
    public const int Params = 19;
    public const int StreamId = 20;
    public const int Size = 21;
    public const int Sha256 = 22;
    public const int Start = 23;
    public const int Error = 24;
    public const int Lines = 25;
    public const int Options = 26;
    public const int Printer = 27;
    public const int LogId = 28;

    /// <summary>The first key of the object <see cref="Printer"/>.</summary>
    public const int OfPrinter = 29;

    public const int Id = 29;
    public const int SerialNumber = 30;
    public const int AccessCode = 31;
    public const int IpAddress = 32;
    public const int ConnectionType = 33;
    public const int Name = 34;
    public const int Model = 35;

    /// <summary>The first key of the object <see cref="Options"/>.</summary>
    public const int OfOptions = 36;

    public const int Plate = 36;
    public const int Filaments = 37;

    private static readonly string[] s_names =
    {
        "type", "command_id", "printer_id", "job_id", "action", "file_url", "file_name", "expires_at", "hub_name", "tenant_id", "code", "message",
        "gpio_pin", "gpio_state", "up_to", "capabilities", "secret", "request_id", "method", "params", "stream_id", "size", "sha256", "start", "error", "lines",
        "options", "printer", "log_id",
    };

    private static readonly string[] s_printerNames = { "id", "serial_number", "access_code", "ip_address", "connection_type", "name", "model" };

    private static readonly string[] s_optionNames = { "plate", "filaments" };

    /// <summary>The keys of a message, by their numbers.</summary>
    public static readonly JsonNames Names = new JsonNames(s_names);

    /// <summary>The keys of its printer, by their numbers after <see cref="OfPrinter"/>.</summary>
    public static readonly JsonNames PrinterNames = new JsonNames(s_printerNames);

    /// <summary>The keys of its options, by their numbers after <see cref="OfOptions"/>.</summary>
    public static readonly JsonNames OptionNames = new JsonNames(s_optionNames);

    /// <summary>A key as it is written.</summary>
    public static string NameOf(int key)
    {
        if (key >= OfOptions)
        {
            return "options." + s_optionNames[key - OfOptions];
        }

        return key < OfPrinter ? s_names[key] : "printer." + s_printerNames[key - OfPrinter];
    }
}

/// <summary>Names of <see cref="CloudFeatures"/>.</summary>
internal static class FeatureNames
{
    public const string JobEvent = "job_event";
    public const string PrinterList = "printer_list";
    public const string FileStream = "file_stream";
    public const string JobCancel = "job_cancel";
    public const string Gcode = "gcode";
    public const string HubHealth = "hub_health";
    public const string Requests = "requests";
    public const string StatusDetails = "status_details";
    public const string Claim = "claim";

    /// <summary>Announced by the hub alone, where it can: it checks a file's SHA-256 while the file passes.</summary>
    public const string FileSha256 = "file_sha256";

    /// <summary>All of them, in the order of their bits.</summary>
    public static readonly string[] All = { JobEvent, PrinterList, FileStream, JobCancel, Gcode, HubHealth, Requests, StatusDetails, Claim };

    /// <summary>The number of a feature's bit by its name.</summary>
    public static readonly JsonNames Numbers = new JsonNames(All);

    /// <summary>Those that this hub announces.</summary>
    public static readonly string[] OfHub = { JobEvent, PrinterList, FileStream, JobCancel, Gcode, HubHealth, Requests, StatusDetails, Claim };
}
