using System;
using System.Collections;
using Hub.Core.Hal;

namespace Hub.Core.Configuration;

/// <summary>
/// The hub's printers as they are stored: a JSON document in NVS (contract, design §4). The tree is
/// the truth, so keys this version does not know survive every edit; <see cref="PrinterConfig"/> is
/// the checked view of it.
/// </summary>
/// <remarks>
/// Thread: any; edits are serialised, <see cref="Printers"/> and <see cref="Warnings"/> never wait.
/// Every edit is all or nothing: whatever it throws, the old document stays in force and in storage.
/// Errors: <see cref="ErrorCode.ConfigInvalid"/> naming printer and key,
/// <see cref="ErrorCode.UnknownPrinter"/>, <see cref="ErrorCode.StorageFailed"/>. No edit works
/// before <see cref="Load"/> succeeded, because it would overwrite what could not be read.
/// </remarks>
public sealed class ConfigManager
{
    /// <summary>NVS namespace of the configuration.</summary>
    public const string NvsNamespace = "config";

    /// <summary>NVS key of the printers.</summary>
    public const string PrintersKey = "printers.json";

    /// <summary>Most bytes a document may have.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "config";

    private const int NewestVersion = 1;

    private readonly object _edit = new object();
    private readonly INvs _nvs;
    private readonly IJsonDocuments _documents;
    private readonly Log _log;
    private readonly ConfigListeners _listeners;
    private Hashtable? _root;
    private PrinterConfig[] _printers = new PrinterConfig[0];
    private string[] _warnings = new string[0];

    /// <summary>Makes a manager that has read nothing yet.</summary>
    public ConfigManager(INvs nvs, IJsonDocuments documents, Log log)
    {
        _nvs = nvs;
        _documents = documents;
        _log = log;
        _listeners = new ConfigListeners(log);
    }

    /// <summary>The printers in the order of the document; the array is the caller's, its members are not to be changed.</summary>
    public PrinterConfig[] Printers => (PrinterConfig[])_printers.Clone();

    /// <summary>What the document in force should be looked at for: keys that seem mistyped.</summary>
    public string[] Warnings => (string[])_warnings.Clone();

    /// <summary>Reads what is stored; nothing stored is an empty list. Nothing is written.</summary>
    public void Load()
    {
        lock (_edit)
        {
            _root = null;
            _printers = new PrinterConfig[0];
            byte[]? stored = _nvs.Read(NvsNamespace, PrintersKey);
            if (stored == null)
            {
                TakeOver(EmptyRoot(), new PrinterConfig[0], new ArrayList());
                return;
            }

            try
            {
                Hashtable root = ParseRoot(stored);
                ArrayList warnings = new ArrayList();
                TakeOver(root, ReadAll(root, warnings), warnings);
            }
            catch (HubException e)
            {
                throw new HubException(
                    ErrorCode.ConfigInvalid, "the stored printers.json is wrong and was left as it is: " + e.Message, e);
            }
        }
    }

    /// <summary>Tells this listener of every later change; <see cref="Load"/> alone is none.</summary>
    public void Listen(IConfigListener listener) => _listeners.Add(listener);

    /// <summary>Tells this listener no more; a change that is being told may still reach it.</summary>
    public void Unlisten(IConfigListener listener) => _listeners.Remove(listener);

    /// <summary>The printer of this id, or null.</summary>
    public PrinterConfig? Find(string id)
    {
        foreach (PrinterConfig printer in _printers)
        {
            if (printer.Id == id)
            {
                return printer;
            }
        }

        return null;
    }

    /// <summary>A free id for a new printer of this type, such as octo-1.</summary>
    public string NextId(string type)
    {
        string prefix = type switch
        {
            PrinterTypes.OctoPrint => "octo-",
            PrinterTypes.PrusaLink => "prusa-",
            PrinterTypes.Moonraker => "moon-",
            PrinterTypes.Bambu => "bambu-",
            _ => "printer-",
        };
        int number = 1;
        while (Find(prefix + number.ToString()) != null)
        {
            number++;
        }

        return prefix + number.ToString();
    }

    /// <summary>Checks what <see cref="Add(Hashtable)"/> would check, and changes nothing.</summary>
    public void Check(Hashtable entry)
    {
        lock (_edit)
        {
            CheckNew(Loaded(), (Hashtable)ConfigTree.Clone(entry)!);
        }
    }

    /// <summary>Adds a printer; its id must be free.</summary>
    /// <param name="entry">Its tree, copied.</param>
    public void Add(Hashtable entry)
    {
        lock (_edit)
        {
            Hashtable root = CopyOfRoot();
            Hashtable copy = (Hashtable)ConfigTree.Clone(entry)!;
            CheckNew(root, copy);
            Entries(root).Add(copy);
            Store(root);
        }

        _listeners.Tell();
    }

    /// <summary>Adds a printer; its id must be free.</summary>
    public void Add(PrinterConfig printer) => Add(PrinterConfigWriter.ToTree(printer));

    /// <summary>Sets some keys of a printer and leaves the others as they are. The id cannot be changed.</summary>
    /// <param name="id">Which printer.</param>
    /// <param name="changes">Keys and new values; null removes a key, an object is merged in the same way.</param>
    public void Update(string id, Hashtable changes)
    {
        lock (_edit)
        {
            Hashtable root = CopyOfRoot();
            Hashtable entry = FindEntry(root, id) ?? throw Unknown(id);
            string where = id + ": ";
            Hashtable copy = (Hashtable)ConfigTree.Clone(changes)!;
            if (copy.Contains(PrinterKeys.Id))
            {
                throw new HubException(ErrorCode.ConfigInvalid, where + "id cannot be changed");
            }

            bool isRestored = SecretMask.Restore(copy, entry, where);
            Hashtable before = (Hashtable)ConfigTree.Clone(entry)!;
            Merge(entry, copy);
            if (isRestored)
            {
                RefuseMovedSecret(before, entry, where);
            }

            PrinterConfigReader.Read(entry, where, new ArrayList());
            Store(root);
        }

        _listeners.Tell();
    }

    /// <summary>Removes a printer. Errors: <see cref="ErrorCode.UnknownPrinter"/>.</summary>
    public void Remove(string id)
    {
        lock (_edit)
        {
            Hashtable root = CopyOfRoot();
            Entries(root).Remove(FindEntry(root, id) ?? throw Unknown(id));
            Store(root);
        }

        _listeners.Tell();
    }

    /// <summary>
    /// Takes a whole document over: an entry replaces the stored one of its id or is added, printers it
    /// does not mention stay. A secret given as <c>***</c> keeps the stored one.
    /// </summary>
    /// <returns>Entries in the document.</returns>
    public int Import(byte[] utf8)
    {
        int count;
        lock (_edit)
        {
            Hashtable root = CopyOfRoot();
            Hashtable imported = ParseRoot(utf8);
            ArrayList entries = Entries(imported);
            for (int i = 0; i < entries.Count; i++)
            {
                Hashtable entry = EntryAt(entries, i);
                Hashtable? stored = FindEntry(root, entry[PrinterKeys.Id] as string);
                if (SecretMask.Restore(entry, stored, Where(i, entry)))
                {
                    RefuseMovedSecret(stored!, entry, Where(i, entry));
                }
            }

            // Checked by itself first, so that a message counts the entries of the caller's document.
            ReadAll(imported, new ArrayList());
            for (int i = 0; i < entries.Count; i++)
            {
                Put(Entries(root), EntryAt(entries, i));
            }

            imported.Remove(PrinterKeys.Printers);
            SecretMask.Restore(imported, root, "");
            foreach (string key in ConfigTree.Keys(imported))
            {
                root[key] = imported[key];
            }

            Store(root);
            count = entries.Count;
        }

        _listeners.Tell();
        return count;
    }

    /// <summary>The document in force as UTF-8 JSON.</summary>
    /// <param name="withSecrets">False shows secrets as <c>***</c>.</param>
    public byte[] Export(bool withSecrets) => _documents.Write(Document(withSecrets));

    /// <summary>A copy of the tree in force; it is the caller's.</summary>
    /// <param name="withSecrets">False shows secrets as <c>***</c>.</param>
    public Hashtable Document(bool withSecrets)
    {
        lock (_edit)
        {
            Hashtable root = CopyOfRoot();
            if (!withSecrets)
            {
                SecretMask.Hide(root);
            }

            return root;
        }
    }

    private static Hashtable EmptyRoot()
    {
        Hashtable root = new Hashtable();
        root[PrinterKeys.Version] = (long)NewestVersion;
        root[PrinterKeys.Printers] = new ArrayList();
        return root;
    }

    private static ArrayList Entries(Hashtable root) => (ArrayList)root[PrinterKeys.Printers]!;

    private static Hashtable EntryAt(ArrayList entries, int index) =>
        entries[index] as Hashtable ?? throw new HubException(
            ErrorCode.ConfigInvalid,
            "printers[" + index.ToString() + "] must be an object, not " + ConfigTree.KindOf(entries[index]));

    private static Hashtable? FindEntry(Hashtable root, string? id)
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

    /// <summary>
    /// A stored secret stays with the address and the trust it was given for: else whoever may write, but not read,
    /// the configuration could have it sent to a server of his own.
    /// </summary>
    private static void RefuseMovedSecret(Hashtable before, Hashtable after, string where)
    {
        foreach (string key in PrinterKeys.OfAddress)
        {
            if (!ConfigTree.AreEqual(before[key], after[key]))
            {
                throw new HubException(
                    ErrorCode.ConfigInvalid,
                    where + key + " changes, so a masked secret (***) is not kept: give the real value");
            }
        }
    }

    private static void Merge(Hashtable into, Hashtable changes)
    {
        foreach (string key in ConfigTree.Keys(changes))
        {
            object? value = changes[key];
            if (value == null)
            {
                into.Remove(key);
            }
            else if (value is Hashtable inner && into[key] is Hashtable existing)
            {
                Merge(existing, inner);
            }
            else
            {
                into[key] = value;
            }
        }
    }

    private static string Where(int index, Hashtable entry)
    {
        string where = "printers[" + index.ToString() + "]";
        if (entry[PrinterKeys.Id] is string id && id.Length > 0)
        {
            where += " (" + ConfigTree.Printable(id) + ")";
        }

        return where + ": ";
    }

    private static PrinterConfig[] ReadAll(Hashtable root, ArrayList warnings)
    {
        PrinterConfigReader.AddTypos(root, PrinterKeys.OfDocument, "", warnings);
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

        return printers;
    }

    private static void CheckNew(Hashtable root, Hashtable entry)
    {
        string? id = entry[PrinterKeys.Id] as string;
        string where = string.IsNullOrEmpty(id) ? "" : ConfigTree.Printable(id!) + ": ";
        SecretMask.Restore(entry, null, where);
        PrinterConfigReader.Read(entry, where, new ArrayList());
        if (FindEntry(root, id) != null)
        {
            throw new HubException(ErrorCode.ConfigInvalid, where + "a printer with this id exists already");
        }
    }

    private static HubException Unknown(string id) =>
        new HubException(ErrorCode.UnknownPrinter, "no printer has the id " + ConfigTree.Quote(id));

    private Hashtable Loaded() =>
        _root ?? throw new HubException(ErrorCode.ConfigInvalid, "the stored printers.json could not be read, so nothing is changed");

    private Hashtable CopyOfRoot() => (Hashtable)ConfigTree.Clone(Loaded())!;

    private Hashtable ParseRoot(byte[] utf8)
    {
        if (utf8.Length > MaxDocumentBytes)
        {
            throw TooLarge(utf8.Length);
        }

        object? tree;
        try
        {
            tree = _documents.Parse(utf8);
        }
        catch (HubException e)
        {
            throw new HubException(ErrorCode.ConfigInvalid, e.Message, e);
        }

        if (!(tree is Hashtable root))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid, "the document must be an object with printers, not " + ConfigTree.KindOf(tree));
        }

        CheckVersion(root);
        if (!root.Contains(PrinterKeys.Printers))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "printers is missing" + PrinterConfigReader.DidYouMean(root, PrinterKeys.Printers, PrinterKeys.OfDocument));
        }

        if (!(root[PrinterKeys.Printers] is ArrayList))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid, "printers must be a list, not " + ConfigTree.KindOf(root[PrinterKeys.Printers]));
        }

        return root;
    }

    private static void CheckVersion(Hashtable root)
    {
        if (!root.Contains(PrinterKeys.Version))
        {
            root[PrinterKeys.Version] = (long)NewestVersion;
            return;
        }

        if (!(root[PrinterKeys.Version] is long version) || version < 1)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "version must be a whole number from 1");
        }

        if (version > NewestVersion)
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "version " + version.ToString() + " was written by a newer hub; this one reads up to version "
                    + NewestVersion.ToString() + ": update the hub");
        }
    }

    private static HubException TooLarge(int sizeBytes) => new HubException(
        ErrorCode.ConfigInvalid,
        "printers.json has " + sizeBytes.ToString() + " bytes; at most " + MaxDocumentBytes.ToString() + " are allowed");

    private void Store(Hashtable root)
    {
        ArrayList warnings = new ArrayList();
        PrinterConfig[] printers = ReadAll(root, warnings);
        byte[] bytes = _documents.Write(root);
        if (bytes.Length > MaxDocumentBytes)
        {
            throw TooLarge(bytes.Length);
        }

        _nvs.Write(NvsNamespace, PrintersKey, bytes);
        TakeOver(root, printers, warnings);
        _listeners.Note(PrintersKey);
    }

    private void TakeOver(Hashtable root, PrinterConfig[] printers, ArrayList warnings)
    {
        string[] before = _warnings;
        _root = root;
        _printers = printers;
        _warnings = (string[])warnings.ToArray(typeof(string));
        foreach (PrinterConfig printer in printers)
        {
            _log.Mask(printer.ApiKey);
            _log.Mask(printer.Password);
            _log.Mask(printer.AccessCode);
        }

        foreach (string warning in _warnings)
        {
            if (!KeyTypos.IsKnown(warning, before))
            {
                _log.Warning(LogArea, warning);
            }
        }
    }
}
