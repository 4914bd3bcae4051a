namespace Hub.Core.Hal;

/// <summary>AES-128 in CBC mode without padding (NIST SP 800-38A), which the board's CLR has in native code. Thread: any. Ownership: results are the caller's.</summary>
public interface ICipher
{
    /// <summary>Encrypts.</summary>
    /// <param name="key">16 bytes: the board has no longer ones; stays the caller's.</param>
    /// <param name="iv">16 bytes, new for each message; stays the caller's.</param>
    /// <param name="data">A multiple of 16 bytes, at least 16; stays the caller's.</param>
    /// <returns>As many bytes.</returns>
    byte[] EncryptCbc(byte[] key, byte[] iv, byte[] data);

    /// <summary>Decrypts; the parameters are those of <see cref="EncryptCbc"/>. A wrong key gives wrong bytes, no error: check a MAC first.</summary>
    byte[] DecryptCbc(byte[] key, byte[] iv, byte[] data);
}
