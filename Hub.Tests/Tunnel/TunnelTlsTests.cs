using System.Collections;
using System.Security.Cryptography.X509Certificates;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Tunnel;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>wss: whom the tunnel trusts.</summary>
[TestClass]
public sealed class TunnelTlsTests : TunnelTestBase
{
    private readonly TestCertificates _authority = new();

    [TestMethod]
    public void Ca_OfTheConfiguration_IsTrusted()
    {
        using X509Certificate2 leaf = _authority.Leaf("cloud", ["127.0.0.1"]);
        using FakeCloud cloud = new(leaf);
        Hub.Config.SetCloud(new Hashtable { ["url"] = cloud.Url, ["tls"] = new Hashtable { ["ca"] = _authority.CaPem } });
        Begin();
        Online();
        Leave();
    }

    [TestMethod]
    public void Pin_OfTheConfiguration_IsTrusted()
    {
        using X509Certificate2 leaf = TestCertificates.SelfSigned("anything");
        using FakeCloud cloud = new(leaf);
        Hub.Config.SetCloud(new Hashtable { ["url"] = cloud.Url, ["tls"] = new Hashtable { ["pin"] = TestCertificates.PinOf(leaf) } });
        Begin();
        Online();
        Leave();
    }

    [TestMethod]
    public void UnknownCertificate_IsRefusedAndNothingIsSent_UntilTheConfigurationTrustsIt()
    {
        using X509Certificate2 leaf = TestCertificates.SelfSigned("cloud");
        using FakeCloud cloud = new(leaf);
        Hub.Config.SetCloud(new Hashtable { ["url"] = cloud.Url, ["secret"] = "s3cret" });
        Begin();
        Patience.Until(() => Hub.Cloud!.State.Error != null, "the refusal", Lines.ToString);
        Assert.IsEmpty(cloud.Received);
        Assert.AreEqual(0, cloud.Connections);

        Hub.Config.SetCloud(new Hashtable { ["secret"] = "s3cret", ["tls"] = new Hashtable { ["insecure"] = true } });
        Online();
        Leave();
    }

    [TestMethod]
    public void NoRootStore_WithoutCa_IsRefusedBeforeAnythingIsSent_UntilTheConfigurationHasOne()
    {
        LacksRootStore = true;
        using X509Certificate2 leaf = _authority.Leaf("cloud", ["127.0.0.1"]);
        using FakeCloud cloud = new(leaf);
        Hub.Config.SetCloud(new Hashtable { ["url"] = cloud.Url });
        Begin();
        Patience.Until(() => Hub.Cloud!.State.Error != null, "the refusal", Lines.ToString);
        Assert.Contains("no certificate authorities of its own", Hub.Cloud!.State.Error!);
        Assert.Contains("'ca'", Hub.Cloud!.State.Error!);
        Assert.AreEqual(0, cloud.Connections + cloud.Refused);

        Hub.Config.SetCloud(new Hashtable { ["tls"] = new Hashtable { ["ca"] = _authority.CaPem } });
        Online();
        Leave();
    }

    [TestMethod]
    public void WrongTls_NamesItsKey()
    {
        HubException error = HubErrors.Fails(
            ErrorCode.ConfigInvalid,
            () => Hub.Config.SetCloud(new Hashtable { ["url"] = "wss://cloud.example", ["tls"] = new Hashtable { ["pin"] = "12" } }));
        Assert.Contains("cloud: tls.pin", error.Message);
        HubErrors.Fails(ErrorCode.ConfigInvalid, () => Hub.Config.SetCloud(new Hashtable { ["url"] = "wss://cloud.example", ["tls"] = "none" }));
        Assert.IsNull(Hub.Config.Cloud);
    }

    [TestMethod]
    public void NewTrust_NeedsTheRealSecret()
    {
        Hub.Config.SetCloud(new Hashtable { ["url"] = "wss://cloud.example", ["secret"] = "s3cret" });
        HubErrors.Fails(
            ErrorCode.ConfigInvalid,
            () => Hub.Config.SetCloud(new Hashtable { ["secret"] = "***", ["tls"] = new Hashtable { ["insecure"] = true } }));
    }

    private void Begin()
    {
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(null);
    }

    /// <summary>The hub goes before the cloud.</summary>
    private void Leave()
    {
        Hub.Config.ClearCloud();
        Patience.Until(() => Hub.Cloud!.State.Phase == TunnelPhase.Resting, "the end");
    }
}
