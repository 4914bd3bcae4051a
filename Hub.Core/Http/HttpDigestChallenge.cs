using System.Collections;
using Hub.Core.Errors;

namespace Hub.Core.Http;

/// <summary>
/// One Digest challenge of a WWW-Authenticate header (RFC 7616 section 3.3, RFC 2069 without qop). A codec: text in,
/// fields out. Thread: any; immutable.
/// </summary>
public sealed class HttpDigestChallenge
{
    private HttpDigestChallenge(string realm, string nonce)
    {
        Realm = realm;
        Nonce = nonce;
    }

    /// <summary>What the password is for.</summary>
    public string Realm { get; }

    /// <summary>The server's nonce.</summary>
    public string Nonce { get; }

    /// <summary>Sent back unchanged; null when there is none.</summary>
    public string? Opaque { get; private set; }

    /// <summary>The algorithm in the server's own spelling, or null: then it is MD5 and is not sent back.</summary>
    public string? Algorithm { get; private set; }

    /// <summary>True for MD5-sess.</summary>
    public bool IsSession { get; private set; }

    /// <summary>True when the server wants qop=auth; false for RFC 2069, as the Buddy firmware has it.</summary>
    public bool HasQop { get; private set; }

    /// <summary>True when only the nonce was too old.</summary>
    public bool IsStale { get; private set; }

    /// <summary>
    /// The first Digest challenge that the hub can answer. Errors: <see cref="ErrorCode.BadResponse"/> for a broken one,
    /// <see cref="ErrorCode.NotSupported"/> when all of them require something that the hub lacks.
    /// </summary>
    /// <param name="headers">The values of all WWW-Authenticate headers; each may hold several challenges.</param>
    /// <returns>Null when none of them is Digest.</returns>
    public static HttpDigestChallenge? Find(string[] headers)
    {
        HubException? refusal = null;
        for (int i = 0; i < headers.Length; i++)
        {
            HttpDigestScanner scanner = new HttpDigestScanner(headers[i]);
            while (scanner.NextChallenge())
            {
                if (scanner.Scheme != "digest")
                {
                    continue;
                }

                HttpDigestChallenge? challenge = Read(scanner.Parameters, ref refusal);
                if (challenge != null)
                {
                    return challenge;
                }
            }
        }

        return refusal == null ? null : throw refusal;
    }

    /// <summary>Null, with the reason, when the hub cannot answer it: a later one may work.</summary>
    private static HttpDigestChallenge? Read(Hashtable parameters, ref HubException? refusal)
    {
        string? realm = (string?)parameters["realm"];
        string? nonce = (string?)parameters["nonce"];
        if (realm == null || nonce == null || nonce.Length == 0)
        {
            refusal = Broken("lacks " + (realm == null ? "the realm" : "the nonce"));
            return null;
        }

        HttpDigestChallenge challenge = new HttpDigestChallenge(realm, nonce)
        {
            Opaque = (string?)parameters["opaque"],
            Algorithm = (string?)parameters["algorithm"],
            IsStale = LowerOf(parameters, "stale") == "true",
        };
        string? algorithm = LowerOf(parameters, "algorithm");
        challenge.IsSession = algorithm == "md5-sess";
        if (algorithm != null && algorithm != "md5" && !challenge.IsSession)
        {
            refusal = Lacking("the algorithm " + challenge.Algorithm);
            return null;
        }

        string? qop = LowerOf(parameters, "qop");
        challenge.HasQop = qop != null;
        if (qop != null && !HasAuth(qop))
        {
            refusal = Lacking("qop=" + qop);
            return null;
        }

        if (challenge.IsSession && qop == null)
        {
            refusal = Broken("has MD5-sess without qop (RFC 2617 section 3.2.2)");
            return null;
        }

        return challenge;
    }

    private static string? LowerOf(Hashtable parameters, string name)
    {
        string? value = (string?)parameters[name];
        return value == null ? null : value.ToLower();
    }

    private static bool HasAuth(string qop)
    {
        string[] options = qop.Split(',');
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i].Trim() == "auth")
            {
                return true;
            }
        }

        return false;
    }

    private static HubException Broken(string what) =>
        new HubException(ErrorCode.BadResponse, "the server's login challenge (HTTP Digest) " + what);

    private static HubException Lacking(string what) =>
        new HubException(ErrorCode.NotSupported, "the server's login requires " + what + ", which the hub lacks (it has MD5 with qop=auth): use an API key");
}
