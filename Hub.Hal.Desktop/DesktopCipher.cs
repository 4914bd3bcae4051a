using System.Security.Cryptography;
using Hub.Core.Hal;

namespace Hub.Hal.Desktop;

/// <summary>The platform's AES. Thread: any.</summary>
public sealed class DesktopCipher : ICipher
{
    /// <inheritdoc/>
    public byte[] EncryptCbc(byte[] key, byte[] iv, byte[] data)
    {
        using Aes aes = Of(key);
        return aes.EncryptCbc(data, iv, PaddingMode.None);
    }

    /// <inheritdoc/>
    public byte[] DecryptCbc(byte[] key, byte[] iv, byte[] data)
    {
        using Aes aes = Of(key);
        return aes.DecryptCbc(data, iv, PaddingMode.None);
    }

    private static Aes Of(byte[] key)
    {
        Aes aes = Aes.Create();
        aes.Key = key;
        return aes;
    }
}
