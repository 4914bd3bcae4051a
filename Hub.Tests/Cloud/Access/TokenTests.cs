using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Access;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Access;

/// <summary>A cloud that needs a token.</summary>
[TestClass]
public sealed class TokenTests
{
    private readonly string _token = AccessToken.Make();

    [TestMethod]
    public void Token_IsRandomAndKnownByItsHashAlone()
    {
        AccessToken token = AccessToken.OfHash(AccessToken.Of(_token).Hash)!;
        Assert.AreEqual(43, _token.Length);
        Assert.IsTrue(token.Is(_token));
        Assert.IsFalse(token.Is(_token + "x"));
        Assert.IsFalse(token.Is(_token[1..]));
        Assert.IsFalse(token.Is(""));
        Assert.IsFalse(token.Is(new string('x', 1_000_000)));
        Assert.AreNotEqual(AccessToken.Make(), AccessToken.Make());
        Assert.DoesNotContain(_token, token.Hash);
        Assert.IsNull(AccessToken.OfHash("12"));
        Assert.IsNull(AccessToken.OfHash("nonsense"));
    }

    [TestMethod]
    [DataRow("short", false)]
    [DataRow("0123456789 abcdef", false)]
    [DataRow("0123456789äbcdefg", false)]
    [DataRow("0123456789abcdef", true)]
    public void Token_OfAPerson_IsCheckedForWhatAHeaderCanCarry(string text, bool isGood) => Assert.AreEqual(isGood, AccessToken.ObjectionTo(text) == null);

    [TestMethod]
    public void CloudBeyondLoopback_WithoutAToken_IsNotMade() =>
        Assert.ThrowsExactly<ArgumentException>(() => new CloudAccess(new AccessOptions { IsLoopback = false }, null!));

    [TestMethod]
    public async Task Everything_NeedsTheToken_ButWhatHasALockOfItsOwn()
    {
        await using AccessBed bed = await StartAsync();
        foreach (string path in new[] { "/api/printers", "/api/hubs/claim", "/openapi/v1.json", "/", "/ws/hubs", "/healthz/x", "/api/session/x", "/ws/hub/../dashboard" })
        {
            Assert.AreEqual(HttpStatusCode.Unauthorized, await bed.SendAsync(HttpMethod.Get, path), path);
            Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, path, "Authorization: Bearer " + _token), path);
        }

        Assert.IsFalse(await bed.OpensAsync("/ws/dashboard"));
        Assert.IsTrue(await bed.OpensAsync("/ws/dashboard", "Authorization: Bearer " + _token));
        Assert.IsTrue(await bed.OpensAsync("/ws/hub/a"));
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/healthz"));
    }

    [TestMethod]
    [DataRow("Bearer wrong")]
    [DataRow("Bearer ")]
    [DataRow("Basic {0}")]
    [DataRow("{0}")]
    public async Task Header_ThatIsWrong_IsRefused(string header)
    {
        await using AccessBed bed = await StartAsync();
        string value = header.Replace("{0}", _token, StringComparison.Ordinal);
        Assert.AreEqual(HttpStatusCode.Unauthorized, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: " + value));
        Assert.AreEqual(0, bed.Passed);
    }

    [TestMethod]
    public async Task ThousandWrongTokens_AreSlowed_AndTheRightOneWorksFromElsewhere()
    {
        await using AccessBed bed = await StartAsync();
        List<Task<HttpStatusCode>> tries = [];
        for (int i = 0; i < 1000; i++)
        {
            // Every hundredth is right: an attacker must not see which one.
            string token = i % 100 == 99 ? _token : "wrong-token-" + i;
            tries.Add(bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer " + token, AccessBed.From + ": 203.0.113.7"));
            if (i % 50 == 0)
            {
                Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer " + _token, AccessBed.From + ": 198.51.100.1"));
                await Task.WhenAll(tries);
            }
        }

        HttpStatusCode[] answers = await Task.WhenAll(tries);
        Assert.AreEqual(10, answers.Count(a => a == HttpStatusCode.Unauthorized));
        Assert.AreEqual(990, answers.Count(a => a == HttpStatusCode.TooManyRequests));
    }

    [TestMethod]
    public async Task OneNetworkOfIPv6_IsOneAddress()
    {
        await using AccessBed bed = await StartAsync();
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(i =>
            bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer wrong", AccessBed.From + ": 2001:db8::" + i)));
        Assert.AreEqual(10, answers.Count(a => a == HttpStatusCode.TooManyRequests));
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer " + _token, AccessBed.From + ": 2001:db8:1::1"));
    }

    [TestMethod]
    public async Task AddressThatWasSlowed_MayTryAgainLater()
    {
        await using AccessBed bed = await AccessBed.StartAsync(new AccessOptions { IsLoopback = false, Token = AccessToken.Of(_token), WrongTries = 1, NextTryAfter = TimeSpan.FromMilliseconds(300) });
        Assert.AreEqual(HttpStatusCode.Unauthorized, await bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer wrong"));
        HttpStatusCode last = HttpStatusCode.TooManyRequests;
        await Patience.UntilAsync(
            () => (last = bed.SendAsync(HttpMethod.Get, "/api/printers", "Authorization: Bearer " + _token).GetAwaiter().GetResult()) == HttpStatusCode.OK,
            "the next try");
        Assert.AreEqual(HttpStatusCode.OK, last);
    }

    [TestMethod]
    public void WrongTries_OfAMillionAddresses_StayBounded()
    {
        using WrongTries wrong = new(1, TimeSpan.FromHours(1));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 1_000_000; i++)
        {
            wrong.Count(new IPAddress(i + 1L));
        }

        // Other tests allocate at the same time; a limiter for each address would be hundreds of MiB.
        Assert.IsLessThan(100L * 1024 * 1024, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    [TestMethod]
    public async Task Session_OpensWithTheTokenAndEndsWithTheLogout()
    {
        await using AccessBed bed = await StartAsync();
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await LogInAsync(bed, "wrong")).Status);
        Assert.AreEqual(0, bed.Sessions);

        (HttpStatusCode status, string cookie) = await LogInAsync(bed, _token);
        Assert.AreEqual(HttpStatusCode.NoContent, status);
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=strict", cookie);
        Assert.Contains("; path=/", cookie);
        Assert.DoesNotContain(_token, cookie);
        string header = "Cookie: " + cookie[..cookie.IndexOf(';')];
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", header));
        Assert.IsTrue(await bed.OpensAsync("/ws/dashboard", header));

        // A stolen cookie is worth nothing to a page: neither under its own name nor from its own site.
        Assert.AreEqual(HttpStatusCode.MisdirectedRequest, await bed.SendAsync(HttpMethod.Get, "/api/printers", header, "Host: evil.example"));
        Assert.AreEqual(HttpStatusCode.Forbidden, await bed.SendAsync(HttpMethod.Post, "/api/printers", header, "Origin: http://evil.example"));
        Assert.IsFalse(await bed.OpensAsync("/ws/dashboard", header, "Origin: http://127.0.0.1:1"));

        Assert.AreEqual(HttpStatusCode.NoContent, await bed.SendAsync(HttpMethod.Delete, "/api/session", header));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await bed.SendAsync(HttpMethod.Get, "/api/printers", header));
    }

    [TestMethod]
    public async Task Session_EndsAfterAWeek()
    {
        SteppedTime clock = new();
        await using AccessBed bed = await AccessBed.StartAsync(new AccessOptions { IsLoopback = false, Token = AccessToken.Of(_token), Clock = clock });
        string cookie = (await LogInAsync(bed, _token)).Cookie;
        string header = "Cookie: " + cookie[..cookie.IndexOf(';')];
        clock.Pass(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.AreEqual(HttpStatusCode.OK, await bed.SendAsync(HttpMethod.Get, "/api/printers", header));
        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await bed.SendAsync(HttpMethod.Get, "/api/printers", header));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("{\"token\":1}")]
    [DataRow("{}")]
    public async Task Login_WithoutAToken_IsABadRequest(string body)
    {
        await using AccessBed bed = await StartAsync();
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await bed.AnswerOfAsync(HttpMethod.Post, "/api/session", content);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.AreEqual("bad_request", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task Login_WithAHugeBody_IsABadRequest()
    {
        await using AccessBed bed = await StartAsync();
        using StringContent content = new("{\"token\":\"" + new string('x', 100_000) + "\"}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await bed.AnswerOfAsync(HttpMethod.Post, "/api/session", content);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Cookie)> LogInAsync(AccessBed bed, string token)
    {
        using HttpResponseMessage answer = await bed.AnswerOfAsync(HttpMethod.Post, "/api/session", JsonContent.Create(new { token }));
        return (answer.StatusCode, answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies.Single() : "");
    }

    private Task<AccessBed> StartAsync() =>
        AccessBed.StartAsync(new AccessOptions { IsLoopback = false, Token = AccessToken.Of(_token), NextTryAfter = TimeSpan.FromHours(1) });
}
