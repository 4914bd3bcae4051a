using System.Security.Cryptography;
using Hub.Core.Hal;

namespace Hub.Hal.Esp32S3;

/// <summary>nanoFramework's AES, which is native code. Thread: any.</summary>
internal sealed class Esp32Cipher : ICipher
{
    /// <inheritdoc/>
    public byte[] EncryptCbc(byte[] key, byte[] iv, byte[] data) => new Aes(CipherMode.CBC) { Key = key, IV = iv }.Encrypt(data);

    /// <inheritdoc/>
    public byte[] DecryptCbc(byte[] key, byte[] iv, byte[] data) => new Aes(CipherMode.CBC) { Key = key, IV = iv }.Decrypt(data);
}
