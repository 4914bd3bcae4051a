using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Http;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>HTTP Digest: the examples of the RFCs, and the challenges of both PrusaLinks.</summary>
[TestClass]
public class HttpDigestTests
{
    private const string Buddy = "Digest realm=\"Printer API\", nonce=\"dcd98b7102dd2f0e\", stale=false";

    [TestMethod]
    public void Authorize_Rfc2617Example_GivesItsResponse()
    {
        HttpDigest digest = NewDigest("Mufasa", "Circle Of Life");
        digest.Take(
            Find("Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""),
            "0a4f113b");
        Assert.AreEqual(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
            + "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\", qop=auth, nc=00000001, cnonce=\"0a4f113b\"",
            digest.Authorize("GET", "/dir/index.html").Reveal());
    }

    [TestMethod]
    public void Authorize_Rfc7616Md5Example_GivesItsResponse()
    {
        HttpDigest digest = NewDigest("Mufasa", "Circle of Life");
        HttpDigestChallenge? challenge = HttpDigestChallenge.Find(new[]
        {
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
        });
        digest.Take(challenge!, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        string header = digest.Authorize("GET", "/dir/index.html").Reveal();
        StringAssert.Contains(header, "response=\"8ca523f5e9506fed4657c9700eebdbec\"");
        StringAssert.Contains(header, "algorithm=MD5,");
        StringAssert.Contains(header, "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    }

    [TestMethod]
    public void Authorize_Rfc2069Example_GivesTheResponseOfItsErratum()
    {
        HttpDigest digest = NewDigest("Mufasa", "CircleOfLife");
        digest.Take(Find("Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
        StringAssert.Contains(digest.Authorize("GET", "/dir/index.html").Reveal(), "response=\"1949323746fe6a43ef61f9606e7febea\"");
    }

    [TestMethod]
    public void Authorize_Buddy_SendsWhatRfc2069HasAndNoMore()
    {
        HttpDigest digest = NewDigest("maker", "obviously-fake");
        Assert.IsFalse(digest.HasNonce);
        digest.Take(Find(Buddy));
        Assert.IsTrue(digest.HasNonce);
        string expected = "Digest username=\"maker\", realm=\"Printer API\", nonce=\"dcd98b7102dd2f0e\", uri=\"/api/version\", response=\"fc357bd2d333aa29ff9493f49cb8c74c\"";
        Assert.AreEqual(expected, digest.Authorize("GET", "/api/version").Reveal());
        Assert.AreEqual(expected, digest.Authorize("GET", "/api/version").Reveal(), "the nonce serves again");
        Assert.AreEqual("***", digest.Authorize("GET", "/").ToString());
        digest.Forget();
        Assert.IsFalse(digest.HasNonce);
    }

    [TestMethod]
    public void Authorize_Md5Session_KeepsItsClientNonceAndCounts()
    {
        HttpDigest digest = NewDigest("prusa", "obviously-fake");
        digest.Take(Find("Digest realm=\"Administrator\", qop=\"auth\", nonce=\"abc\", opaque=\"0f\", algorithm=MD5-sess"));
        string first = digest.Authorize("PUT", "/p/api/v1/files/local/a%20b.gcode?x=1").Reveal();
        StringAssert.Contains(first, "algorithm=MD5-sess, response=\"3bed44d42922adc46cec110943007619\", opaque=\"0f\", qop=auth, nc=00000001, cnonce=\"0101010101010101\"");
        string second = digest.Authorize("PUT", "/p/api/v1/files/local/a%20b.gcode?x=1").Reveal();
        StringAssert.Contains(second, "response=\"8f49f86aa3ba19298e757616e9d7be69\", opaque=\"0f\", qop=auth, nc=00000002, cnonce=\"0101010101010101\"");
        digest.Take(Find("Digest realm=\"Administrator\", qop=\"auth\", nonce=\"def\", opaque=\"0f\", algorithm=MD5-sess, stale=true"));
        StringAssert.Contains(digest.Authorize("GET", "/").Reveal(), "nc=00000001, cnonce=\"0202020202020202\"");
    }

    [TestMethod]
    public void Authorize_QuotesAndBackslashes_AreEscapedAgain()
    {
        HttpDigest digest = NewDigest("a\"b\\c", "x");
        digest.Take(Find("Digest realm=\"say \\\"hi\\\\\\\"\", nonce=\"n\""));
        StringAssert.Contains(digest.Authorize("GET", "/").Reveal(), "username=\"a\\\"b\\\\c\", realm=\"say \\\"hi\\\\\\\"\", ");
    }

    [TestMethod]
    public void Find_SpellingsOfOneChallenge_AreAllRead()
    {
        string[] cases =
        {
            "Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth\", algorithm=MD5, stale=true",
            "DIGEST Realm=r,NONCE=n,Opaque=o,QOP=auth,ALGORITHM=\"md5\",stale=TRUE",
            "Digest  realm = \"r\" ,\tnonce = n , opaque=\"\\o\", qop=\"auth-int , auth\", algorithm=Md5, stale=\"true\" , ",
            "Basic realm=\"other, nonce=no\", Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, stale=true",
            "Negotiate YIIabc/+==, Digest realm=\"r\", nonce=\"n\", opaque=\"o\", qop=auth, stale=true, Basic realm=\"b\"",
            "Negotiate, Digest realm=\"r\", realm=\"twice\", nonce=\"n\", opaque=\"o\", qop=auth, stale=true",
            ", ,Digest realm=\"r\",,nonce=\"n\", opaque=\"o\", qop=auth, unknown=\"a,b\", stale=true",
        };
        for (int i = 0; i < cases.Length; i++)
        {
            HttpDigestChallenge challenge = Find(cases[i]);
            Assert.AreEqual("r", challenge.Realm, cases[i]);
            Assert.AreEqual("n", challenge.Nonce, cases[i]);
            Assert.AreEqual("o", challenge.Opaque, cases[i]);
            Assert.IsTrue(challenge.HasQop, cases[i]);
            Assert.IsTrue(challenge.IsStale, cases[i]);
            Assert.IsFalse(challenge.IsSession, cases[i]);
        }

        HttpDigestChallenge buddy = Find(Buddy);
        Assert.IsFalse(buddy.HasQop || buddy.IsStale || buddy.IsSession);
        Assert.IsNull(buddy.Opaque);
        Assert.IsNull(buddy.Algorithm);
    }

    [TestMethod]
    public void Find_NoDigest_IsNull()
    {
        string[] cases = { "", "   ", "ApiKey realm=\"Printer API\"", "Basic realm=\"Digest\"", "Negotiate", "=", "\"Digest\"", ",,,", "Basic realm=\"open, Digest nonce=n" };
        for (int i = 0; i < cases.Length; i++)
        {
            Assert.IsNull(HttpDigestChallenge.Find(new[] { cases[i] }), cases[i]);
        }

        Assert.IsNull(HttpDigestChallenge.Find(new string[0]));
    }

    [TestMethod]
    public void Find_WhatTheHubLacksOrIsBroken_IsRefusedWithAReason()
    {
        string longText = new string('n', 600);
        string[][] cases =
        {
            new[] { "not_supported", "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"", "SHA-256" },
            new[] { "not_supported", "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256-sess, qop=\"auth\"", "SHA-512-256-sess" },
            new[] { "not_supported", "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "auth-int" },
            new[] { "not_supported", "Digest realm=\"r\", nonce=\"n\", qop=\"authx\"", "authx" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess", "qop" },
            new[] { "bad_response", "Digest", "realm" },
            new[] { "bad_response", "Digest realm=\"r\"", "nonce" },
            new[] { "bad_response", "Digest nonce=\"n\"", "realm" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"\"", "nonce" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"open", "nonce" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"open\\", "nonce" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"tab\there\"", "nonce" },
            new[] { "bad_response", "Digest realm=\"\u00FC\", nonce=\"n\"", "realm" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=\"" + longText + "\"", "nonce" },
            new[] { "bad_response", "Digest realm=\"r\", nonce=" + longText, "nonce" },
            new[] { "bad_response", "Digest realm=r;nonce=n", "nonce" },
        };
        for (int i = 0; i < cases.Length; i++)
        {
            try
            {
                HttpDigestChallenge.Find(new[] { cases[i][1] });
                Assert.Fail("taken: " + cases[i][1]);
            }
            catch (HubException e)
            {
                Assert.AreEqual(cases[i][0], ErrorCodes.Name(e.Code), cases[i][1]);
                StringAssert.Contains(e.Message, cases[i][2]);
            }
        }
    }

    [TestMethod]
    public void Headers_SeveralOfOneName_AreAllGivenInOrder()
    {
        ScriptedHal hal = new ScriptedHal();
        hal.AddPeer().AwaitsRequest(1).Gives("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"b\"\r\nX: y\r\nwww-authenticate: Digest realm=\"r\"\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = new HttpClient(hal, HttpOrigin.Parse("http://h"), null);
        HttpResponse response = client.Send(new HttpRequest("GET", "/"), System.Threading.CancellationToken.None);
        string[] values = response.Headers("WWW-Authenticate");
        Assert.AreEqual(2, values.Length);
        Assert.AreEqual("Basic realm=\"b\"", values[0]);
        Assert.AreEqual("Digest realm=\"r\"", values[1]);
        Assert.AreEqual(0, response.Headers("Absent").Length);
        client.Close();
    }

    private static HttpDigest NewDigest(string user, string password) =>
        new HttpDigest(new Md5Only(), new KnownRandom(), user, new Secret(password));

    private static HttpDigestChallenge Find(string header)
    {
        HttpDigestChallenge? challenge = HttpDigestChallenge.Find(new[] { header });
        Assert.IsNotNull(challenge, header);
        return challenge!;
    }
}
