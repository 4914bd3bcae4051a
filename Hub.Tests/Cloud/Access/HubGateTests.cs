using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Tunnel;
using Hub.Hal.Desktop;
using Hub.Simulator.Cloud.Access;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Access;

/// <summary>Which hubs a cloud lets in, and how a person claims one.</summary>
[TestClass]
public sealed class HubGateTests : IHubSecrets
{
    private const string Code = "ABCDEFGH2345";

    private readonly Dictionary<string, string> _secrets = [];
    private readonly SteppedTime _clock = new();
    private readonly List<string> _sent = [];
    private bool _isBroken;
    private Claims? _claims;

    [TestMethod]
    [DataRow(true, false, false, true)]
    [DataRow(true, true, false, false)]
    [DataRow(false, true, false, false)]
    [DataRow(false, true, true, true)]
    public async Task UnclaimedHub_IsWelcomeWhereEveryProgramIsTrusted(bool isLoopback, bool hasToken, bool allowsUnsigned, bool isWelcome)
    {
        HubVerdict verdict = await Gate(isLoopback, hasToken, allowsUnsigned).JudgeAsync(Hello());
        Assert.AreEqual(isWelcome, verdict.IsWelcome);
        Assert.AreEqual(isWelcome ? null : "not_claimed", verdict.Code);
    }

    [TestMethod]
    public async Task ClaimedHub_MustSignAlways_AsTheHubDoes()
    {
        _secrets["h1"] = "s3cret";
        foreach (HubGate gate in new[] { Gate(true, false, false), Gate(false, true, true) })
        {
            Assert.AreEqual("signature_missing", (await gate.JudgeAsync(Hello())).Code);
            Assert.IsTrue((await gate.JudgeAsync(Signed("h1", "s3cret", 0))).IsWelcome);
            Assert.IsTrue((await gate.JudgeAsync(Signed("h1", "s3cret", -300))).IsWelcome);
            Assert.AreEqual("clock_wrong", (await gate.JudgeAsync(Signed("h1", "s3cret", -301))).Code);
            Assert.AreEqual("clock_wrong", (await gate.JudgeAsync(Signed("h1", "s3cret", 301))).Code);
            Assert.AreEqual("signature_wrong", (await gate.JudgeAsync(Signed("h1", "s3creT", 0))).Code);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("AAAA")]
    [DataRow("not base64!")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=AAAAAAAA")]
    public async Task Signature_ThatIsNone_IsWrong(string signature)
    {
        _secrets["h1"] = "s3cret";
        HubGreeting hello = Hello(timestamp: "1", signature: signature);
        Assert.AreEqual("signature_wrong", (await Gate(false, true, true).JudgeAsync(hello)).Code);
    }

    [TestMethod]
    public async Task Signature_OfAnotherHub_IsWrong()
    {
        _secrets["h1"] = "s3cret";
        HubGreeting other = Signed("h2", "s3cret", 0);
        Assert.AreEqual("signature_wrong", (await Gate(false, true, false).JudgeAsync(Hello(timestamp: other.Timestamp, signature: other.Signature))).Code);
    }

    [TestMethod]
    public async Task Secrets_ThatCannotBeRead_LetNoHubIn()
    {
        _isBroken = true;
        Assert.AreEqual("storage_failed", (await Gate(true, false, true).JudgeAsync(Hello())).Code);
    }

    [TestMethod]
    [DataRow("ABCDEFGH2345")]
    [DataRow("abcd-efgh-2345")]
    [DataRow(" abcd efgh 2345 ")]
    public async Task Code_ThatAPersonEnters_GivesTheHubItsSecret(string typed)
    {
        HubGate gate = Gate(false, true, false);
        HubVerdict verdict = await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        Assert.AreSame(HubVerdict.Pending, verdict);
        Assert.AreEqual("h1", _claims!.Pending.Single());
        Assert.AreEqual("wrong_code", (await _claims.ClaimAsync("AAAAAAAA2345", null)).Code);
        Assert.IsEmpty(_secrets);

        ClaimResult result = await _claims.ClaimAsync(typed, null);
        Assert.AreEqual(200, result.Status);
        Assert.AreEqual("h1", result.HubId);
        Assert.AreEqual(64, _secrets["h1"].Length);
        Assert.AreEqual(_secrets["h1"], _sent.Single());
        Assert.IsTrue((await gate.JudgeAsync(Signed("h1", _secrets["h1"], 0))).IsWelcome);

        // Once.
        Assert.AreEqual("wrong_code", (await _claims.ClaimAsync(typed, null)).Code);
        Assert.HasCount(1, _sent);
    }

    [TestMethod]
    public async Task Code_ReachesAHubThatWasWelcomedWithoutOne()
    {
        HubVerdict verdict = await Gate(true, false, false).JudgeAsync(Hello(claim: HashOf(Code)));
        Assert.IsTrue(verdict.IsWelcome);
        Assert.AreEqual(200, (await _claims!.ClaimAsync(Code, null)).Status);
    }

    [TestMethod]
    public async Task ClaimedHub_ThatLostItsSecret_IsClaimedAgain()
    {
        _secrets["h1"] = "lost";
        HubGate gate = Gate(true, false, false);
        Assert.AreSame(HubVerdict.Pending, await gate.JudgeAsync(Hello(claim: HashOf(Code))));
        Assert.AreEqual(200, (await _claims!.ClaimAsync(Code, null)).Status);
        Assert.AreEqual(_sent.Single(), _secrets["h1"]);
        Assert.AreEqual("signature_wrong", (await gate.JudgeAsync(Signed("h1", "lost", 0))).Code);
    }

    [TestMethod]
    public async Task Code_IsGoodForFifteenMinutes_ReconnectsIncluded()
    {
        HubGate gate = Gate(false, true, false);
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        _clock.Pass(TimeSpan.FromMinutes(10));
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        _clock.Pass(TimeSpan.FromMinutes(5));
        Assert.IsEmpty(_claims!.Pending);
        Assert.AreEqual("wrong_code", (await _claims.ClaimAsync(Code, null)).Code);
    }

    [TestMethod]
    public async Task Hub_ThatLeft_IsNotClaimed_ButItsNewConnectionIs()
    {
        HubGate gate = Gate(false, true, false);
        HubGreeting first = Hello(claim: HashOf(Code));
        await gate.JudgeAsync(first);
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        gate.Gone(first);
        Assert.HasCount(1, _claims!.Pending);
        HubGreeting last = Hello(claim: HashOf(Code));
        await gate.JudgeAsync(last);
        gate.Gone(last);
        Assert.AreEqual("wrong_code", (await _claims.ClaimAsync(Code, null)).Code);
    }

    [TestMethod]
    public async Task Hub_WhoseConnectionBreaksWhileItIsClaimed_MayComeAgain()
    {
        HubGate gate = Gate(false, true, false);
        await gate.JudgeAsync(Hello(claim: HashOf(Code), isGone: true));
        Assert.AreEqual("hub_offline", (await _claims!.ClaimAsync(Code, null)).Code);
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        Assert.AreEqual(200, (await _claims.ClaimAsync(Code, null)).Status);
        Assert.AreEqual(_sent.Single(), _secrets["h1"]);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Code_ThatTheHubReplaced_IsVoidAtOnce(bool isOpen)
    {
        HubGate gate = Gate(isOpen, !isOpen, false);
        await gate.JudgeAsync(Hello(claim: HashOf("AAAAAAAAAAAA")));
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        Assert.AreEqual("wrong_code", (await _claims!.ClaimAsync("AAAAAAAAAAAA", null)).Code);
        await gate.JudgeAsync(Hello(claim: HashOf("BBBBBBBBBBBB"), from: "198.51.100.1"));
        Assert.AreEqual(200, (await _claims.ClaimAsync(Code, null)).Status, "another address voids no code");
    }

    [TestMethod]
    public async Task TwoHubs_WithOneCode_GetNoSecret()
    {
        HubGate gate = Gate(false, true, false);
        await gate.JudgeAsync(Hello(claim: HashOf(Code)));
        await gate.JudgeAsync(Hello("h2", claim: HashOf(Code)));
        Assert.AreEqual("wrong_code", (await _claims!.ClaimAsync(Code, null)).Code);
        Assert.IsEmpty(_secrets);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("AAAA")]
    [DataRow("not base64!")]
    public async Task Claim_ThatIsNoHash_IsRefused(string claim) =>
        Assert.AreEqual("bad_claim", (await Gate(false, true, false).JudgeAsync(Hello(claim: claim))).Code);

    [TestMethod]
    public async Task PendingHubs_AreLimited_ByAddressAndAltogether()
    {
        HubGate gate = Gate(false, true, false);
        for (int address = 1; address <= 4; address++)
        {
            for (int i = 0; i < Claims.MaxOfAddress; i++)
            {
                Assert.AreSame(HubVerdict.Pending, await gate.JudgeAsync(Hello("h" + address + "-" + i, HashOf("code" + address + "-" + i), "203.0.113." + address)));
            }

            Assert.AreEqual("too_many_pending", (await gate.JudgeAsync(Hello("more", HashOf("more"), "203.0.113." + address))).Code);
        }

        Assert.AreEqual("too_many_pending", (await gate.JudgeAsync(Hello("h", HashOf("h"), "198.51.100.1"))).Code);
        _clock.Pass(Claims.Lifetime);
        Assert.AreSame(HubVerdict.Pending, await gate.JudgeAsync(Hello("h", HashOf("h"), "198.51.100.1")));
    }

    [TestMethod]
    public async Task WrongCodes_AreCountedAndLimited_AndTheRightOneWorksFromElsewhere()
    {
        await Gate(false, true, false).JudgeAsync(Hello(claim: HashOf(Code)));
        Random random = new(17);
        IPAddress attacker = IPAddress.Parse("203.0.113.9");
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            string guess = new([.. Enumerable.Range(0, 12).Select(_ => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.Next(32)])]);
            refused += (await _claims!.ClaimAsync(guess, attacker)).Code == "too_many_tries" ? 1 : 0;
        }

        Assert.AreEqual(990, refused);
        Assert.AreEqual(1000, _claims!.WrongCodes);
        Assert.AreEqual("too_many_tries", (await _claims.ClaimAsync(Code, attacker)).Code);
        Assert.IsEmpty(_secrets);
        Assert.AreEqual(200, (await _claims.ClaimAsync(Code, IPAddress.Parse("198.51.100.1"))).Status);
    }

    ValueTask<string?> IHubSecrets.FindAsync(string hubId) =>
        _isBroken ? throw new IOException("disk") : ValueTask.FromResult(_secrets.GetValueOrDefault(hubId));

    Task IHubSecrets.SetAsync(string hubId, string secret)
    {
        _secrets[hubId] = secret;
        return Task.CompletedTask;
    }

    private static string HashOf(string code) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(code)));

    private HubGate Gate(bool isLoopback, bool hasToken, bool allowsUnsigned)
    {
        AccessOptions options = new()
        {
            IsLoopback = isLoopback,
            Token = hasToken ? AccessToken.Of("0123456789abcdef") : null,
            AllowUnsigned = allowsUnsigned,
            Clock = _clock,
            NextTryAfter = TimeSpan.FromHours(1),
        };
        _claims?.Dispose();
        _claims = new Claims(options, this);
        return new HubGate(options, this, _claims);
    }

    [TestCleanup]
    public void End() => _claims?.Dispose();

    private HubGreeting Hello(string id = "h1", string? claim = null, string? from = null, string? timestamp = null, string? signature = null, bool isGone = false) => new()
    {
        HubId = id,
        Claim = claim,
        Remote = from == null ? null : IPAddress.Parse(from),
        Timestamp = timestamp,
        Signature = signature,
        SendSecretAsync = secret =>
        {
            if (isGone)
            {
                throw new IOException("gone");
            }

            _sent.Add(secret);
            return Task.CompletedTask;
        },
    };

    /// <summary>A hello that the hub's own code signed.</summary>
    private HubGreeting Signed(string id, string secret, int offSeconds)
    {
        string timestamp = (_clock.GetUtcNow().ToUnixTimeSeconds() + offSeconds).ToString();
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        return Hello(id, timestamp: timestamp, signature: HelloSignature.Of(hal.Hash, new Secret(secret), id, timestamp));
    }
}
