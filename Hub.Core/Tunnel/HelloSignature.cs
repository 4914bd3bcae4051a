using System;
using System.Text;
using Hub.Core.Hal;

namespace Hub.Core.Tunnel;

/// <summary>
/// Signature of a hub's hello: base64 of HMAC-SHA256(secret, "hubId:timestamp"), the timestamp in Unix seconds
/// (rnlschnell/AutoPrintFarm, cloud/src/lib/crypto.ts, verifyHubSignature). Pure. Thread: any.
/// </summary>
internal static class HelloSignature
{
    /// <summary>Signs.</summary>
    public static string Of(IHash hash, Secret secret, string hubId, string timestamp)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret.Reveal());
        byte[] text = Encoding.UTF8.GetBytes(hubId + ":" + timestamp);
        return Convert.ToBase64String(hash.HmacSha256(key, text, 0, text.Length));
    }
}
