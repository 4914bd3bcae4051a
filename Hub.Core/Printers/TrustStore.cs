using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Printers;

/// <summary>Remembers the certificates of printers that were trusted when they were first met. Thread: any.</summary>
public interface ITrustStore
{
    /// <summary>SHA-256 of the certificate (64 hex digits) that this printer showed first, or null.</summary>
    string? Find(string serial);

    /// <summary>Stores the certificate of a printer. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    void Remember(string serial, string sha256);

    /// <summary>Forgets a printer: the certificate it shows next is trusted. Errors: <see cref="ErrorCode.StorageFailed"/>.</summary>
    void Forget(string serial);
}

/// <summary>The certificates in the hub's storage: namespace "trust", one key for each serial. Thread: any.</summary>
public sealed class TrustStore : ITrustStore
{
    private const string Namespace = NvsNamespaces.Trust;
    private const int Sha256HexLength = 64;

    private readonly INvs _nvs;
    private readonly IHash _hash;

    /// <summary>Makes the store.</summary>
    public TrustStore(INvs nvs, IHash hash)
    {
        _nvs = nvs;
        _hash = hash;
    }

    /// <inheritdoc/>
    public string? Find(string serial)
    {
        byte[]? value = _nvs.Read(Namespace, Key(serial));
        return value != null && value.Length == Sha256HexLength ? Encoding.UTF8.GetString(value, 0, value.Length) : null;
    }

    /// <inheritdoc/>
    public void Remember(string serial, string sha256) => _nvs.Write(Namespace, Key(serial), Encoding.UTF8.GetBytes(sha256));

    /// <inheritdoc/>
    public void Forget(string serial) => _nvs.Delete(Namespace, Key(serial));

    /// <summary>Serials of printers are short; a configured one may be longer than a key.</summary>
    private string Key(string serial)
    {
        string key = serial.ToLower();
        return key.Length <= NvsNames.MaxLength ? key : HexText.Of(_hash.Sha256(Encoding.UTF8.GetBytes(key), 0, key.Length), NvsNames.MaxLength);
    }
}
