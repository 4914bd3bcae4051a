using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>What printers.json may hold: a list of printers, each with an id of its own. Its view is a PrinterConfig[]. Thread: the editor's.</summary>
internal sealed class PrintersDocument : ConfigDocument
{
    public override string Key => ConfigManager.PrintersKey;

    public override string Content => " with printers";

    public override int MaxBytes => ConfigManager.MaxDocumentBytes;

    public override Hashtable Empty()
    {
        Hashtable root = base.Empty();
        root[PrinterKeys.Printers] = new ArrayList();
        return root;
    }

    public override object? Read(Hashtable root, ArrayList warnings)
    {
        ConfigReader.AddTypos(root, PrinterKeys.OfDocument, "", warnings);
        ArrayList entries = Entries(root);
        PrinterConfig[] printers = new PrinterConfig[entries.Count];
        Hashtable seen = new Hashtable();
        for (int i = 0; i < entries.Count; i++)
        {
            Hashtable entry = EntryAt(entries, i);
            string where = Where(i, entry);
            printers[i] = PrinterConfigReader.Read(entry, where, warnings);
            if (seen.Contains(printers[i].Id))
            {
                throw new HubException(
                    ErrorCode.ConfigInvalid, where + "id is already that of printers[" + seen[printers[i].Id] + "]");
            }

            seen[printers[i].Id] = i.ToString();
        }

        PrinterTwins.Find(printers, warnings);
        return printers;
    }

    public override void Mask(object view, Log log)
    {
        foreach (PrinterConfig printer in (PrinterConfig[])view)
        {
            log.Mask(printer.ApiKey);
            log.Mask(printer.User, printer.Password);
            log.Mask(printer.AccessCode);
        }
    }

    public override void CheckChange(object? before, object? after) =>
        PrinterTwins.RefuseNew((PrinterConfig[])before!, (PrinterConfig[])after!);

    /// <summary>The list of printers. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    public static ArrayList Entries(Hashtable root)
    {
        if (!root.Contains(PrinterKeys.Printers))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "printers is missing" + ConfigReader.DidYouMean(root, PrinterKeys.Printers, PrinterKeys.OfDocument));
        }

        return root[PrinterKeys.Printers] as ArrayList ?? throw new HubException(
            ErrorCode.ConfigInvalid, "printers must be a list, not " + ConfigTree.KindOf(root[PrinterKeys.Printers]));
    }

    /// <summary>One of the list. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    public static Hashtable EntryAt(ArrayList entries, int index) =>
        entries[index] as Hashtable ?? throw new HubException(
            ErrorCode.ConfigInvalid,
            "printers[" + index.ToString() + "] must be an object, not " + ConfigTree.KindOf(entries[index]));

    /// <summary>The printer of this id, or null.</summary>
    public static Hashtable? FindEntry(Hashtable root, string? id)
    {
        ArrayList entries = Entries(root);
        for (int i = 0; i < entries.Count; i++)
        {
            Hashtable entry = (Hashtable)entries[i]!;
            if (id != null && id == entry[PrinterKeys.Id] as string)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Begins the messages about one of the list.</summary>
    public static string Where(int index, Hashtable entry)
    {
        string where = "printers[" + index.ToString() + "]";
        if (entry[PrinterKeys.Id] is string id && id.Length > 0)
        {
            where += " (" + ConfigTree.Printable(id) + ")";
        }

        return where + ": ";
    }
}
