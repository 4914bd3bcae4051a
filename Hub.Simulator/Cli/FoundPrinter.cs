using System.Collections.Generic;
using System.Text.Json;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Core.Text;

namespace Hub.Simulator.Cli;

/// <summary>One printer that "discover" found, with its text made safe to show.</summary>
internal sealed class FoundPrinter
{
    private readonly DiscoveredPrinter _printer;

    public FoundPrinter(DiscoveredPrinter printer, string? configuredId, string? oldAddress, string? newId)
    {
        _printer = printer;
        ConfiguredId = configuredId;
        OldAddress = oldAddress;
        AddCommand = newId == null ? null : MakeAddCommand(newId);
    }

    public string Type => _printer.Type;

    /// <summary>False for a printer that is added by host and serial number.</summary>
    public bool HasUrl => PrinterSystems.HasUrl(_printer.Type);

    public PrinterLogin Login => PrinterSystems.Find(_printer.Type)!.Login;

    /// <summary>True when it was announced but does not answer as such a server.</summary>
    public bool IsSilent => _printer.IsSilent;

    /// <summary>True for a virtual printer with ports of its own.</summary>
    public bool HasOwnPorts => _printer.MqttPort != 0;

    public string Url => (_printer.IsTls ? "https://" : "http://") + _printer.Address + (_printer.Port == (_printer.IsTls ? 443 : 80) ? "" : ":" + _printer.Port) + _printer.Path;

    /// <summary>Its address, short enough for a table.</summary>
    public string Place => !HasUrl
        ? _printer.Address + (_printer.MqttPort == 0 ? "" : ":" + _printer.MqttPort)
        : _printer.IsTls || _printer.Path != null ? ForeignText.Shown(Url)! : _printer.Address + ":" + _printer.Port;

    public string? Name => ForeignText.Shown(_printer.Name);

    public string? Serial => ForeignText.Shown(_printer.Serial);

    public string? Model => ForeignText.Shown(_printer.Model);

    public string? Version => ForeignText.Shown(_printer.Version);

    /// <summary>Id of the configured printer, or null.</summary>
    public string? ConfiguredId { get; }

    /// <summary>The configured address when the printer has moved; otherwise null.</summary>
    public string? OldAddress { get; }

    /// <summary>The verb and flags that add it; null for a configured printer, or when its data are not safe on a command line.</summary>
    public string? AddCommand { get; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        json.WriteString("address", _printer.Address);
        if (!HasUrl)
        {
            json.WriteString("host", _printer.Address);
        }
        else
        {
            json.WriteNumber("port", _printer.Port);
            json.WriteString("url", ForeignText.Shown(Url));
        }

        WriteKnown(json, "name", Name);
        WriteKnown(json, "serial", Serial);
        WriteKnown(json, "model", Model);
        WriteKnown(json, "version", Version);
        if (_printer.MqttPort != 0)
        {
            json.WriteNumber("mqtt_port", _printer.MqttPort);
        }

        if (_printer.FtpsPort != 0)
        {
            json.WriteNumber("ftps_port", _printer.FtpsPort);
        }

        if (IsSilent)
        {
            json.WriteBoolean("answers", false);
        }

        WriteKnown(json, "configured_id", ConfiguredId);
        WriteKnown(json, "configured_address", OldAddress);
        WriteKnown(json, "add_command", AddCommand);
        json.WriteEndObject();
    }

    private static void WriteKnown(Utf8JsonWriter json, string key, string? value)
    {
        if (value != null)
        {
            json.WriteString(key, value);
        }
    }

    private string? MakeAddCommand(string id)
    {
        string place = HasUrl ? Url : _printer.Address + _printer.Serial;
        if (!ForeignText.IsPlain(place) || !Ipv4.IsAddress(_printer.Address) || (!HasUrl && _printer.Serial == null))
        {
            return null;
        }

        List<string> words = ["printers add --id", id, "--type", Type];
        Add(words, "--name", ForeignText.Pasted(_printer.Name));
        if (HasUrl)
        {
            Add(words, "--url", Url);

            // "printers add" requests OctoPrint's key, and most Moonrakers trust their network.
            Add(words, "--api-key", Login == PrinterLogin.ApiKey ? "KEY" : null);
            return string.Join(' ', words);
        }

        Add(words, "--host", _printer.Address);
        Add(words, "--mqtt-port", _printer.MqttPort == 0 ? null : _printer.MqttPort.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(words, "--ftps-port", _printer.FtpsPort == 0 ? null : _printer.FtpsPort.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(words, "--serial", _printer.Serial);
        Add(words, "--model", ForeignText.Pasted(_printer.Model));
        Add(words, "--access-code", "CODE");
        return string.Join(' ', words);
    }

    private static void Add(List<string> words, string flag, string? value)
    {
        if (value != null)
        {
            words.Add(flag);
            words.Add(value);
        }
    }
}
