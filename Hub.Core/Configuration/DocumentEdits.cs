using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Configuration;

/// <summary>
/// Edits of a document's tree that keep stored secrets where they belong. Pure. Errors: <see cref="ErrorCode.ConfigInvalid"/>.
/// Thread: any.
/// </summary>
internal static class DocumentEdits
{
    /// <summary>Sets some keys and leaves the others as they are; null removes a key, an object is merged in the same way.</summary>
    /// <param name="into">The tree.</param>
    /// <param name="changes">Keys and values; a secret of <c>***</c> keeps the stored one.</param>
    /// <param name="addressKeys">Keys that say where a secret is sent.</param>
    /// <param name="where">Begins a message.</param>
    public static void Merge(Hashtable into, Hashtable changes, string[] addressKeys, string where)
    {
        Hashtable before = (Hashtable)ConfigTree.Clone(into)!;
        bool isRestored = SecretMask.Restore(changes, into, where);
        MergeKeys(into, changes);
        if (isRestored)
        {
            RefuseMovedSecret(before, into, addressKeys, where);
        }
    }

    /// <summary>Forgets all keys.</summary>
    public static void Clear(Hashtable root)
    {
        root.Clear();
        root[PrinterKeys.Version] = ConfigDocument.NewestVersion;
    }

    /// <summary>
    /// A stored secret stays with the address and the trust it was given for: else whoever may write, but not read,
    /// the configuration could have it sent to a server of his own.
    /// </summary>
    public static void RefuseMovedSecret(Hashtable before, Hashtable after, string[] addressKeys, string where)
    {
        foreach (string key in addressKeys)
        {
            if (!ConfigTree.AreEqual(before[key], after[key]))
            {
                throw new HubException(
                    ErrorCode.ConfigInvalid,
                    where + key + " changes, so a masked secret (***) is not kept: give the real value");
            }
        }
    }

    private static void MergeKeys(Hashtable into, Hashtable changes)
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
                MergeKeys(existing, inner);
            }
            else
            {
                into[key] = value;
            }
        }
    }
}
