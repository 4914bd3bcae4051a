using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Text;

namespace Hub.Core.Provisioning;

/// <summary>
/// The code by which a person proves to own the hub: 12 characters of base32 (RFC 4648 section 6), 60 bits of the machine's entropy, made at the first start and
/// kept over a factory reset, because it is on a label. Thread: any.
/// </summary>
internal static class PairingCode
{
    /// <summary>Its length, in characters.</summary>
    public const int Length = 12;

    private const string NvsKey = "pairing-code";
    private const int GroupLength = 4;

    /// <summary>PBKDF2's rounds (RFC 8018): they make each try at a code that was heard on the air a thousand times dearer.</summary>
    private const int Rounds = 1000;

    private const int KeyBytes = 32;

    /// <summary>
    /// The stored code; made and stored when there is none, or a damaged one. Where it cannot be stored it holds until the next start, and the log says so.
    /// </summary>
    public static string Load(IHal hal, Log log)
    {
        try
        {
            byte[]? stored = hal.Nvs.ReadDamaged(NvsNamespaces.System, NvsKey) == null ? hal.Nvs.Read(NvsNamespaces.System, NvsKey) : null;
            if (stored != null && IsCode(stored))
            {
                return Encoding.UTF8.GetString(stored, 0, stored.Length);
            }
        }
        catch (HubException e)
        {
            log.Warning(Provisioner.LogArea, "the stored pairing code cannot be read; a new one holds until the next start: " + e.Message);
            return Make(hal.System);
        }

        string made = Make(hal.System);
        try
        {
            hal.Nvs.Write(NvsNamespaces.System, NvsKey, Encoding.UTF8.GetBytes(made));
        }
        catch (HubException e)
        {
            log.Warning(Provisioner.LogArea, "the pairing code cannot be stored and holds until the next start: " + e.Message);
        }

        return made;
    }

    /// <summary>As people see it, such as ABCD-EFGH-IJKL.</summary>
    public static string Shown(string code) =>
        code.Substring(0, GroupLength) + "-" + code.Substring(GroupLength, GroupLength) + "-" + code.Substring(2 * GroupLength);

    /// <summary>The key of all logins: PBKDF2-HMAC-SHA256 of the code, salted with the device id. Takes most of a second on the board.</summary>
    public static byte[] Key(IHash hash, string code, string deviceId)
    {
        byte[] password = Encoding.UTF8.GetBytes(code);
        byte[] salt = Encoding.UTF8.GetBytes(deviceId);

        // One block suffices: its number follows the salt, big-endian.
        byte[] block = new byte[salt.Length + 4];
        salt.CopyTo(block, 0);
        block[block.Length - 1] = 1;
        byte[] round = hash.HmacSha256(password, block, 0, block.Length);
        byte[] key = (byte[])round.Clone();
        for (int i = 1; i < Rounds; i++)
        {
            round = hash.HmacSha256(password, round, 0, KeyBytes);
            for (int at = 0; at < KeyBytes; at++)
            {
                key[at] ^= round[at];
            }
        }

        return key;
    }

    private static string Make(ISystem system)
    {
        byte[] random = new byte[Length];
        system.FillRandom(random);
        return Base32.CodeOf(random);
    }

    private static bool IsCode(byte[] stored)
    {
        bool isGood = stored.Length == Length;
        for (int i = 0; i < stored.Length; i++)
        {
            isGood = isGood && ((stored[i] >= 'A' && stored[i] <= 'Z') || (stored[i] >= '2' && stored[i] <= '7'));
        }

        return isGood;
    }
}
