using System;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>
/// Seals and opens the messages of one login: AES-128 in CBC mode, then HMAC-SHA256 over counter, IV and ciphertext (docs/provisioning.md, "Sealed
/// messages"). Thread: one owner.
/// </summary>
internal sealed class SealedBox
{
    private const int CounterBytes = 4;
    private const int BlockBytes = 16;
    private const int MacBytes = 32;
    private const int OverheadBytes = CounterBytes + BlockBytes + MacBytes;

    private readonly IHal _hal;
    private readonly byte[] _ownKey;
    private readonly byte[] _ownMacKey;
    private readonly byte[] _peerKey;
    private readonly byte[] _peerMacKey;
    private long _sent;
    private long _leastExpected;

    /// <summary>Begins with the keys of a login.</summary>
    public SealedBox(IHal hal, byte[] ownKey, byte[] ownMacKey, byte[] peerKey, byte[] peerMacKey)
    {
        _hal = hal;
        _ownKey = ownKey;
        _ownMacKey = ownMacKey;
        _peerKey = peerKey;
        _peerMacKey = peerMacKey;
    }

    /// <summary>Seals a message.</summary>
    /// <param name="message">Holds it; stays the caller's.</param>
    /// <param name="count">Its length.</param>
    public byte[] Seal(byte[] message, int count)
    {
        int padding = BlockBytes - (count % BlockBytes);
        byte[] padded = new byte[count + padding];
        Array.Copy(message, 0, padded, 0, count);
        for (int i = count; i < padded.Length; i++)
        {
            padded[i] = (byte)padding;
        }

        byte[] iv = new byte[BlockBytes];
        _hal.System.FillRandom(iv);
        byte[] hidden = _hal.Cipher.EncryptCbc(_ownKey, iv, padded);
        byte[] whole = new byte[OverheadBytes + hidden.Length];
        long counter = _sent++;
        whole[0] = (byte)(counter >> 24);
        whole[1] = (byte)(counter >> 16);
        whole[2] = (byte)(counter >> 8);
        whole[3] = (byte)counter;
        iv.CopyTo(whole, CounterBytes);
        hidden.CopyTo(whole, CounterBytes + BlockBytes);
        int end = whole.Length - MacBytes;
        _hal.Hash.HmacSha256(_ownMacKey, whole, 0, end).CopyTo(whole, end);
        return whole;
    }

    /// <summary>Opens a message of the peer; null when its seal is wrong, or it came before. Nothing is decrypted before its MAC was right.</summary>
    public byte[]? Open(byte[] whole)
    {
        int end = whole.Length - MacBytes;
        int length = end - CounterBytes - BlockBytes;
        if (length < BlockBytes || length % BlockBytes != 0)
        {
            return null;
        }

        byte[] mac = _hal.Hash.HmacSha256(_peerMacKey, whole, 0, end);
        long counter = ((long)whole[0] << 24) | ((long)whole[1] << 16) | ((long)whole[2] << 8) | whole[3];
        if (!LoginSteps.AreSame(mac, whole, end) || counter < _leastExpected)
        {
            return null;
        }

        _leastExpected = counter + 1;
        byte[] iv = new byte[BlockBytes];
        Array.Copy(whole, CounterBytes, iv, 0, BlockBytes);
        byte[] hidden = new byte[length];
        Array.Copy(whole, CounterBytes + BlockBytes, hidden, 0, length);
        byte[] padded = _hal.Cipher.DecryptCbc(_peerKey, iv, hidden);
        int padding = padded[padded.Length - 1];
        if (padding == 0 || padding > BlockBytes)
        {
            return null;
        }

        byte[] message = new byte[padded.Length - padding];
        Array.Copy(padded, 0, message, 0, message.Length);
        return message;
    }
}
