using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;

namespace Hub.Core.Configuration;

/// <summary>
/// Hides the secrets of a configuration tree as <c>***</c> and puts the stored ones back when such a
/// document is imported again. Thread: any; works on trees the caller owns.
/// </summary>
internal static class SecretMask
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Text = "***";

    private static readonly string[] s_hints = { "password", "secret", "token", "code", "key" };

    /// <summary>Replaces every secret in the object, at any depth.</summary>
    public static void Hide(Hashtable table)
    {
        foreach (string key in ConfigTree.Keys(table))
        {
            table[key] = Hidden(table[key], IsSecret(key));
        }
    }

    /// <summary>
    /// Replaces every masked value by the stored one in the same place; a list's objects are distinguished by their
    /// ids, else by their places. Errors: <see cref="ErrorCode.ConfigInvalid"/> where nothing can be kept.
    /// </summary>
    /// <param name="table">The new object; changed.</param>
    /// <param name="stored">The one it replaces, or null.</param>
    /// <param name="where">Begins the error's message.</param>
    /// <returns>True when at least one stored secret was put back.</returns>
    public static bool Restore(Hashtable table, Hashtable? stored, string where)
    {
        bool isRestored = false;
        foreach (string key in ConfigTree.Keys(table))
        {
            object? old = stored == null ? null : stored[key];
            table[key] = Restored(table[key], old, IsSecret(key), where + key, ref isRestored);
        }

        return isRestored;
    }

    /// <summary>Masks the object's secrets in every later log line: they may be quoted before they are stored.</summary>
    public static void MaskIn(Log log, Hashtable table)
    {
        foreach (string key in ConfigTree.Keys(table))
        {
            if (table[key] is string text && text != Text && IsSecret(key))
            {
                log.Mask(new Secret(text));
            }
        }
    }

    private static object? Hidden(object? value, bool isSecret)
    {
        if (value is Hashtable table)
        {
            Hide(table);
            return table;
        }

        if (value is ArrayList list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                list[i] = Hidden(list[i], isSecret);
            }

            return list;
        }

        bool isMasked = isSecret ? value != null && !(value is bool) && !Equals(value, "") : value is string text && HasLogin(text);
        return isMasked ? Text : value;
    }

    private static object? Restored(object? value, object? old, bool isSecret, string where, ref bool isRestored)
    {
        if (value is Hashtable table)
        {
            isRestored |= Restore(table, old as Hashtable, where + ".");
            return table;
        }

        if (value is ArrayList list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                list[i] = Restored(list[i], Twin(list, i, old as ArrayList), isSecret, where + "[" + i.ToString() + "]", ref isRestored);
            }

            return list;
        }

        if (!(value is string text) || text != Text || !(isSecret || (old is string login && HasLogin(login))))
        {
            return value;
        }

        if (old == null || old is Hashtable || old is ArrayList)
        {
            throw new HubException(
                ErrorCode.ConfigInvalid,
                where + " is masked (***) and no stored one can be kept: put the real value there");
        }

        isRestored = true;
        return old;
    }

    /// <summary>The stored element that a list's element stands for, or null when that is not certain.</summary>
    private static object? Twin(ArrayList list, int index, ArrayList? stored)
    {
        if (stored == null)
        {
            return null;
        }

        if (list[index] is Hashtable table && table[PrinterKeys.Id] is string id)
        {
            for (int i = 0; i < stored.Count; i++)
            {
                if (stored[i] is Hashtable candidate && candidate[PrinterKeys.Id] as string == id)
                {
                    return candidate;
                }
            }

            return null;
        }

        return stored.Count == list.Count ? stored[index] : null;
    }

    /// <summary>True for a URL with a user or password in it.</summary>
    private static bool HasLogin(string text)
    {
        int host = text.IndexOf("://");
        return host >= 0 && text.IndexOf('@', host) >= 0;
    }

    /// <summary>True for the known secrets and for unknown keys that are named like one (a mistyped api_kye too).</summary>
    private static bool IsSecret(string key)
    {
        if (KeyTypos.IsKnown(key, PrinterKeys.Secrets))
        {
            return true;
        }

        if (KeyTypos.IsKnown(key, PrinterKeys.OfPrinter))
        {
            return false;
        }

        string lower = key.ToLower();
        foreach (string hint in s_hints)
        {
            if (lower.IndexOf(hint) >= 0)
            {
                return true;
            }
        }

        return KeyTypos.Nearest(key, PrinterKeys.Secrets) != null;
    }
}
