using System;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace Hub.Tests.Virtual.Bambu;

[TestClass]
public sealed class BambuBrokerTests : BambuTestBase
{
    [TestMethod]
    public async Task Connect_WrongCode_IsRefusedWithFiveOrFour()
    {
        await StartAsync();
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await BambuPeer.RefusalAsync(Printer, "a", "wrong", Stop));
        Printer.Faults = new VirtualBambuFaults { ConnackCode = 4 };
        Assert.AreEqual(MqttClientConnectResultCode.BadUserNameOrPassword, await BambuPeer.RefusalAsync(Printer, "a", "wrong", Stop));
    }

    [TestMethod]
    public async Task Connect_Certificate_IsTheSerialsUnderTheFleetsCa()
    {
        await StartAsync();
        using BambuPeer peer = await ConnectAsync();
        Assert.AreEqual("CN=" + Printer.Serial, peer.Seen!.Subject);
        Assert.AreEqual(Printer.ToConfig().Tls!.PinSha256, BambuCertificates.PinOf(peer.Seen));
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        // The CA is itself of a root that nobody has.
        using X509Certificate2 ca = X509Certificate2.CreateFromPem(Printer.CaPem);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.ExtraStore.Add(ca);
        Assert.IsTrue(chain.Build(peer.Seen), string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
        Assert.AreEqual(ca.Thumbprint, chain.ChainElements[1].Certificate.Thumbprint);
    }

    [TestMethod]
    [DataRow("changed", true)]
    [DataRow("otherName", false)]
    [DataRow("expired", true)]
    public async Task Certificate_Fault_ShowsAnother(string fault, bool hasSerial)
    {
        await StartAsync();
        string pin = Printer.ToConfig().Tls!.PinSha256!;
        Printer.Faults = new VirtualBambuFaults { Certificate = fault };
        using BambuPeer peer = await ConnectAsync();
        Assert.AreNotEqual(pin, BambuCertificates.PinOf(peer.Seen!));
        Assert.AreEqual(hasSerial, peer.Seen!.Subject == "CN=" + Printer.Serial);
        Assert.AreEqual(fault == "expired", peer.Seen.NotAfter < DateTime.Now);
        Printer.Faults = VirtualBambuFaults.None;
        Assert.AreEqual(pin, Printer.ToConfig().Tls!.PinSha256);
    }

    [TestMethod]
    public async Task Connect_SameClientIdTwice_TheSecondPushesTheFirstOut()
    {
        await StartAsync();
        using BambuPeer first = await ConnectAsync("twin");
        using BambuPeer second = await ConnectAsync("twin");
        await first.Disconnected.WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs), Stop);
        await second.PushAllAsync();
        Assert.AreEqual(1, Printer.ClientCount);
    }

    [TestMethod]
    public async Task Connect_FifthClient_IsRefusedUntilOneLeaves()
    {
        await StartAsync();
        BambuPeer[] peers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => ConnectAsync("client" + i)));
        Assert.AreEqual(MqttClientConnectResultCode.ServerUnavailable, await BambuPeer.RefusalAsync(Printer, "fifth", Printer.AccessCode, Stop));
        peers[0].Dispose();
        await UntilAsync(() => Printer.ClientCount == 3);
        using BambuPeer fifth = await ConnectAsync("fifth");
        await fifth.PushAllAsync();
        Array.ForEach(peers, p => p.Dispose());
    }

    [TestMethod]
    public async Task Subscribe_OtherSerial_IsSilenceOrTheEnd()
    {
        await StartAsync("X1C");
        using BambuPeer peer = await BambuPeer.ConnectWithoutTopicAsync(Printer, "lost", Stop);
        await peer.SubscribeAsync("00M00A000000999");
        Time.Pass(1);
        Assert.IsTrue(await peer.IsQuietAsync());
        await peer.SubscribeAsync(Printer.Serial);
        Time.Pass(1);
        await peer.NextAsync();

        Printer.Faults = new VirtualBambuFaults { DropAtWrongTopic = true };
        try
        {
            await peer.SubscribeAsync("00M00A000000999");
        }
        catch (MQTTnet.Exceptions.MqttCommunicationException)
        {
            // With or without SUBACK.
        }

        await peer.Disconnected.WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs), Stop);
    }

    [TestMethod]
    public async Task Publish_OtherTopicOrNoJson_IsIgnored()
    {
        await StartAsync();
        using BambuPeer peer = await ConnectAsync();
        foreach (string payload in new[] { "", "no json", "[]", "{}", "{\"print\":3}", "{\"print\":{\"command\":{}}}", "{\"print\":{\"command\":\"stop\",\"command\":\"stop\"}}", "{\"other\":{\"command\":\"x\"}}" })
        {
            await peer.PublishAsync(payload);
        }

        Assert.IsTrue(await peer.IsQuietAsync());
        await peer.PushAllAsync();
    }

    [TestMethod]
    public async Task Reboot_BothServersGone_ComeBackOnTheirPortsIdle()
    {
        await StartAsync();
        PlaceArchive();
        int mqtt = Printer.MqttPort;
        int ftps = Printer.FtpsPort;
        using BambuPeer before = await ConnectAsync();
        Assert.AreEqual("success", (string?)(await before.AskAsync("project_file", "\"param\":\"Metadata/plate_1.gcode\",\"url\":\"file:///sdcard/part.gcode.3mf\""))["result"]);
        Task reboot = Printer.RebootAsync(TimeSpan.FromSeconds(3));
        await before.Disconnected.WaitAsync(TimeSpan.FromMilliseconds(Patience.LimitMs), Stop);
        await Assert.ThrowsAsync<Exception>(() => ConnectAsync());
        await UntilAsync(() =>
        {
            Time.Pass(1);
            return reboot.IsCompleted;
        });
        await reboot;
        Assert.AreEqual(mqtt, Printer.MqttPort);
        Assert.AreEqual(ftps, Printer.FtpsPort);
        using BambuPeer after = await ConnectAsync();
        Assert.AreEqual("IDLE", (string?)(await after.PushAllAsync())["gcode_state"]);
        using FtpPeer ftp = await FtpPeer.ConnectAsync(Printer, Stop);
    }

    private static Task UntilAsync(Func<bool> condition) => Patience.UntilAsync(condition, "what the broker does");
}
