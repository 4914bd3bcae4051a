using System;
using System.Security.Cryptography;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Simulator.Cloud.Webhooks;

/// <summary>
/// Signatures as the Standard Webhooks specification describes them (https://www.standardwebhooks.com): HMAC-SHA256 over
/// <c>id.timestamp.body</c>, for which there are libraries in most languages. Pure. Thread: any.
/// </summary>
internal static class WebhookSignature
{
    private const string Base64Prefix = "whsec_";

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="secret">The target's secret: <c>whsec_</c> and base64, or any text.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>, in Unix seconds.</param>
    /// <param name="body">The body.</param>
    public static string Of(Secret secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(id + "." + timestamp + "."));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>The key of a secret.</summary>
    /// <exception cref="FormatException"><c>whsec_</c> without base64 after it.</exception>
    public static byte[] Key(Secret secret)
    {
        string text = secret.Reveal();
        return text.StartsWith(Base64Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(text[Base64Prefix.Length..]) : Encoding.UTF8.GetBytes(text);
    }
}
