using System;
using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// The hub's configuration as it is stored: the JSON documents printers.json, cloud.json and wifi.json in NVS (docs/configuration.md). The tree is the truth, so keys this version does not know survive every edit; <see cref="PrinterConfig"/>,
/// <see cref="CloudConfig"/> and <see cref="WifiConfig"/> are the checked views of it.
/// </summary>
/// <remarks>
/// Thread: any; edits are serialised, <see cref="Printers"/>, <see cref="Cloud"/>, <see cref="Wifi"/> and
/// <see cref="Warnings"/> never wait.
/// Every edit is all or nothing: whatever it throws, the old document stays in force and in storage. What another process
/// has stored is read first.
/// Errors: <see cref="ErrorCode.ConfigInvalid"/> naming printer and key,
/// <see cref="ErrorCode.UnknownPrinter"/>, <see cref="ErrorCode.StorageFailed"/>. No edit of a document works
/// before <see cref="Load"/> read it, because it would overwrite what could not be read.
/// </remarks>
public sealed class ConfigManager
{
    /// <summary>NVS namespace of the configuration.</summary>
    public const string NvsNamespace = NvsNamespaces.Config;

    /// <summary>NVS key of the printers.</summary>
    public const string PrintersKey = "printers.json";

    /// <summary>NVS key of the cloud connection.</summary>
    public const string CloudKey = "cloud.json";

    /// <summary>NVS key of the Wi-Fi network.</summary>
    public const string WifiKey = "wifi.json";

    /// <summary>Most bytes a document may have.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    /// <summary>Area of its log lines.</summary>
    public const string LogArea = "config";

    private readonly object _edit = new object();
    private readonly IJsonDocuments _documents;
    private readonly Log _log;
    private readonly ConfigListeners _listeners;
    private readonly StoredDocument _printers;
    private readonly StoredDocument _cloud;
    private readonly StoredDocument _wifi;

    /// <summary>Makes a manager that has read nothing yet.</summary>
    public ConfigManager(INvs nvs, IJsonDocuments documents, Log log)
    {
        _documents = documents;
        _log = log;
        _listeners = new ConfigListeners(log);
        _printers = new StoredDocument(nvs, documents, log, _listeners, new PrintersDocument());
        _cloud = new StoredDocument(nvs, documents, log, _listeners, new CloudDocument());
        _wifi = new StoredDocument(nvs, documents, log, _listeners, new WifiDocument());
    }

    private delegate void Edit(Hashtable root);

    /// <summary>The printers in the order of the document; the array is the caller's, its members are not to be changed.</summary>
    public PrinterConfig[] Printers => (PrinterConfig[])View.Clone();

    /// <summary>The cloud connection, or null when none is set; not to be changed.</summary>
    public CloudConfig? Cloud => (CloudConfig?)_cloud.View;

    /// <summary>The Wi-Fi network, or null when none is set; not to be changed.</summary>
    public WifiConfig? Wifi => (WifiConfig?)_wifi.View;

    /// <summary>
    /// What to check in the documents in force: keys that seem mistyped, one printer entered twice, a damaged
    /// document whose last good copy is in force.
    /// </summary>
    public string[] Warnings
    {
        get
        {
            ArrayList all = new ArrayList();
            foreach (StoredDocument document in All())
            {
                foreach (string warning in document.Warnings)
                {
                    all.Add(warning);
                }
            }

            return TextList.ToArray(all);
        }
    }

    private PrinterConfig[] View => (PrinterConfig[])_printers.View!;

    /// <summary>
    /// Reads what is stored; nothing stored is an empty list. Nothing is written. A cloud.json or wifi.json that cannot be
    /// used is logged, and is left as it is.
    /// </summary>
    public void Load()
    {
        lock (_edit)
        {
            LoadOrLog(_cloud);
            LoadOrLog(_wifi);
            _printers.Load();
        }
    }

    /// <summary>
    /// Reads what another process stored, and notifies the listeners; before an edit that happens anyway. Errors as those
    /// of <see cref="Load"/>; then what was in force stays so.
    /// </summary>
    public void Refresh()
    {
        HubException? error = null;
        lock (_edit)
        {
            foreach (StoredDocument document in All())
            {
                try
                {
                    document.Refresh();
                }
                catch (HubException e)
                {
                    error = e;
                }
            }
        }

        _listeners.Notify();
        if (error != null)
        {
            throw error;
        }
    }

    /// <summary>Notifies this listener of every later change; <see cref="Load"/> alone is none.</summary>
    public void Listen(IConfigListener listener) => _listeners.Add(listener);

    /// <summary>Notifies this listener no more; a change under way may still reach it.</summary>
    public void Unlisten(IConfigListener listener) => _listeners.Remove(listener);

    /// <summary>The printer of this id, or null.</summary>
    public PrinterConfig? Find(string id)
    {
        foreach (PrinterConfig printer in View)
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
        PrinterSystem? system = PrinterSystems.Find(type);
        string prefix = system == null ? "printer-" : system.IdPrefix;
        int number = 1;
        while (Find(prefix + number.ToString()) != null)
        {
            number++;
        }

        return prefix + number.ToString();
    }

    /// <summary>A printer as its entry describes it, without adding it. Errors: those of <see cref="Add(Hashtable)"/>.</summary>
    /// <param name="entry">Its tree; the caller's.</param>
    internal PrinterConfig Read(Hashtable entry)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(entry)!;
        lock (_edit)
        {
            PrinterEdits.CheckNew(_printers.Loaded(), copy);
        }

        return PrinterConfigReader.Read(copy, "", new ArrayList());
    }

    /// <summary>Checks what <see cref="Add(Hashtable)"/> would check, and changes nothing.</summary>
    public void Check(Hashtable entry)
    {
        lock (_edit)
        {
            PrinterEdits.CheckNew(_printers.Loaded(), (Hashtable)ConfigTree.Clone(entry)!);
        }
    }

    /// <summary>Adds a printer; its id must be free.</summary>
    /// <param name="entry">Its tree, copied.</param>
    public void Add(Hashtable entry)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(entry)!;
        Change(_printers, root => PrinterEdits.Add(root, copy));
    }

    /// <summary>Adds a printer; its id must be free.</summary>
    public void Add(PrinterConfig printer) => Add(PrinterConfigTree.ToTree(printer));

    /// <summary>Sets some keys of a printer and leaves the others as they are. The id cannot be changed.</summary>
    /// <param name="id">Which printer.</param>
    /// <param name="changes">Keys and new values; null removes a key, an object is merged in the same way.</param>
    public void Update(string id, Hashtable changes)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(changes)!;
        Change(_printers, root => PrinterEdits.Update(root, id, copy));
    }

    /// <summary>The same for someone who may not read the configuration: refused with <see cref="ErrorCode.ConfigInvalid"/> when a stored secret would go to another address.</summary>
    public void UpdateFromAfar(string id, Hashtable changes)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(changes)!;
        Change(_printers, root => PrinterEdits.UpdateFromAfar(root, id, copy));
    }

    /// <summary>Removes a printer. Errors: <see cref="ErrorCode.UnknownPrinter"/>.</summary>
    public void Remove(string id) =>
        Change(_printers, root => PrinterEdits.Remove(root, id));

    /// <summary>Sets some keys of cloud.json and leaves the others as they are; null removes a key.</summary>
    public void SetCloud(Hashtable changes) => Set(_cloud, changes, CloudDocument.OfAddress, "cloud: ");

    /// <summary>Forgets the cloud connection; unknown keys of cloud.json too.</summary>
    public void ClearCloud() => Change(_cloud, DocumentEdits.Clear);

    /// <summary>Sets some keys of wifi.json and leaves the others as they are; null removes a key.</summary>
    public void SetWifi(Hashtable changes) => Set(_wifi, changes, WifiDocument.OfAddress, "wifi: ");

    /// <summary>The network that <see cref="SetWifi"/> would set; nothing is changed. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    public WifiConfig CheckWifi(Hashtable changes)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(changes)!;
        lock (_edit)
        {
            Hashtable root = _wifi.Copy();
            DocumentEdits.Merge(root, copy, WifiDocument.OfAddress, "wifi: ");
            return (WifiConfig?)new WifiDocument().Read(root, new ArrayList()) ?? throw new HubException(ErrorCode.ConfigInvalid, "wifi: ssid, the network's name, is missing");
        }
    }

    /// <summary>Forgets the Wi-Fi network; unknown keys of wifi.json too.</summary>
    public void ClearWifi() => Change(_wifi, DocumentEdits.Clear);

    /// <summary>
    /// Applies a whole printers.json: an entry replaces the stored one of its id or is added, printers it
    /// does not mention stay. A secret given as <c>***</c> keeps the stored one.
    /// </summary>
    /// <returns>Entries in the document.</returns>
    public int Import(byte[] utf8)
    {
        int count = 0;
        Change(_printers, root =>
        {
            Hashtable imported = _printers.Parse(utf8);
            count = PrintersDocument.Entries(imported).Count;
            PrinterEdits.Import(root, imported);
        });
        return count;
    }

    /// <summary>The printers.json in force as UTF-8 JSON.</summary>
    /// <param name="withSecrets">False shows secrets as <c>***</c>.</param>
    public byte[] Export(bool withSecrets) => _documents.Write(Document(withSecrets));

    /// <summary>A copy of the tree of printers.json in force; it is the caller's.</summary>
    /// <param name="withSecrets">False shows secrets as <c>***</c>.</param>
    public Hashtable Document(bool withSecrets) => Document(PrintersKey, withSecrets);

    /// <summary>A copy of a document's tree in force; it is the caller's.</summary>
    /// <param name="documentKey">Such as <see cref="CloudKey"/>.</param>
    /// <param name="withSecrets">False shows secrets as <c>***</c>.</param>
    public Hashtable Document(string documentKey, bool withSecrets)
    {
        StoredDocument document = documentKey == CloudKey ? _cloud : documentKey == WifiKey ? _wifi : _printers;
        lock (_edit)
        {
            Hashtable root = document.Copy();
            if (!withSecrets)
            {
                SecretMask.Hide(root);
            }

            return root;
        }
    }

    private StoredDocument[] All() => new StoredDocument[] { _printers, _cloud, _wifi };

    private void LoadOrLog(StoredDocument document)
    {
        try
        {
            document.Load();
        }
        catch (HubException e)
        {
            _log.Error(LogArea, e.Message);
        }
    }

    private void Set(StoredDocument document, Hashtable changes, string[] addressKeys, string where)
    {
        Hashtable copy = (Hashtable)ConfigTree.Clone(changes)!;
        Change(document, root => DocumentEdits.Merge(root, copy, addressKeys, where));
    }

    /// <summary>Edits what is stored by now, and notifies the listeners after the lock is released: also of what others stored, when the edit fails.</summary>
    private void Change(StoredDocument document, Edit edit)
    {
        HubException? error = null;
        lock (_edit)
        {
            try
            {
                document.Loaded();
                document.Refresh();
                Hashtable root = document.Copy();
                edit(root);
                document.Store(root);
            }
            catch (HubException e)
            {
                error = e;
            }
        }

        _listeners.Notify();
        if (error != null)
        {
            throw error;
        }
    }
}
