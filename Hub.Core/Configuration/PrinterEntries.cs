using System.Collections;
using Hub.Core.Printers;

namespace Hub.Core.Configuration;

/// <summary>The entries of printers.json as lists show them. Thread: any.</summary>
public static class PrinterEntries
{
    /// <summary>All entries without secrets, in their order, with the values that are in force where the document leaves them out. The trees are the caller's.</summary>
    public static ArrayList Shown(ConfigManager config)
    {
        ArrayList shown = new ArrayList();
        ArrayList entries = (ArrayList)config.Document(false)[PrinterKeys.Printers]!;
        for (int i = 0; i < entries.Count; i++)
        {
            Hashtable entry = (Hashtable)entries[i]!;
            PrinterConfig? printer = config.Find((string)entry[PrinterKeys.Id]!);
            if (printer != null)
            {
                entry[PrinterKeys.Name] = printer.Name;
                entry[PrinterKeys.Enabled] = printer.Enabled;
                entry[PrinterKeys.PollMs] = (long)printer.PollMs;
                shown.Add(entry);
            }
        }

        return shown;
    }
}
