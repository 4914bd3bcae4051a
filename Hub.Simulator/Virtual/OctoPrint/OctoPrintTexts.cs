using System;
using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Simulator.Virtual.OctoPrint;

/// <summary>Answers and texts of OctoPrint 1.10.3 that hold no state.</summary>
internal static class OctoPrintTexts
{
    public const string Version = "1.10.3";

    public const string UserName = "admin";

    private const string NoPermission = "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.";

    private const string UnknownUrl = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.";

    private static readonly string[] s_permissions =
    [
        "ADMIN", "STATUS", "CONNECTION", "WEBCAM", "SYSTEM", "FILES_LIST", "FILES_UPLOAD", "FILES_DOWNLOAD", "FILES_DELETE", "FILES_SELECT",
        "PRINT", "GCODE_VIEWER", "MONITOR_TERMINAL", "CONTROL", "SLICE", "TIMELAPSE_LIST", "SETTINGS_READ", "SETTINGS", "PLUGIN_APPKEYS_ADMIN",
    ];

    public static VirtualReply Error(int status, string text) => VirtualReply.Json(status, new JsonObject { ["error"] = text });

    public static VirtualReply Forbidden() => Error(403, NoPermission);

    public static VirtualReply NotFound() => Error(404, UnknownUrl);

    public static VirtualReply MethodNotAllowed() => Error(405, "The method is not allowed for the requested URL.");

    public static VirtualReply BadJson() => Error(400, "The browser (or proxy) sent a request that this server could not understand.");

    public static VirtualReply NotOperational() => Error(409, "Printer is not operational");

    public static VirtualReply NoContent() => new() { Status = 204, ContentType = "text/plain" };

    /// <summary>The UPnP description of the discovery plugin.</summary>
    public static VirtualReply Description(string name, Guid uuid, string url) => new()
    {
        ContentType = "application/xml",
        Body = Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">\n    <specVersion>\n        <major>1</major>\n        <minor>0</minor>\n    </specVersion>\n"
            + "    <device>\n        <deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType>\n"
            + $"        <friendlyName>{System.Net.WebUtility.HtmlEncode(name)}</friendlyName>\n        <manufacturer>The OctoPrint Project</manufacturer>\n"
            + $"        <UDN>uuid:{uuid}</UDN>\n        <serviceList>\n        </serviceList>\n        <presentationURL>{url}/</presentationURL>\n    </device>\n</root>\n"),
    };

    public static JsonObject VersionInfo() => new() { ["api"] = "0.1", ["server"] = Version, ["text"] = "OctoPrint " + Version };

    public static JsonObject Guest() => new() { ["groups"] = new JsonArray("guests"), ["name"] = null, ["permissions"] = new JsonArray() };

    public static JsonObject CurrentUser() => new() { ["groups"] = new JsonArray("admins"), ["name"] = UserName, ["permissions"] = Strings(s_permissions) };

    public static JsonObject GuestLogin() => new()
    {
        ["_credentials_seen"] = false,
        ["_is_external_client"] = false,
        ["needs"] = new JsonObject { ["group"] = new JsonArray("guests") },
    };

    public static JsonObject Login(string session) => new()
    {
        ["_credentials_seen"] = false,
        ["_is_external_client"] = false,
        ["_login_mechanism"] = "apikey",
        ["active"] = true,
        ["admin"] = true,
        ["apikey"] = null,
        ["groups"] = new JsonArray("admins"),
        ["name"] = UserName,
        ["needs"] = new JsonObject { ["group"] = new JsonArray("admins"), ["role"] = new JsonArray("admin", "status", "print", "control", "files_upload") },
        ["permissions"] = new JsonArray(),
        ["roles"] = new JsonArray("user", "admin"),
        ["session"] = session,
        ["settings"] = new JsonObject(),
        ["user"] = true,
    };

    public static JsonObject Settings(string name) => new()
    {
        ["api"] = new JsonObject { ["allowCrossOrigin"] = false, ["key"] = null },
        ["appearance"] = new JsonObject { ["color"] = "default", ["name"] = name },
        ["feature"] = new JsonObject { ["modelSizeDetection"] = true, ["sdSupport"] = true, ["temperatureGraph"] = true },
        ["folder"] = new JsonObject { ["uploads"] = "/home/octoprint/uploads" },
        ["plugins"] = new JsonObject(),
        ["serial"] = new JsonObject { ["autoconnect"] = true, ["baudrate"] = 115200, ["port"] = "VIRTUAL" },
        ["temperature"] = new JsonObject { ["cutoff"] = 30, ["profiles"] = new JsonArray() },
        ["webcam"] = new JsonObject
        {
            ["flipH"] = false,
            ["flipV"] = false,
            ["rotate90"] = false,
            ["snapshotUrl"] = "",
            ["streamRatio"] = "16:9",
            ["streamUrl"] = "",
            ["webcamEnabled"] = true,
        },
    };

    public static JsonObject PrinterProfiles(string baseUrl) => new()
    {
        ["profiles"] = new JsonObject
        {
            ["_default"] = new JsonObject
            {
                ["color"] = "default",
                ["current"] = true,
                ["default"] = true,
                ["extruder"] = new JsonObject { ["count"] = 1, ["nozzleDiameter"] = 0.4, ["sharedNozzle"] = false },
                ["heatedBed"] = true,
                ["heatedChamber"] = false,
                ["id"] = "_default",
                ["model"] = "Generic RepRap Printer",
                ["name"] = "Default",
                ["resource"] = baseUrl + "/api/printerprofiles/_default",
                ["volume"] = new JsonObject { ["depth"] = 200.0, ["formFactor"] = "rectangular", ["height"] = 200.0, ["origin"] = "lowerleft", ["width"] = 200.0 },
            },
        },
    };

    public static JsonObject Connection(string state, bool isOpen)
    {
        JsonArray baudrates = new(250000, 230400, 115200, 57600, 38400, 19200, 9600);
        return new JsonObject
        {
            ["current"] = new JsonObject
            {
                ["baudrate"] = isOpen ? 115200 : null,
                ["port"] = isOpen ? "VIRTUAL" : null,
                ["printerProfile"] = "_default",
                ["state"] = state,
            },
            ["options"] = new JsonObject
            {
                ["baudratePreference"] = 115200,
                ["baudrates"] = baudrates,
                ["portPreference"] = "VIRTUAL",
                ["ports"] = new JsonArray("/dev/ttyS0", "VIRTUAL"),
                ["printerProfilePreference"] = "_default",
                ["printerProfiles"] = new JsonArray(new JsonObject { ["id"] = "_default", ["name"] = "Default" }),
            },
        };
    }

    public static JsonObject ConnectedMessage() => new()
    {
        ["connected"] = new JsonObject
        {
            ["version"] = Version,
            ["display_version"] = Version,
            ["branch"] = "HEAD",
            ["python_version"] = "3.11.2",
            ["plugin_hash"] = "00000000000000000000000000000000",
            ["config_hash"] = "00000000000000000000000000000000",
            ["debug"] = false,
            ["safe_mode"] = null,
            ["online"] = true,
            ["permissions"] = new JsonArray(),
        },
    };

    /// <summary>A path as OctoPrint puts it into URLs; <paramref name="safe"/> stays unescaped besides letters, digits and <c>_.-~/</c>.</summary>
    public static string Quote(string path, string safe)
    {
        StringBuilder quoted = new();
        foreach (byte b in Encoding.UTF8.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "_.-~/".Contains((char)b) || safe.Contains((char)b))
            {
                quoted.Append((char)b);
            }
            else
            {
                quoted.Append('%').Append(b.ToString("X2"));
            }
        }

        return quoted.ToString();
    }

    private static JsonArray Strings(string[] values)
    {
        JsonArray array = [];
        foreach (string value in values)
        {
            array.Add((JsonNode)value);
        }

        return array;
    }
}
