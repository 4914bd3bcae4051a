using System.Collections;
using Hub.Core.Hal;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>Makes the tree of a <see cref="PrinterConfig"/>; defaults are left out. Thread: any.</summary>
internal static class PrinterConfigTree
{
    public static Hashtable ToTree(PrinterConfig printer)
    {
        PrinterConfig defaults = new PrinterConfig();
        Hashtable tree = new Hashtable();
        tree[PrinterKeys.Id] = printer.Id;
        tree[PrinterKeys.Type] = printer.Type;
        if (printer.Name != printer.Id)
        {
            Put(tree, PrinterKeys.Name, printer.Name);
        }

        PutFlag(tree, PrinterKeys.Enabled, printer.Enabled, defaults.Enabled);
        PutNumber(tree, PrinterKeys.PollMs, printer.PollMs, defaults.PollMs);
        Put(tree, PrinterKeys.Url, printer.Url);
        Put(tree, PrinterKeys.Host, printer.Host);
        PutNumber(tree, PrinterKeys.MqttPort, printer.MqttPort, defaults.MqttPort);
        PutNumber(tree, PrinterKeys.FtpsPort, printer.FtpsPort, defaults.FtpsPort);
        PutFlag(tree, PrinterKeys.FtpsClearData, printer.FtpsClearData, defaults.FtpsClearData);
        Put(tree, PrinterKeys.Serial, printer.Serial);
        Put(tree, PrinterKeys.Model, printer.Model);
        PutSecret(tree, PrinterKeys.ApiKey, printer.ApiKey);
        Put(tree, PrinterKeys.User, printer.User);
        PutSecret(tree, PrinterKeys.Password, printer.Password);
        PutSecret(tree, PrinterKeys.AccessCode, printer.AccessCode);
        PutFlag(tree, PrinterKeys.RequireClearBed, printer.RequireClearBed, printer.IsClearBedSet ? !printer.RequireClearBed : defaults.RequireClearBed);
        PutFlag(tree, PrinterKeys.ReadOnly, printer.ReadOnly, defaults.ReadOnly);
        PutFlag(tree, PrinterKeys.FollowAddress, printer.FollowAddress, defaults.FollowAddress);
        if (printer.Tls != null)
        {
            tree[PrinterKeys.Tls] = ToTree(printer.Tls);
        }

        return tree;
    }

    private static Hashtable ToTree(TlsOptions tls)
    {
        Hashtable tree = new Hashtable();
        Put(tree, PrinterKeys.TlsCa, tls.CaPem);
        Put(tree, PrinterKeys.TlsPin, tls.PinSha256);
        PutFlag(tree, PrinterKeys.TlsInsecure, tls.Insecure, false);
        return tree;
    }

    private static void Put(Hashtable tree, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            tree[key] = value;
        }
    }

    private static void PutSecret(Hashtable tree, string key, Secret? secret)
    {
        if (secret != null)
        {
            Put(tree, key, secret.Reveal());
        }
    }

    private static void PutFlag(Hashtable tree, string key, bool value, bool otherwise)
    {
        if (value != otherwise)
        {
            tree[key] = value;
        }
    }

    private static void PutNumber(Hashtable tree, string key, int value, int otherwise)
    {
        if (value != otherwise)
        {
            tree[key] = (long)value;
        }
    }
}
