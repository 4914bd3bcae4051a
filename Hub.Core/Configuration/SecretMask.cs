using System.Collections;

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
            object? value = table[key];
            if (value is string text)
            {
                table[key] = text.Length > 0 && IsSecret(key) ? Text : text;
            }
            else
            {
                HideInside(value);
            }
        }
    }

    /// <summary>Replaces every masked value by the stored one of the same key.</summary>
    /// <param name="table">The new entry; changed.</param>
    /// <param name="stored">The entry it replaces, or null.</param>
    /// <param name="where">Begins the error's message.</param>
    public static void Restore(Hashtable table, Hashtable? stored, string where)
    {
        foreach (string key in ConfigTree.Keys(table))
        {
            object? value = table[key];
            object? old = stored == null ? null : stored[key];
            if (value is Hashtable inner)
            {
                Restore(inner, old as Hashtable, where);
            }
            else if (value is string text && text == Text && IsSecret(key))
            {
                if (!(old is string))
                {
                    throw new HubException(
                        ErrorCode.ConfigInvalid,
                        where + key + " is masked (***) and no stored one can be kept: put the real value there");
                }

                table[key] = old;
            }
        }
    }

    private static void HideInside(object? value)
    {
        if (value is Hashtable table)
        {
            Hide(table);
        }
        else if (value is ArrayList list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                HideInside(list[i]);
            }
        }
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
