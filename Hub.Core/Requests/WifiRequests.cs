using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;
using Hub.Core.Network;
using Hub.Core.Text;

namespace Hub.Core.Requests;

/// <summary>wifi.scan, join and get. Thread: any; scan and join wait for the network.</summary>
internal sealed class WifiRequests
{
    private const string SsidKey = "ssid";
    private const string PasswordKey = "password";
    private const string HiddenKey = "hidden";
    private const int ScanMs = 15 * 1000;
    private const int MaxNetworks = 64;

    private readonly IHal _hal;
    private readonly ConfigManager _config;

    public WifiRequests(IHal hal, ConfigManager config)
    {
        _hal = hal;
        _config = config;
    }

    /// <summary>Keeps the hub in its network; null where the hub does not manage it.</summary>
    public WifiKeeper? Keeper { get; set; }

    /// <summary>Does what a method says, and writes the members of its result.</summary>
    public void Write(string method, RequestParams values, JsonWriter json)
    {
        switch (method)
        {
            case RequestMethods.WifiScan:
                Scan(json);
                break;
            case RequestMethods.WifiJoin:
                Join(values);
                json.Name("result");
                json.Value("joined");
                break;
            case RequestMethods.WifiForget:
                Managed().Forget();
                json.Name("result");
                json.Value("forgotten");
                break;
            case RequestMethods.WifiGet:
                Get(json);
                break;
            default:
                throw HubRequests.Unknown(method);
        }
    }

    private void Scan(JsonWriter json)
    {
        WifiNetwork[] networks = _hal.Radio.Wifi.Scan(ScanMs);
        json.Name("networks");
        json.BeginArray();
        for (int i = 0; i < networks.Length && i < MaxNetworks; i++)
        {
            json.BeginObject();
            json.Name(SsidKey);
            json.Value(OneLine.Of(networks[i].Ssid));
            json.Name("signal_dbm");
            json.Value((long)networks[i].SignalDbm);
            json.Name("security");
            json.Value(NameOf(networks[i].Security));
            json.EndObject();
        }

        json.EndArray();
    }

    /// <summary>Stored once the network was joined: a wrong password must not replace one that works.</summary>
    private void Join(RequestParams values)
    {
        Hashtable changes = new Hashtable();
        changes[SsidKey] = values.Text(SsidKey);
        changes[PasswordKey] = values.OptionalText(PasswordKey);
        changes[HiddenKey] = values.Values[HiddenKey] != null && values.Flag(HiddenKey);
        Managed().Join(changes);
    }

    private WifiKeeper Managed() => Keeper ?? throw new HubException(ErrorCode.NotSupported, "this machine's Wi-Fi is managed by its operating system");

    private void Get(JsonWriter json)
    {
        json.Name("wifi");
        JsonTree.Write(json, _config.Document(ConfigManager.WifiKey, false));
        json.Name("state");
        json.Value(NameOf(_hal.Radio.Wifi.State));
        if (_hal.Radio.Wifi.SignalDbm != 0)
        {
            json.Name("signal_dbm");
            json.Value((long)_hal.Radio.Wifi.SignalDbm);
        }
    }

    private static string NameOf(WifiSecurity security) => security switch
    {
        WifiSecurity.Open => "open",
        WifiSecurity.Password => "password",
        WifiSecurity.Enterprise => "enterprise",
        _ => "unknown",
    };

    /// <summary>The name of a state, as wifi.get shows it.</summary>
    internal static string NameOf(WifiState state) => state switch
    {
        WifiState.Connecting => "connecting",
        WifiState.Connected => "connected",
        WifiState.Failed => "failed",
        WifiState.Disconnected => "disconnected",
        WifiState.NoCredentials => "no_credentials",
        _ => "idle",
    };
}
