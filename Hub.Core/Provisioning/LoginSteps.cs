using System.Text;
using Hub.Core.Hal;

namespace Hub.Core.Provisioning;

/// <summary>
/// The login by challenges in both directions (docs/provisioning.md, "Login"): the central proves the pairing code first, so that whoever merely asks gets
/// nothing to try codes on. Thread: one owner.
/// </summary>
internal sealed class LoginSteps
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceBytes = 16;

    private const int CipherKeyBytes = 16;

    private readonly IHal _hal;
    private readonly byte[] _key;
    private byte[]? _nonces;

    /// <summary>Makes it with the pairing code's key (<see cref="PairingCode.Key"/>).</summary>
    public LoginSteps(IHal hal, byte[] key)
    {
        _hal = hal;
        _key = key;
    }

    /// <summary>The central begins: the hub's nonce, which is good for one <see cref="Prove"/>.</summary>
    /// <param name="nonce">The central's, <see cref="NonceBytes"/> bytes.</param>
    public byte[] Begin(byte[] nonce)
    {
        byte[] own = new byte[NonceBytes];
        _hal.System.FillRandom(own);
        _nonces = new byte[2 * NonceBytes];
        nonce.CopyTo(_nonces, 0);
        own.CopyTo(_nonces, NonceBytes);
        return own;
    }

    /// <summary>True when a hello came for which no proof was seen yet.</summary>
    public bool IsBegun => _nonces != null;

    /// <summary>Forgets a hello.</summary>
    public void Reset() => _nonces = null;

    /// <summary>The central proves the code.</summary>
    /// <returns>The hub's own proof; null when the central's is wrong.</returns>
    public byte[]? Prove(byte[] proof, out SealedBox? box)
    {
        byte[] nonces = _nonces!;
        _nonces = null;
        box = null;
        byte[] right = Of("login central", nonces);
        if (proof.Length != right.Length || !AreSame(right, proof, 0))
        {
            return null;
        }

        box = new SealedBox(_hal, CipherKey("hub key", nonces), Of("hub mac", nonces), CipherKey("central key", nonces), Of("central mac", nonces));
        return Of("login hub", nonces);
    }

    /// <summary>Compares in a time that does not depend on where the bytes differ.</summary>
    internal static bool AreSame(byte[] right, byte[] other, int offset)
    {
        int difference = 0;
        for (int i = 0; i < right.Length; i++)
        {
            difference |= right[i] ^ other[offset + i];
        }

        return difference == 0;
    }

    private byte[] Of(string label, byte[] nonces)
    {
        byte[] text = Encoding.UTF8.GetBytes(label);
        byte[] whole = new byte[text.Length + nonces.Length];
        text.CopyTo(whole, 0);
        nonces.CopyTo(whole, text.Length);
        return _hal.Hash.HmacSha256(_key, whole, 0, whole.Length);
    }

    private byte[] CipherKey(string label, byte[] nonces)
    {
        byte[] key = new byte[CipherKeyBytes];
        System.Array.Copy(Of(label, nonces), 0, key, 0, key.Length);
        return key;
    }
}
