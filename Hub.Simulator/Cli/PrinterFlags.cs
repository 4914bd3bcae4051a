using System.Collections;
using System.Collections.Generic;
using System.CommandLine;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags of "printers add" and "printers edit", and the keys of printers.json they set.</summary>
internal sealed class PrinterFlags
{
    private readonly List<(Option<string?> Option, string Key)> _texts = [];
    private readonly List<(Option<string?> Option, string Key)> _secrets = [];
    private readonly List<(Option<int?> Option, string Key)> _numbers = [];
    private readonly List<(Option<bool?> Option, string Key)> _switches = [];
    private readonly TlsFlags _tls = new();

    public PrinterFlags()
    {
        Text("--name", "name", "Display name", "TEXT");
        Type = Text("--type", "type", PrinterSystems.Types, "TYPE");
        Text("--url", "url", "Address of OctoPrint, PrusaLink or Moonraker", "URL");
        Text("--host", "host", "Address of a Bambu printer", "HOST");
        Number("--mqtt-port", "mqtt_port", "MQTT port of a Bambu printer (default: 8883)", "PORT");
        Number("--ftps-port", "ftps_port", "FTPS port of a Bambu printer (default: 990)", "PORT");
        Text("--serial", "serial", "Serial number of a Bambu printer", "SERIAL");
        Text("--model", "model", "Model of a Bambu printer, such as P1S", "MODEL");
        ApiKey = Secret("--api-key", "api_key", "API key", "KEY");
        Text("--user", "user", "User name", "USER");
        Secret("--password", "password", "Password", "PASSWORD");
        Secret("--access-code", "access_code", "Access code of a Bambu printer", "CODE");
        Number("--poll-ms", "poll_ms", "Time between two polls, 500 to 30000 (default: 2000)", "MS");
        Switch("--ftps-clear-data", "ftps_clear_data", "Allow unencrypted uploads to a Bambu A1 that does not accept encrypted ones");
        Switch("--require-clear-bed", "require_clear_bed", "After a print, refuse a start from the cloud until the bed is cleared (default: true)");
        Switch("--read-only", "read_only", "Show the status but refuse every command (default: false)");
        Switch("--follow-address", "follow_address", "Follow the printer when it announces a new address (default: true)");
    }

    public Option<string?> Type { get; }

    public Option<string?> ApiKey { get; }

    public IEnumerable<Option> All
    {
        get
        {
            foreach ((Option<string?> option, _) in _texts)
            {
                yield return option;
            }

            foreach ((Option<int?> option, _) in _numbers)
            {
                yield return option;
            }

            foreach ((Option<string?> option, _) in _secrets)
            {
                yield return option;
            }

            foreach ((Option<bool?> option, _) in _switches)
            {
                yield return option;
            }

            foreach (Option option in _tls.All)
            {
                yield return option;
            }
        }
    }

    /// <summary>The given keys. An empty text removes a key, which is null here.</summary>
    public Hashtable Read(CliContext context)
    {
        Hashtable entry = [];
        foreach ((Option<string?> option, string key) in _texts)
        {
            if (context.IsGiven(option))
            {
                entry[key] = NullIfEmpty(context.Get(option));
            }
        }

        foreach ((Option<int?> option, string key) in _numbers)
        {
            if (context.IsGiven(option))
            {
                entry[key] = (long?)context.Get(option);
            }
        }

        foreach ((Option<string?> option, string key) in _secrets)
        {
            if (context.IsGiven(option))
            {
                entry[key] = NullIfEmpty(SecretInput.Resolve(context.Get(option)!, option.Name, context.Console));
            }
        }

        foreach ((Option<bool?> option, string key) in _switches)
        {
            if (context.IsGiven(option))
            {
                // The flag alone means true.
                entry[key] = context.Get(option) ?? true;
            }
        }

        Hashtable tls = _tls.Read(context);
        if (tls.Count > 0)
        {
            entry["tls"] = tls;
        }

        return entry;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private Option<string?> Text(string name, string key, string description, string valueName)
    {
        Option<string?> option = new(name) { Description = description, HelpName = valueName };
        _texts.Add((option, key));
        return option;
    }

    private Option<string?> Secret(string name, string key, string description, string valueName)
    {
        Option<string?> option = new(name) { Description = description + "; - reads it from stdin", HelpName = valueName };
        _secrets.Add((option, key));
        return option;
    }

    private void Number(string name, string key, string description, string valueName) =>
        _numbers.Add((new Option<int?>(name) { Description = description, HelpName = valueName }, key));

    private void Switch(string name, string key, string description) =>
        _switches.Add((new Option<bool?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne }, key));
}
