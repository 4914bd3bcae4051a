using System;
using System.Collections;
using System.Linq;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Tunnel;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>The hub gets its secret: a code that a person enters in the cloud, and a cloud that sends hub_claimed.</summary>
[TestClass]
public sealed class ClaimTests : TunnelTestBase
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    [TestMethod]
    public void Claim_CodeEntered_StoresTheSecretAndSignsFromThenOn()
    {
        Cloud.OnlyClaimed = true;
        Begin();
        string code = Hub.BeginCloudClaim();
        Assert.AreEqual(12, code.Length);
        Assert.IsTrue(code.All(c => c is >= 'A' and <= 'Z' or >= '2' and <= '7'), code);
        PassSlowly(() => Cloud.ShowsCode(code), "the hello with the code's hash");
        Assert.DoesNotContain(code, string.Join("\n", Cloud.Received));

        Cloud.Secret = Secret;
        Cloud.Send($"{{\"type\":\"hub_claimed\",\"secret\":\"{Secret}\"}}");
        PassSlowly(() => Hub.Cloud!.State.Phase == TunnelPhase.Online, "the welcome");
        Assert.AreEqual(Secret, Hub.Config.Cloud!.Secret!.Reveal());
        Assert.AreEqual(Cloud.Url, Hub.Config.Cloud.Url);
        Assert.AreEqual(0, Hub.Cloud!.ClaimLeftMs);
        Assert.IsFalse(Cloud.Of("hub_hello")[^1].TryGetProperty("claim", out _), "the code is forgotten");
        Assert.DoesNotContain(Secret, Lines.ToString());
    }

    [TestMethod]
    public void Claim_WhilePending_StaysConnectedUntilTheCodeExpires()
    {
        Cloud.OnlyClaimed = true;
        Begin();
        string code = Hub.BeginCloudClaim();
        PassSlowly(() => Cloud.ShowsCode(code), "the hello with the code's hash");
        int connections = Cloud.Connections;
        int hellos = Cloud.Of("hub_hello").Length;
        PassSlowly(() => Cloud.Of("hub_hello").Length >= hellos + 4, "hellos for 100 s");
        Assert.AreEqual(connections, Cloud.Connections);
        Assert.IsTrue(Cloud.ShowsCode(code));

        string second = Hub.BeginCloudClaim();
        PassSlowly(() => Cloud.ShowsCode(second), "the hello with the second code");
        Assert.AreEqual(connections, Cloud.Connections);
        Clock.PassUntil(() => Hub.Cloud!.ClaimLeftMs == 0, "the end of the code");
        PassSlowly(() => Cloud.Of("hub_hello") is [.., var hello] && !hello.TryGetProperty("claim", out _), "a hello without a code");
    }

    [TestMethod]
    public void HubClaimed_WithoutACode_IsRefused()
    {
        Start();
        Cloud.Send($"{{\"type\":\"hub_claimed\",\"secret\":\"{Secret}\"}}");
        Patience.Until(() => Lines.ToString().Contains("shows no code", StringComparison.Ordinal), "the refusal", Lines.ToString);
        Assert.IsNull(Hub.Config.Cloud);
        Assert.DoesNotContain(Secret, Lines.ToString());
    }

    [TestMethod]
    public void HubClaimed_WithoutASecret_ChangesNothing()
    {
        Start();
        string code = Hub.BeginCloudClaim();
        PassSlowly(() => Cloud.ShowsCode(code), "the hello with the code's hash");
        Cloud.Send("{\"type\":\"hub_claimed\",\"secret\":7}");
        Patience.Until(() => Lines.ToString().Contains("secret must be text", StringComparison.Ordinal), "the complaint", Lines.ToString);
        Assert.IsNull(Hub.Config.Cloud);
        Assert.IsGreaterThan(0, Hub.Cloud!.ClaimLeftMs);
    }

    [TestMethod]
    public void BeginClaim_ConnectionThatOthersMayRead_IsRefused()
    {
        Hub.Config.SetCloud(new Hashtable { ["url"] = "ws://cloud.invalid" });
        Hub.StartCloud(null);
        StringAssert.Contains(HubErrors.Fails(ErrorCode.Refused, () => Hub.BeginCloudClaim()).Message, "wss");
        Hub.Config.SetCloud(new Hashtable { ["url"] = "wss://cloud.invalid", ["tls"] = new Hashtable { ["insecure"] = true } });
        HubErrors.Fails(ErrorCode.Refused, () => Hub.BeginCloudClaim());
        Hub.Config.SetCloud(new Hashtable { ["tls"] = null });
        Assert.AreEqual(12, Hub.BeginCloudClaim().Length);
    }

    [TestMethod]
    public void BeginClaim_WithoutACloud_IsRefused()
    {
        HubErrors.Fails(ErrorCode.ConfigInvalid, () => Hub.BeginCloudClaim());
        Hub.StartCloud(null);
        HubErrors.Fails(ErrorCode.ConfigInvalid, () => Hub.BeginCloudClaim());
    }

    [TestMethod]
    public void AnotherHub_OfTheSameId_IsNamedAndGivenTime()
    {
        Start();
        Cloud.Close(4004, "another connection");
        Patience.Until(() => Hub.Cloud!.State.Error != null, "the reason");
        StringAssert.Contains(Hub.Cloud!.State.Error, "another hub");
        long lostMs = Clock.NowMs;
        Reconnected(2);
        Assert.IsGreaterThanOrEqualTo(30_000, Clock.NowMs - lostMs);
        Assert.IsNull(Hub.Cloud.State.Error);
    }

    private void Begin()
    {
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
    }
}
