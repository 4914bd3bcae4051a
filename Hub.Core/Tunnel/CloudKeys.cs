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
    public const int Printer = 17;

    /// <summary>The first key of the object <see cref="Printer"/>.</summary>
    public const int OfPrinter = 18;

    public const int Id = 18;
    public const int SerialNumber = 19;
    public const int AccessCode = 20;
    public const int IpAddress = 21;
    public const int ConnectionType = 22;
    public const int Name = 23;
    public const int Model = 24;

    private static readonly string[] s_names =
    {
        "type", "command_id", "printer_id", "job_id", "action", "file_url", "file_name", "expires_at", "hub_name", "tenant_id", "code", "message",
        "gpio_pin", "gpio_state", "up_to", "capabilities", "secret", "printer",
    };

    private static readonly string[] s_printerNames = { "id", "serial_number", "access_code", "ip_address", "connection_type", "name", "model" };

    /// <summary>The keys of a message, by their numbers.</summary>
    public static readonly JsonNames Names = new JsonNames(s_names);

    /// <summary>The keys of its printer, by their numbers after <see cref="OfPrinter"/>.</summary>
    public static readonly JsonNames PrinterNames = new JsonNames(s_printerNames);

    /// <summary>A key as it is written.</summary>
    public static string NameOf(int key) => key < OfPrinter ? s_names[key] : "printer." + s_printerNames[key - OfPrinter];
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

    /// <summary>All of them, in the order of their bits.</summary>
    public static readonly string[] All = { JobEvent, PrinterList, FileStream, JobCancel, Gcode, HubHealth, Requests, StatusDetails, Claim };

    /// <summary>Those that this hub announces.</summary>
    public static readonly string[] OfHub = { JobEvent, PrinterList, StatusDetails, Claim };
}
