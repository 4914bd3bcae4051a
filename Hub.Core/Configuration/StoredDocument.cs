using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// One document of the configuration and its storage. Stored are the document, a copy of it as it was last in
/// force (KEY.good), and what was found damaged (KEY.bad). Thread: the owner serialises all but <see cref="View"/> and
/// <see cref="Warnings"/>.
/// </summary>
/// <remarks>
/// A damaged document (unreadable or invalid) is replaced by what was last in force, in memory only: an edit puts the
/// damaged bytes aside before it writes over them. A document of a newer version is never replaced: nothing works but to
/// update the hub or to forget everything.
/// </remarks>
internal sealed class StoredDocument
{
    private const string GoodSuffix = ".good";
    private const string BadSuffix = ".bad";

    private readonly INvs _nvs;
    private readonly IJsonDocuments _documents;
    private readonly Log _log;
    private readonly ConfigListeners _listeners;
    private readonly ConfigDocument _rules;
    private Hashtable? _root;

    /// <summary>The stored bytes that were read last; null when nothing was stored.</summary>
    private byte[]? _stored;

    /// <summary>The stored bytes are not those in force, and are put aside before an edit replaces them.</summary>
    private bool _isDamaged;

    public StoredDocument(INvs nvs, IJsonDocuments documents, Log log, ConfigListeners listeners, ConfigDocument rules)
    {
        _nvs = nvs;
        _documents = documents;
        _log = log;
        _listeners = listeners;
        _rules = rules;
        View = rules.Read(rules.Empty(), new ArrayList());
    }

    /// <summary>What is in force, checked; replaced as a whole.</summary>
    public object? View { get; private set; }

    /// <summary>What should be checked; replaced as a whole.</summary>
    public string[] Warnings { get; private set; } = new string[0];

    /// <summary>Reads what is stored; nothing stored is an empty document. Nothing is written. What was in force stays so on an error.</summary>
    public void Load()
    {
        byte[]? stored = ReadStored(out HubException? damage);
        if (damage == null && stored != null)
        {
            damage = TryTakeOver(stored, out bool isNewer);
            if (damage != null && (isNewer || !TakeLastGood(damage)))
            {
                throw LeftAsItIs(damage);
            }
        }
        else if (damage != null)
        {
            if (!TakeLastGood(damage))
            {
                throw LeftAsItIs(damage);
            }
        }
        else
        {
            Hashtable empty = _rules.Empty();
            TakeOver(empty, _rules.Read(empty, new ArrayList()), new ArrayList());
        }

        _isDamaged = damage != null;
        _stored = stored;
    }

    /// <summary>Takes over what another process stored, if it did. True when something changed.</summary>
    public bool Refresh()
    {
        byte[]? stored = ReadStored(out HubException? _);
        if (_root != null && AreEqual(stored, _stored))
        {
            return false;
        }

        Load();
        _listeners.Note(_rules.Key);
        return true;
    }

    /// <summary>A copy of the tree in force. Errors: it could not be read.</summary>
    public Hashtable Copy() => (Hashtable)ConfigTree.Clone(Loaded())!;

    /// <summary>The tree in force, only to be read. Errors: it could not be read.</summary>
    public Hashtable Loaded() => _root ?? throw new HubException(
        ErrorCode.ConfigInvalid, "the stored " + _rules.Key + " could not be read, so nothing is changed");

    /// <summary>Checks a tree and stores it; it is in force when the call returns. All or nothing.</summary>
    /// <param name="root">Taken over.</param>
    public void Store(Hashtable root)
    {
        ArrayList warnings = new ArrayList();
        object? view = _rules.Read(root, warnings);
        _rules.CheckChange(View, view);
        byte[] bytes = _documents.Write(root);
        CheckSize(bytes);
        if (_isDamaged)
        {
            _nvs.Write(ConfigManager.NvsNamespace, _rules.Key + BadSuffix, _stored!);
        }

        _nvs.Write(ConfigManager.NvsNamespace, _rules.Key, bytes);
        _isDamaged = false;
        _stored = bytes;
        TakeOver(root, view, warnings);
        _listeners.Note(_rules.Key);
        KeepGood(bytes);
    }

    /// <summary>The tree of a document from outside. Errors: <see cref="ErrorCode.ConfigInvalid"/>.</summary>
    public Hashtable Parse(byte[] utf8)
    {
        Hashtable root = ParseTree(utf8);
        CheckVersion(root);
        return root;
    }

    private byte[]? ReadStored(out HubException? damage)
    {
        try
        {
            damage = null;
            return _nvs.Read(ConfigManager.NvsNamespace, _rules.Key);
        }
        catch (HubException e)
        {
            damage = e;
        }

        // Not damaged but out of reach: then its copies are no better, and it may be whole again tomorrow.
        return _nvs.ReadDamaged(ConfigManager.NvsNamespace, _rules.Key) ?? throw damage;
    }

    private HubException? TryTakeOver(byte[] bytes, out bool isNewer)
    {
        isNewer = false;
        try
        {
            Hashtable root = ParseTree(bytes);
            isNewer = IsNewer(root);
            CheckVersion(root);
            ArrayList warnings = new ArrayList();
            TakeOver(root, _rules.Read(root, warnings), warnings);
            return null;
        }
        catch (HubException e)
        {
            return e;
        }
    }

    /// <summary>What is in force already, or else the stored copy of what was. False when there is neither.</summary>
    private bool TakeLastGood(HubException damage)
    {
        if (_root == null && !TryReadGood())
        {
            return false;
        }

        string warning = "the stored " + _rules.Key + " is damaged (" + damage.Message + "): the last good one is in force; the next edit replaces it and keeps the damaged one as "
            + _rules.Key + BadSuffix;
        _log.Error(ConfigManager.LogArea, warning);
        string[] warnings = new string[Warnings.Length + 1];
        Warnings.CopyTo(warnings, 1);
        warnings[0] = warning;
        Warnings = warnings;
        return true;
    }

    private bool TryReadGood()
    {
        try
        {
            byte[]? good = _nvs.Read(ConfigManager.NvsNamespace, _rules.Key + GoodSuffix);
            return good != null && TryTakeOver(good, out bool _) == null;
        }
        catch (HubException)
        {
            return false;
        }
    }

    /// <summary>
    /// The edit is done without it; only a later damage would be worse. No copy is better than an older one, which would
    /// bring back the printers and keys that were removed since.
    /// </summary>
    private void KeepGood(byte[] bytes)
    {
        HubException? error = TryWriteGood(bytes);
        if (error != null)
        {
            bool isGone = TryDeleteGood();
            _log.Warning(
                ConfigManager.LogArea,
                _rules.Key + " is stored, but no second copy of it" + (isGone ? "" : ", and an older copy is left") + ": " + error.Message);
        }
    }

    private HubException? TryWriteGood(byte[] bytes)
    {
        try
        {
            _nvs.Write(ConfigManager.NvsNamespace, _rules.Key + GoodSuffix, bytes);
            return null;
        }
        catch (HubException e)
        {
            return e;
        }
    }

    private bool TryDeleteGood()
    {
        try
        {
            _nvs.Delete(ConfigManager.NvsNamespace, _rules.Key + GoodSuffix);
            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }

    private void TakeOver(Hashtable root, object? view, ArrayList warnings)
    {
        if (view != null)
        {
            _rules.Mask(view, _log);
        }

        string[] before = Warnings;
        _root = root;
        View = view;
        Warnings = TextList.ToArray(warnings);
        foreach (string warning in Warnings)
        {
            if (!KeyTypos.IsKnown(warning, before))
            {
                _log.Warning(ConfigManager.LogArea, warning);
            }
        }
    }

    private Hashtable ParseTree(byte[] utf8)
    {
        CheckSize(utf8);
        object? tree;
        try
        {
            tree = _documents.Parse(utf8);
        }
        catch (HubException e)
        {
            throw new HubException(ErrorCode.ConfigInvalid, e.Message, e);
        }

        return tree as Hashtable ?? throw new HubException(
            ErrorCode.ConfigInvalid, "the document must be an object" + _rules.Content + ", not " + ConfigTree.KindOf(tree));
    }

    private void CheckSize(byte[] bytes)
    {
        if (bytes.Length > _rules.MaxBytes)
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                _rules.Key + " has " + bytes.Length.ToString() + " bytes; at most " + _rules.MaxBytes.ToString() + " are allowed");
        }
    }

    private static bool IsNewer(Hashtable root) => root[PrinterKeys.Version] is long version && version > ConfigDocument.NewestVersion;

    private static void CheckVersion(Hashtable root)
    {
        if (!root.Contains(PrinterKeys.Version))
        {
            root[PrinterKeys.Version] = ConfigDocument.NewestVersion;
            return;
        }

        if (!(root[PrinterKeys.Version] is long version) || version < 1)
        {
            throw new HubException(ErrorCode.ConfigInvalid, "version must be a whole number from 1");
        }

        if (IsNewer(root))
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                "version " + version.ToString() + " was written by a newer hub; this one reads up to version "
                    + ConfigDocument.NewestVersion.ToString() + ": update the hub");
        }
    }

    private HubException LeftAsItIs(HubException reason) => new HubException(
        ErrorCode.ConfigInvalid, "the stored " + _rules.Key + " is wrong and was left as it is: " + reason.Message, reason);

    private static bool AreEqual(byte[]? a, byte[]? b)
    {
        if (a == null || b == null || a.Length != b.Length)
        {
            return a == b;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }
}
