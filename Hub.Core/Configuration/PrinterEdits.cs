using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Configuration;

/// <summary>
/// The edits of a copy of printers.json. What they throw leaves a copy that is thrown away. Pure. Errors:
/// <see cref="ErrorCode.ConfigInvalid"/> naming printer and key, <see cref="ErrorCode.UnknownPrinter"/>. Thread: any.
/// </summary>
internal static class PrinterEdits
{
    /// <summary>Adds an entry, which the tree then owns; its id must be free.</summary>
    public static void Add(Hashtable root, Hashtable entry)
    {
        CheckNew(root, entry);
        PrintersDocument.Entries(root).Add(entry);
    }

    /// <summary>Checks what <see cref="Add"/> would check.</summary>
    public static void CheckNew(Hashtable root, Hashtable entry)
    {
        string? id = entry[PrinterKeys.Id] as string;
        string where = string.IsNullOrEmpty(id) ? "" : ConfigTree.Printable(id!) + ": ";
        SecretMask.Restore(entry, null, where);
        PrinterConfigReader.Read(entry, where, new ArrayList());
        if (PrintersDocument.FindEntry(root, id) != null)
        {
            throw new HubException(ErrorCode.ConfigInvalid, where + "a printer with this id exists already");
        }
    }

    /// <summary>Sets some keys of a printer; null removes a key. The id cannot be changed.</summary>
    public static void Update(Hashtable root, string id, Hashtable copy)
    {
        Hashtable entry = PrintersDocument.FindEntry(root, id) ?? throw Unknown(id);
        string where = id + ": ";
        if (copy.Contains(PrinterKeys.Id))
        {
            throw new HubException(ErrorCode.ConfigInvalid, where + "id cannot be changed");
        }

        DocumentEdits.Merge(entry, copy, PrinterKeys.OfAddress, where);
        PrinterConfigReader.Read(entry, where, new ArrayList());
    }

    /// <summary>
    /// The same for someone who may write, but not read: a stored secret stays with the address and the trust that it was given for, so a new address needs
    /// its secrets again.
    /// </summary>
    public static void UpdateFromAfar(Hashtable root, string id, Hashtable copy)
    {
        Hashtable entry = PrintersDocument.FindEntry(root, id) ?? throw Unknown(id);
        string[] secrets = PrinterKeys.Secrets;
        bool keepsSecret = false;
        for (int i = 0; i < secrets.Length; i++)
        {
            keepsSecret |= entry[secrets[i]] != null && !copy.Contains(secrets[i]);
        }

        Hashtable before = (Hashtable)ConfigTree.Clone(entry)!;
        Update(root, id, copy);
        if (keepsSecret)
        {
            RefuseMoved(before, entry, id + ": ");
        }
    }

    /// <summary>Removes a printer.</summary>
    public static void Remove(Hashtable root, string id) =>
        PrintersDocument.Entries(root).Remove(PrintersDocument.FindEntry(root, id) ?? throw Unknown(id));

    /// <summary>Puts the entries of another document into this one by their ids, and its other keys too.</summary>
    public static void Import(Hashtable root, Hashtable imported)
    {
        ArrayList entries = PrintersDocument.Entries(imported);
        int count = entries.Count;
        for (int i = 0; i < count; i++)
        {
            Hashtable entry = PrintersDocument.EntryAt(entries, i);
            Hashtable? stored = PrintersDocument.FindEntry(root, entry[PrinterKeys.Id] as string);
            string where = PrintersDocument.Where(i, entry);
            if (SecretMask.Restore(entry, stored, where))
            {
                DocumentEdits.RefuseMovedSecret(stored!, entry, PrinterKeys.OfAddress, where);
            }
        }

        // Checked by itself first, so that a message counts the entries of the caller's document.
        new PrintersDocument().Read(imported, new ArrayList());
        for (int i = 0; i < count; i++)
        {
            Put(PrintersDocument.Entries(root), PrintersDocument.EntryAt(entries, i));
        }

        imported.Remove(PrinterKeys.Printers);
        SecretMask.Restore(imported, root, "");
        foreach (string key in ConfigTree.Keys(imported))
        {
            root[key] = imported[key];
        }
    }

    private static void Put(ArrayList entries, Hashtable entry)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if ((string)((Hashtable)entries[i]!)[PrinterKeys.Id]! == (string)entry[PrinterKeys.Id]!)
            {
                entries[i] = entry;
                return;
            }
        }

        entries.Add(entry);
    }

    private static void RefuseMoved(Hashtable before, Hashtable after, string where)
    {
        string[] keys = PrinterKeys.OfAddress;
        for (int i = 0; i < keys.Length; i++)
        {
            if (!ConfigTree.AreEqual(before[keys[i]], after[keys[i]]))
            {
                throw new HubException(
                    ErrorCode.ConfigInvalid, where + keys[i] + " changes, so its secrets are needed again (api_key, password or access_code): the stored ones stay with the old address");
            }
        }
    }

    private static HubException Unknown(string id) =>
        new HubException(ErrorCode.UnknownPrinter, "no printer has the id " + ConfigTree.Quote(id));
}
