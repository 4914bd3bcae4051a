using System.Text;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// Answers HTTP Digest challenges (RFC 7616 and 2617 with MD5, MD5-sess and qop=auth; RFC 2069 without qop). Once a
/// nonce is known, every request carries its credentials from the start, so no body is ever sent twice. Thread: one owner.
/// </summary>
public sealed class HttpDigest
{
    private const int CnonceBytes = 8;

    private readonly IHash _hash;
    private readonly ISystem _system;
    private readonly string _user;
    private readonly Secret _password;
    private HttpDigestChallenge? _challenge;
    private string _ha1 = "";
    private string _cnonce = "";
    private int _count;

    /// <summary>Makes it without a nonce.</summary>
    /// <param name="hash">For MD5.</param>
    /// <param name="system">Entropy for the client's own nonce.</param>
    /// <param name="user">User name.</param>
    /// <param name="password">Password.</param>
    public HttpDigest(IHash hash, ISystem system, string user, Secret password)
    {
        _hash = hash;
        _system = system;
        _user = user;
        _password = password;
    }

    /// <summary>True once a challenge was accepted: requests can carry credentials.</summary>
    public bool HasNonce => _challenge != null;

    /// <summary>Accepts a challenge; the nonce count starts over.</summary>
    public void Take(HttpDigestChallenge challenge)
    {
        byte[] random = new byte[CnonceBytes];
        _system.FillRandom(random);
        Take(challenge, HexText.Of(random));
    }

    /// <summary>Forgets the nonce.</summary>
    public void Forget()
    {
        _challenge = null;
        _ha1 = "";
    }

    /// <summary>The value of the Authorization header for one request; each call increments the nonce count. Only with <see cref="HasNonce"/>.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="target">The target exactly as in the request line, with base path and query.</param>
    public Secret Authorize(string method, string target)
    {
        HttpDigestChallenge challenge = _challenge!;
        _count++;
        string count = CountText(_count);
        string ha2 = Md5(method + ":" + target);
        string middle = challenge.HasQop ? ":" + count + ":" + _cnonce + ":auth:" : ":";
        string response = Md5(_ha1 + ":" + challenge.Nonce + middle + ha2);

        StringBuilder text = new StringBuilder(256);
        text.Append("Digest username=");
        AppendQuoted(text, _user);
        text.Append(", realm=");
        AppendQuoted(text, challenge.Realm);
        text.Append(", nonce=");
        AppendQuoted(text, challenge.Nonce);
        text.Append(", uri=");
        AppendQuoted(text, target);
        if (challenge.Algorithm != null)
        {
            text.Append(", algorithm=").Append(challenge.Algorithm);
        }

        text.Append(", response=\"").Append(response).Append('"');
        if (challenge.Opaque != null)
        {
            text.Append(", opaque=");
            AppendQuoted(text, challenge.Opaque);
        }

        if (challenge.HasQop)
        {
            text.Append(", qop=auth, nc=").Append(count).Append(", cnonce=\"").Append(_cnonce).Append('"');
        }

        return new Secret(text.ToString());
    }

    /// <summary>Accepts a challenge with a given client nonce: the RFCs' examples name theirs.</summary>
    internal void Take(HttpDigestChallenge challenge, string cnonce)
    {
        _challenge = challenge;
        _count = 0;
        _cnonce = cnonce;
        _ha1 = Md5(_user + ":" + challenge.Realm + ":" + _password.Reveal());
        if (challenge.IsSession)
        {
            // The client's nonce stays the same for as long as the server's: RFC 7616 section 3.4.2 makes the session
            // key from the first one, PoorWSGI (PrusaLink on a Pi) from the latest.
            _ha1 = Md5(_ha1 + ":" + challenge.Nonce + ":" + _cnonce);
        }
    }

    private static string CountText(int count) => HexText.Of(new[]
    {
        (byte)(count >> 24), (byte)(count >> 16), (byte)(count >> 8), (byte)count,
    });

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        char[] characters = value.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            if (characters[i] == '"' || characters[i] == '\\')
            {
                text.Append('\\');
            }

            text.Append(characters[i]);
        }

        text.Append('"');
    }

    private string Md5(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return HexText.Of(_hash.Md5(bytes, 0, bytes.Length));
    }
}
