using System.Collections;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>
/// The six plain values of the hub's service (docs/provisioning.md, "The plain values"): what a central wrote and what it reads. No I/O. Thread: the caller's lock.
/// </summary>
internal sealed class PlainValues
{
    /// <summary>Command: join.</summary>
    public const int Connect = 0x01;

    /// <summary>Command: leave.</summary>
    public const int Disconnect = 0x02;

    /// <summary>Command: forget.</summary>
    public const int Clear = 0xFF;

    private const string HubIdKey = "hub_id";
    private const string TenantIdKey = "tenant_id";

    private readonly GattIds _ids;
    private readonly ConfigManager _config;
    private readonly Queue _commands = new Queue();
    private string? _ssid;
    private string? _password;
    private string? _hubId;
    private string? _tenantId;

    public PlainValues(GattIds ids, ConfigManager config)
    {
        _ids = ids;
        _config = config;
    }

    /// <summary>True when the newest <see cref="Connect"/> has a network to join.</summary>
    public bool WillJoin { get; private set; }

    /// <summary>A connection ended: what it wrote and did not use is forgotten. Commands that were accepted are carried out.</summary>
    public void Reset()
    {
        _ssid = null;
        _password = null;
        _hubId = null;
        _tenantId = null;
    }

    /// <summary>What a central reads; null for what it must not, or another service's.</summary>
    public byte[]? Read(BleCharacteristic characteristic, int status)
    {
        if (characteristic == _ids.Status)
        {
            return new[] { (byte)status };
        }

        string? text = null;
        if (characteristic == _ids.Ssid)
        {
            WifiConfig? stored = _config.Wifi;
            text = _ssid ?? (stored == null ? "" : stored.Ssid);
        }
        else if (characteristic == _ids.HubId)
        {
            text = _hubId ?? Stored(HubIdKey);
        }
        else if (characteristic == _ids.TenantId)
        {
            text = _tenantId ?? Stored(TenantIdKey);
        }

        return text == null ? null : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>True when it is one of these values and may be written at all.</summary>
    public bool Has(BleCharacteristic characteristic) =>
        characteristic == _ids.Ssid || characteristic == _ids.Password || characteristic == _ids.Command || characteristic == _ids.HubId || characteristic == _ids.TenantId;

    /// <summary>A central writes, and may. False when the value is wrong: nothing changes then.</summary>
    public bool Write(BleCharacteristic characteristic, byte[] value)
    {
        if (characteristic == _ids.Command)
        {
            return value.Length == 1 && Put(value[0]);
        }

        if (characteristic == _ids.Ssid)
        {
            string? ssid = WifiText.Ssid(value);
            if (ssid != null && _ssid != null && ssid != _ssid)
            {
                // A password belongs to the name that it was written with.
                _password = null;
            }

            _ssid = ssid ?? _ssid;
            return ssid != null;
        }

        if (characteristic == _ids.Password)
        {
            string? password = WifiText.Password(value);
            _password = password ?? _password;
            return password != null;
        }

        string? id = WifiText.Id(value);
        if (characteristic == _ids.HubId)
        {
            _hubId = id ?? _hubId;
        }
        else
        {
            _tenantId = id ?? _tenantId;
        }

        return id != null;
    }

    /// <summary>The next command that came, with the values that were written before it; null for none.</summary>
    public PlainCommand? TakeCommand() => _commands.Count == 0 ? null : (PlainCommand)_commands.Dequeue()!;

    /// <summary>Hub id and tenant id, if both were written, as changes of cloud.json; they are taken. Null otherwise.</summary>
    private Hashtable? TakeIds()
    {
        if (_hubId == null || _tenantId == null)
        {
            return null;
        }

        Hashtable changes = new Hashtable();
        changes[HubIdKey] = _hubId;
        changes[TenantIdKey] = _tenantId;
        _hubId = null;
        _tenantId = null;
        return changes;
    }

    /// <summary>The network to join, as parameters of wifi.join: the one written, else the stored one; null when there is none.</summary>
    private Hashtable? Network()
    {
        WifiConfig? stored = _config.Wifi;
        string? ssid = _ssid ?? (stored == null ? null : stored.Ssid);
        if (ssid == null)
        {
            return null;
        }

        Hashtable network = new Hashtable();
        network["ssid"] = ssid;
        bool isStored = stored != null && stored.Ssid == ssid;
        string? password = _password;
        if (password == null && isStored && stored!.Password != null)
        {
            password = stored.Password.Reveal();
        }

        network["password"] = password;
        network["hidden"] = isStored && stored!.Hidden;
        return network;
    }

    private bool Put(int command)
    {
        // More than a few in a row are a fault or an attack.
        const int MaxCommands = 4;
        if ((command != Connect && command != Disconnect && command != Clear) || _commands.Count >= MaxCommands)
        {
            return false;
        }

        bool isConnect = command == Connect;
        PlainCommand next = new PlainCommand(command, isConnect ? TakeIds() : null, isConnect ? Network() : null);
        WillJoin = next.Network != null;
        _commands.Enqueue(next);
        return true;
    }

    private string Stored(string key) => _config.Document(ConfigManager.CloudKey, false)[key] as string ?? "";
}
