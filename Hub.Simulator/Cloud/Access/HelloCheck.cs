using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Simulator.Cloud.Access;

/// <summary>Checks the signature of a hub's hello (docs/tunnel.md): base64 of HMAC-SHA256(secret, "hubId:timestamp"), not older or newer than five minutes. Pure.</summary>
internal static class HelloCheck
{
    private const int MaxSeconds = 300;

    /// <summary>Why the hello does not prove that it comes from the hub with this secret; null when it does.</summary>
    public static HubVerdict? Objection(HubGreeting greeting, string secret, DateTimeOffset now)
    {
        if (greeting.Signature == null || greeting.Timestamp == null)
        {
            return HubVerdict.Refused(
                "signature_missing",
                "a claimed hub must sign: set its clock, or claim it again with 'cloud claim'");
        }

        if (!IsSigned(greeting, secret))
        {
            return HubVerdict.Refused("signature_wrong", "the hub's signature is wrong: claim it again with 'cloud claim'");
        }

        // After the signature: only the hub itself hears how far its clock is off.
        long offSeconds = long.TryParse(greeting.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long time) ? Distance(time, now.ToUnixTimeSeconds()) : long.MaxValue;
        return offSeconds <= MaxSeconds ? null : HubVerdict.Refused("clock_wrong", $"the clocks of the hub and of the cloud differ by more than {MaxSeconds} s: set both");
    }

    private static bool IsSigned(HubGreeting greeting, string secret)
    {
        byte[] right = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(greeting.HubId + ":" + greeting.Timestamp));
        byte[] given = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(greeting.Signature!, given, out int length) && length == given.Length && CryptographicOperations.FixedTimeEquals(given, right);
    }

    private static long Distance(long a, long b) => a > b ? a - b : b - a;
}
