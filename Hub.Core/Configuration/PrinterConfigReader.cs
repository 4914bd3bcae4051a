using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Hub.Core.Printers;
using Hub.Core.Systems;

namespace Hub.Core.Configuration;

/// <summary>
/// Checks one entry of printers.json and makes its <see cref="PrinterConfig"/>. Errors are
/// <see cref="ErrorCode.ConfigInvalid"/> and name printer and key; values of secrets and of URLs are
/// never repeated in them. Thread: one owner.
/// </summary>
internal sealed class PrinterConfigReader : ConfigReader
{
    private const int MaxIdLength = 40;
    private const int MinPollMs = 500;
    /// <summary>Half of the silence after which a printer counts as offline: one lost poll is no outage.</summary>
    private const int MaxPollMs = 30000;

    private static readonly char[] s_notInHost = { ' ', '/', '@', '[', ']', '?', '#' };

    private readonly Hashtable _entry;

    private PrinterConfigReader(Hashtable entry, string where)
        : base(entry, where, PrinterKeys.OfPrinter)
    {
        _entry = entry;
    }

    /// <summary>Checks an entry.</summary>
    /// <param name="entry">The tree; only read.</param>
    /// <param name="where">Begins every message, such as "printers[1] (octo-2): ".</param>
    /// <param name="warnings">Gets a line for each unknown key that looks mistyped.</param>
    public static PrinterConfig Read(Hashtable entry, string where, ArrayList warnings)
    {
        PrinterConfig printer = new PrinterConfigReader(entry, where).Read();
        AddTypos(entry, PrinterKeys.OfPrinter, where, warnings);
        AddTlsTypos(entry, where, warnings);
        return printer;
    }

    private PrinterConfig Read()
    {
        PrinterConfig printer = new PrinterConfig();
        printer.Id = ReadId();
        printer.Type = ReadType();
        printer.Name = Text(PrinterKeys.Name) ?? printer.Id;
        printer.Enabled = Flag(_entry, PrinterKeys.Enabled, true, "");
        printer.PollMs = Whole(PrinterKeys.PollMs, MinPollMs, MaxPollMs, printer.PollMs);
        printer.Url = ReadUrl();
        printer.Host = ReadHost();
        printer.MqttPort = Whole(PrinterKeys.MqttPort, 1, 65535, printer.MqttPort);
        printer.FtpsPort = Whole(PrinterKeys.FtpsPort, 1, 65535, printer.FtpsPort);
        printer.FtpsClearData = Flag(_entry, PrinterKeys.FtpsClearData, false, "");
        printer.Serial = ReadSerial();
        printer.Model = Text(PrinterKeys.Model);
        printer.ApiKey = ReadSecret(PrinterKeys.ApiKey);
        printer.User = Text(PrinterKeys.User);
        printer.Password = ReadSecret(PrinterKeys.Password);
        printer.AccessCode = ReadSecret(PrinterKeys.AccessCode);
        printer.Tls = ReadTls();
        printer.IsClearBedSet = _entry[PrinterKeys.RequireClearBed] != null;
        printer.RequireClearBed = Flag(_entry, PrinterKeys.RequireClearBed, true, "");
        printer.ReadOnly = Flag(_entry, PrinterKeys.ReadOnly, false, "");
        printer.FollowAddress = Flag(_entry, PrinterKeys.FollowAddress, true, "");
        CheckRequired(printer);
        return printer;
    }

    private void CheckRequired(PrinterConfig printer)
    {
        if (PrinterSystems.HasUrl(printer.Type))
        {
            if (printer.Url == null)
            {
                throw Missing(PrinterKeys.Url, printer.Type + " needs it, such as http://192.168.1.20");
            }

            return;
        }

        if (printer.Host == null)
        {
            throw Missing(PrinterKeys.Host, printer.Type + " needs the printer's address");
        }

        if (printer.Serial == null)
        {
            throw Missing(PrinterKeys.Serial, printer.Type + " needs the serial number, which the printer shows in its settings");
        }

        if (printer.AccessCode == null)
        {
            throw Missing(PrinterKeys.AccessCode, printer.Type + " needs the access code, which the printer shows in its LAN settings");
        }
    }

    private string ReadId()
    {
        string id = Text(PrinterKeys.Id) ?? throw Missing(PrinterKeys.Id, "every printer needs its own");
        char[] characters = id.ToCharArray();
        bool isGood = characters.Length <= MaxIdLength && IsLetterOrDigit(characters[0]);
        foreach (char c in characters)
        {
            isGood = isGood && (IsLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
        }

        if (!isGood)
        {
            throw Wrong("id must be 1 to 40 of a-z, A-Z, 0-9, '.', '-' and '_', the first a letter or digit, not " + ConfigTree.Quote(id));
        }

        return id;
    }

    private string ReadType()
    {
        string type = Text(PrinterKeys.Type) ?? throw Missing(PrinterKeys.Type, "it must be " + PrinterSystems.Types);
        if (PrinterSystems.Find(type) == null)
        {
            throw Wrong("type must be " + PrinterSystems.Types + ", not " + ConfigTree.Quote(type));
        }

        return type;
    }

    private string? ReadUrl()
    {
        string? url = Text(PrinterKeys.Url);
        if (url == null)
        {
            return null;
        }

        // Refused here and not only by the parser, so that no message of it can repeat a password.
        if (url.IndexOf('@') >= 0)
        {
            throw Wrong("url must not hold a user or password; use the keys api_key, user and password");
        }

        try
        {
            HttpOrigin.Parse(url);
        }
        catch (HubException e)
        {
            throw Wrong(e.Message);
        }

        return url;
    }

    private string? ReadHost()
    {
        string? host = Text(PrinterKeys.Host);
        if (host != null && host.IndexOfAny(s_notInHost) >= 0)
        {
            throw Wrong("host must be a bare name or address, not " + ConfigTree.Quote(host));
        }

        return host;
    }

    private string? ReadSerial()
    {
        string? serial = Text(PrinterKeys.Serial);
        if (serial == null)
        {
            return null;
        }

        foreach (char c in serial.ToCharArray())
        {
            // It becomes part of MQTT topics, where '/', '+' and '#' have a meaning.
            if (!IsLetterOrDigit(c) && c != '-' && c != '_')
            {
                throw Wrong("serial must be letters and digits, not " + ConfigTree.Quote(serial));
            }
        }

        return serial.ToUpper();
    }
}
