using System;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Simulator.Cloud.Access;

/// <summary>The one-time code that a hub shows to a person: 12 characters of base32 (RFC 4648), perhaps in groups. Pure.</summary>
internal static class ClaimCode
{
    private const int Length = 12;
    private const int MaxTyped = 64;

    /// <summary>What the hub's hello carries for this code: base64 of its SHA-256. Null when a person's text is no code.</summary>
    public static string? HashOf(string typed)
    {
        if (typed.Length > MaxTyped)
        {
            return null;
        }

        StringBuilder code = new(Length);
        foreach (char c in typed)
        {
            if (char.IsAsciiLetter(c) || c is >= '2' and <= '7')
            {
                code.Append(char.ToUpperInvariant(c));
            }
            else if (c is not (' ' or '-'))
            {
                return null;
            }
        }

        return code.Length == Length ? Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(code.ToString()))) : null;
    }

    /// <summary>True for what a hello may carry.</summary>
    public static bool IsHash(string text) => Convert.TryFromBase64String(text, stackalloc byte[SHA256.HashSizeInBytes], out int length) && length == SHA256.HashSizeInBytes;
}
