using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Configuration;

/// <summary>
/// Reads the values of one object of a document. Errors are <see cref="ErrorCode.ConfigInvalid"/> and name the key; values
/// of secrets are never repeated in them. Thread: one owner.
/// </summary>
internal abstract class ConfigReader
{
    /// <summary>Most characters of a text, unless it says otherwise.</summary>
    protected const int MaxTextLength = 256;

    private const int MaxPemLength = 65536;
    private const int Sha256HexLength = 64;

    private readonly string _where;
    private readonly string[] _known;

    /// <summary>Begins to read.</summary>
    /// <param name="entry">The object; only read.</param>
    /// <param name="where">Begins every message, such as "printers[1] (octo-2): ".</param>
    /// <param name="known">The keys that it may have.</param>
    protected ConfigReader(Hashtable entry, string where, string[] known)
    {
        Entry = entry;
        _where = where;
        _known = known;
    }

    /// <summary>The object that is read.</summary>
    protected Hashtable Entry { get; }

    /// <summary>Adds a line for each unknown key that looks like a known one.</summary>
    public static void AddTypos(Hashtable table, string[] known, string where, ArrayList warnings)
    {
        foreach (string key in ConfigTree.Keys(table))
        {
            string? meant = KeyTypos.Nearest(key, known);
            if (meant != null)
            {
                warnings.Add(where + "the key " + ConfigTree.Quote(key) + " is unknown; did you mean " + meant + "?");
            }
        }
    }

    /// <summary>The same for what it says about trust.</summary>
    public static void AddTlsTypos(Hashtable entry, string where, ArrayList warnings)
    {
        if (entry[PrinterKeys.Tls] is Hashtable tls)
        {
            AddTypos(tls, PrinterKeys.OfTls, where + "in tls, ", warnings);
        }
    }

    /// <summary>A key that is there but mistyped, as the end of a message about a missing one; else empty.</summary>
    public static string DidYouMean(Hashtable table, string missing, string[] known)
    {
        foreach (string key in ConfigTree.Keys(table))
        {
            if (KeyTypos.Nearest(key, known) == missing)
            {
                return " (there is " + ConfigTree.Quote(key) + ": did you mean " + missing + "?)";
            }
        }

        return "";
    }

    /// <summary>True for a document in which nothing is set: it has no key but its version.</summary>
    public static bool IsUnset(Hashtable root) => root.Count == (root.Contains(PrinterKeys.Version) ? 1 : 0);

    protected Secret? ReadSecret(string key)
    {
        string? text = Text(key);
        return text == null ? null : new Secret(text);
    }

    protected string? Text(string key) => Text(Entry, key, "", MaxTextLength, false);

    protected string? Text(Hashtable table, string key, string path, int maxLength, bool mayHoldLines)
    {
        object? value = table[key];
        if (value == null)
        {
            return null;
        }

        if (!(value is string text))
        {
            throw Wrong(path + key + " must be text, not " + ConfigTree.KindOf(value));
        }

        if (text.Length > maxLength)
        {
            throw Wrong(path + key + " is longer than " + maxLength.ToString() + " characters");
        }

        if (!mayHoldLines)
        {
            foreach (char c in text.ToCharArray())
            {
                if (OneLine.IsControl(c))
                {
                    throw Wrong(path + key + " holds a control character");
                }
            }
        }

        return text.Length == 0 ? null : text;
    }

    protected bool Flag(Hashtable table, string key, bool otherwise, string path)
    {
        object? value = table[key];
        if (value == null)
        {
            return otherwise;
        }

        if (!(value is bool flag))
        {
            throw Wrong(path + key + " must be true or false, not " + ConfigTree.KindOf(value));
        }

        return flag;
    }

    protected int Whole(string key, int least, int most, int otherwise)
    {
        object? value = Entry[key];
        if (value == null)
        {
            return otherwise;
        }

        if (value is double)
        {
            throw Wrong(key + " must be a whole number");
        }

        long number;
        if (value is long wide)
        {
            number = wide;
        }
        else if (value is int narrow)
        {
            number = narrow;
        }
        else
        {
            throw Wrong(key + " must be a number, not " + ConfigTree.KindOf(value));
        }

        if (number < least || number > most)
        {
            throw Wrong(key + " must be " + least.ToString() + " to " + most.ToString() + ", not " + number.ToString());
        }

        return (int)number;
    }

    protected static bool IsLetterOrDigit(char c) =>
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

    /// <summary>Reads the object that says whom a connection trusts.</summary>
    protected TlsOptions? ReadTls()
    {
        object? value = Entry[PrinterKeys.Tls];
        if (value == null)
        {
            return null;
        }

        if (!(value is Hashtable table))
        {
            throw Wrong("tls must be an object, not " + ConfigTree.KindOf(value));
        }

        TlsOptions tls = new TlsOptions();
        tls.CaPem = Text(table, PrinterKeys.TlsCa, "tls.", MaxPemLength, true);
        if (tls.CaPem != null && tls.CaPem.IndexOf("PRIVATE KEY-----") >= 0)
        {
            throw Wrong("tls.ca holds a private key: give the certificate alone");
        }

        if (tls.CaPem != null && tls.CaPem.IndexOf("-----BEGIN CERTIFICATE-----") < 0)
        {
            throw Wrong("tls.ca must be a certificate as PEM text (-----BEGIN CERTIFICATE-----)");
        }

        tls.PinSha256 = ReadPin(table);
        tls.Insecure = Flag(table, PrinterKeys.TlsInsecure, false, "tls.");
        return tls;
    }

    protected HubException Missing(string key, string why)
    {
        string typo = DidYouMean(Entry, key, _known);
        return Wrong(typo.Length > 0 ? key + " is missing" + typo : key + " is missing: " + why);
    }

    protected HubException Wrong(string message) => new HubException(ErrorCode.ConfigInvalid, _where + message);

    private string? ReadPin(Hashtable tls)
    {
        string? text = Text(tls, PrinterKeys.TlsPin, "tls.", MaxTextLength, false);
        if (text == null)
        {
            return null;
        }

        char[] hex = new char[Sha256HexLength];
        int count = 0;
        bool isGood = true;
        foreach (char c in text.ToLower().ToCharArray())
        {
            // openssl prints fingerprints with colons.
            if (c == ':')
            {
                continue;
            }

            isGood = isGood && count < hex.Length && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
            if (isGood)
            {
                hex[count++] = c;
            }
        }

        if (!isGood || count != hex.Length)
        {
            throw Wrong("tls.pin must be a SHA-256 of 64 hex digits");
        }

        return new string(hex);
    }
}
