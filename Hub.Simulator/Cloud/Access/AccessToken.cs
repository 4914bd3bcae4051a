using System;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// What a person or a program shows to be let in. Only its hash is kept, so that nothing that is stored or logged lets anyone in. Immutable.
/// </summary>
internal sealed class AccessToken
{
    /// <summary>Fewest characters of a token that a person chooses.</summary>
    public const int MinLength = 16;

    /// <summary>Most characters that are compared; more are wrong without a look.</summary>
    public const int MaxLength = 256;

    private const int Bytes = 32;

    private readonly byte[] _hash;

    private AccessToken(byte[] hash)
    {
        _hash = hash;
    }

    /// <summary>SHA-256 of the token, 64 hex digits: to be stored.</summary>
    public string Hash => Convert.ToHexStringLower(_hash);

    /// <summary>A new token of 256 random bits, to be shown once.</summary>
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The token of this text.</summary>
    public static AccessToken Of(string text) => new(HashOf(text));

    /// <summary>The token of a stored hash; null when the text is none.</summary>
    public static AccessToken? OfHash(string hex)
    {
        try
        {
            byte[] hash = Convert.FromHexString(hex);
            return hash.Length == SHA256.HashSizeInBytes ? new AccessToken(hash) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Why a person may not choose this token; null when it is good.</summary>
    public static string? ObjectionTo(string text)
    {
        if (text.Length is < MinLength or > MaxLength)
        {
            return $"a token has {MinLength} to {MaxLength} characters";
        }

        foreach (char c in text)
        {
            // What an Authorization header can carry.
            if (c is <= ' ' or > '~')
            {
                return "a token holds no spaces and only ASCII characters";
            }
        }

        return null;
    }

    /// <summary>True for the right token. The time that it takes says nothing about how much of a wrong one is right.</summary>
    public bool Is(string text) => text.Length <= MaxLength && CryptographicOperations.FixedTimeEquals(HashOf(text), _hash);

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
