using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Tunnel;

/// <summary>
/// Carries out configure_printer on printers.json. The base cloud has few fields: the address may be host:port or a URL, and the access code
/// may be an API key or user:password. Errors: <see cref="ErrorCode.ConfigInvalid"/> naming the key, <see cref="ErrorCode.UnknownPrinter"/>,
/// <see cref="ErrorCode.StorageFailed"/>; nothing is changed then. Thread: one owner.
/// </summary>
internal sealed class CloudPrinters
{
    private const int MoonrakerPort = 7125;
    private const int MaxPort = 65535;

    private readonly ConfigManager _config;

    public CloudPrinters(ConfigManager config)
    {
        _config = config;
    }

    /// <summary>Does it; the change is in force when this returns.</summary>
    public void Configure(string? action, CloudPrinter? printer)
    {
        if (printer == null || (printer.Id == null && printer.SerialNumber == null))
        {
            throw Wrong("printer.serial_number is missing");
        }

        PrinterConfig? stored = Find(printer);
        switch (action)
        {
            case "add":
                AddOrUpdate(printer, stored);
                break;
            case "update":
                AddOrUpdate(printer, stored ?? throw Unknown(printer));
                break;
            case "remove":
                // One that is gone already is what was asked for.
                if (stored != null)
                {
                    _config.Remove(stored.Id);
                }

                break;
            default:
                throw Wrong("action must be add, update or remove");
        }
    }

    private static HubException Wrong(string what) => new HubException(ErrorCode.ConfigInvalid, what);

    private static HubException Unknown(CloudPrinter printer) =>
        new HubException(ErrorCode.UnknownPrinter, "this hub has no printer '" + (printer.SerialNumber ?? printer.Id) + "'");

    private PrinterConfig? Find(CloudPrinter printer)
    {
        PrinterConfig[] printers = _config.Printers;
        PrinterConfig? found = printer.SerialNumber == null ? null : WireIds.Find(printers, printer.SerialNumber);
        return found ?? (printer.Id == null ? null : WireIds.Find(printers, printer.Id));
    }

    private void AddOrUpdate(CloudPrinter printer, PrinterConfig? stored)
    {
        string type = CloudTypes.TypeOf(printer.ConnectionType)
            ?? throw Wrong("printer.connection_type must be bambu, prusa, octoprint or klipper, not '" + printer.ConnectionType + "'");
        Hashtable keys = new Hashtable();
        PrinterConfig? former = stored;
        if (stored != null && stored.Type != type)
        {
            // Another system at another place: nothing of the former one holds.
            keys[PrinterKeys.Type] = type;
            Forget(keys, PrinterKeys.OfAddress);
            Forget(keys, PrinterKeys.Secrets);
            Forget(keys, new string[] { PrinterKeys.User, PrinterKeys.Model, PrinterKeys.FtpsClearData });
            former = null;
        }

        if (former == null && printer.Address == null)
        {
            throw Wrong("printer.ip_address is missing");
        }

        bool isMoved = PrinterSystems.HasUrl(type) ? PutUrl(keys, type, printer.Address, former) : PutHost(keys, printer, former);
        if (printer.AccessCode != null)
        {
            PutLogin(keys, type, printer.AccessCode.Reveal());
        }
        else if (isMoved && former != null && HasSecret(former))
        {
            throw Wrong("the printer's address changes, so printer.access_code is needed again: the stored one stays with the old address");
        }

        Put(keys, PrinterKeys.Name, printer.Name);
        Put(keys, PrinterKeys.Model, type == PrinterTypes.Bambu ? printer.Model : null);
        if (stored != null)
        {
            _config.Update(stored.Id, keys);
            return;
        }

        keys[PrinterKeys.Id] = type == PrinterTypes.Bambu ? _config.NextId(type) : printer.SerialNumber ?? printer.Id!;
        keys[PrinterKeys.Type] = type;
        RemoveNulls(keys);
        _config.Add(keys);
    }

    /// <summary>True when the address is another one than before.</summary>
    private static bool PutUrl(Hashtable keys, string type, string? address, PrinterConfig? former)
    {
        if (address == null || (former != null && IsAt(former.Url!, address)))
        {
            return false;
        }

        string url = UrlOf(type, address);
        keys[PrinterKeys.Url] = url;
        return former == null || former.Url != url;
    }

    private static bool PutHost(Hashtable keys, CloudPrinter printer, PrinterConfig? former)
    {
        if (printer.SerialNumber == null)
        {
            throw Wrong("printer.serial_number is missing");
        }

        keys[PrinterKeys.Serial] = printer.SerialNumber;
        if (printer.Address == null)
        {
            return false;
        }

        int colon = printer.Address.IndexOf(':');
        string host = colon < 0 ? printer.Address : printer.Address.Substring(0, colon);
        keys[PrinterKeys.Host] = host;
        if (colon >= 0)
        {
            keys[PrinterKeys.MqttPort] = PortOf(printer.Address.Substring(colon + 1));
        }

        return former == null || former.Host != host || (colon >= 0 && former.MqttPort != (long)keys[PrinterKeys.MqttPort]!);
    }

    /// <summary>True when a stored URL, which may have more to say, is at this address already.</summary>
    private static bool IsAt(string url, string address)
    {
        HttpOrigin origin = HttpOrigin.Parse(url);
        string place = address.ToLower();
        return place == origin.HostHeader || place == origin.HostAndPort || place == origin.ToString();
    }

    private static string UrlOf(string type, string address)
    {
        string start = address.ToLower();
        if (start.StartsWith("http://") || start.StartsWith("https://"))
        {
            return address;
        }

        bool isBareIpv6 = address.IndexOf(':') != address.LastIndexOf(':') && !address.StartsWith("[");
        string host = isBareIpv6 ? "[" + address + "]" : address;
        bool hasPort = !isBareIpv6 && host.LastIndexOf(':') > host.LastIndexOf(']');
        return "http://" + host + (hasPort || type != PrinterTypes.Moonraker ? "" : ":" + MoonrakerPort.ToString());
    }

    private static long PortOf(string text) =>
        int.TryParse(text, out int port) && port > 0 && port <= MaxPort ? port : throw Wrong("printer.ip_address has a wrong port");

    private static void PutLogin(Hashtable keys, string type, string code)
    {
        int colon = type == PrinterTypes.PrusaLink || type == PrinterTypes.Moonraker ? code.IndexOf(':') : -1;
        if (type == PrinterTypes.Bambu)
        {
            keys[PrinterKeys.AccessCode] = code;
        }
        else if (colon > 0)
        {
            keys[PrinterKeys.ApiKey] = null;
            keys[PrinterKeys.User] = code.Substring(0, colon);
            keys[PrinterKeys.Password] = code.Substring(colon + 1);
        }
        else
        {
            keys[PrinterKeys.ApiKey] = code;
            keys[PrinterKeys.User] = null;
            keys[PrinterKeys.Password] = null;
        }
    }

    private static bool HasSecret(PrinterConfig printer) => printer.ApiKey != null || printer.Password != null || printer.AccessCode != null;

    private static void Put(Hashtable keys, string key, string? value)
    {
        if (value != null)
        {
            keys[key] = value;
        }
    }

    private static void Forget(Hashtable keys, string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] != PrinterKeys.Type)
            {
                keys[names[i]] = null;
            }
        }
    }

    private static void RemoveNulls(Hashtable keys)
    {
        string[] names = ConfigTree.Keys(keys);
        for (int i = 0; i < names.Length; i++)
        {
            if (keys[names[i]] == null)
            {
                keys.Remove(names[i]);
            }
        }
    }
}
