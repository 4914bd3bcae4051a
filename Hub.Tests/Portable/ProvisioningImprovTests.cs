using System.Text;
using Hub.Core.Provisioning;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Improv's packets, states and errors, and what the hub advertises.</summary>
[TestClass]
public class ProvisioningImprovTests
{
    private readonly GattIds _ids = new GattIds();
    private readonly ImprovService _improv;

    public ProvisioningImprovTests()
    {
        _improv = new ImprovService(_ids);
    }

    [TestMethod]
    public void Advertisement_Has31BytesAsImprovWantsThem()
    {
        Assert.AreEqual(
            "02010611070080267874276346722228626877460009167746020700000000",
            Hex(Advertisement.Of(ImprovService.Authorized, ImprovService.Capabilities)));
        Assert.AreEqual(
            "11074b9131c3c9c5cc8f9e45b51f01c2af4f0b094875622d613162326333",
            Hex(Advertisement.ScanResponse("Hub-a1b2c3")));
    }

    [TestMethod]
    public void NameOf_EndsWithTheDeviceIdAndFits()
    {
        Assert.AreEqual("Hub-44EE55", Advertisement.NameOf("hub-01:33:44:EE:55"));
        Assert.AreEqual("Hub-7", Advertisement.NameOf("7"));
        Assert.IsTrue(Advertisement.ScanResponse(Advertisement.NameOf("0123456789")).Length <= 31);
    }

    [TestMethod]
    public void Settings_InPieces_AreTakenWhenTheyAreComplete()
    {
        byte[] packet = Settings("farm", "FAKE-PASSWORD");
        for (int i = 0; i < packet.Length; i++)
        {
            Assert.IsNull(_improv.TakeCommand());
            _improv.Write(new[] { packet[i] }, true, false, 1000);
        }

        byte[]? command = _improv.TakeCommand();
        Assert.AreEqual("farm", ImprovService.Network(command!)["ssid"] as string);
        Assert.AreEqual("FAKE-PASSWORD", ImprovService.Network(command!)["password"] as string);
        Assert.AreEqual((int)ImprovService.Provisioning, (int)_improv.State(true));
        _improv.Write(packet, true, false, 1000);
        Assert.AreEqual((int)ImprovService.UnknownError, (int)_improv.Error, "one join at a time");

        _improv.JoinEnded(false);
        Assert.AreEqual((int)ImprovService.UnableToConnect, (int)_improv.Error);
        Assert.AreEqual((int)ImprovService.Authorized, (int)_improv.State(true));
        _improv.Write(packet, true, false, 1000);
        Assert.AreEqual((int)ImprovService.NoError, (int)_improv.Error, "the next try follows at once");
        _improv.JoinEnded(true);
        Assert.AreEqual((int)ImprovService.Provisioned, (int)_improv.State(false));
    }

    [TestMethod]
    public void Settings_CentralGoesAtOnce_AreStillJoined()
    {
        Assert.IsTrue(_improv.Write(Settings("farm", "FAKE-PASSWORD"), true, false, 1000));
        _improv.Reset();
        Assert.AreEqual((int)ImprovPackets.Settings, _improv.TakeCommand()![0]);
        _improv.JoinEnded(false);
        Assert.IsTrue(_improv.Write(Settings("farm", "FAKE-PASSWORD"), true, false, 1000), "and the next try follows");
    }

    [TestMethod]
    public void Settings_WhileAnotherJoinRuns_AreRefused()
    {
        Assert.IsFalse(_improv.Write(Settings("farm", "FAKE-PASSWORD"), true, true, 1000));
        Assert.AreEqual((int)ImprovService.UnknownError, (int)_improv.Error);
        Assert.IsNull(_improv.TakeCommand());
    }

    [TestMethod]
    public void Settings_WhileWritingIsClosed_AreNotAuthorized()
    {
        _improv.Write(Settings("farm", ""), false, false, 1000);
        Assert.AreEqual((int)ImprovService.NotAuthorized, (int)_improv.Error);
        Assert.AreEqual((int)ImprovService.AuthorizationRequired, (int)_improv.State(false));
        Assert.IsNull(_improv.TakeCommand());
    }

    [TestMethod]
    public void BadPackets_HaveTheirError()
    {
        Refused(ImprovService.UnknownCommand, Packet(9, new byte[0]));
        Refused(ImprovService.InvalidPacket, Packet(2, new byte[] { 120 }));
        Refused(ImprovService.InvalidPacket, Packet(1, new byte[] { 5, 65, 65, 0 }));
        Refused(ImprovService.InvalidPacket, Packet(1, new byte[] { 1, 65 }));
        Refused(ImprovService.UnableToConnect, Settings("", ""));
        Refused(ImprovService.UnableToConnect, Settings("farm", "abc"));
        byte[] wrongSum = Packet(2, new byte[0]);
        wrongSum[2]++;
        Refused(ImprovService.InvalidPacket, wrongSum);
        Refused(ImprovService.InvalidPacket, new byte[] { 2, 0, 2, 0 });
        Refused(ImprovService.InvalidPacket, new byte[300]);
    }

    [TestMethod]
    public void Rest_ThatDoesNotCome_IsForgotten()
    {
        _improv.Write(new byte[] { 1, 20 }, true, false, 1000);
        _improv.Write(Packet(2, new byte[0]), true, false, 7000);
        Assert.AreEqual((int)ImprovPackets.Identify, _improv.TakeCommand()![0]);
    }

    [TestMethod]
    public void Result_HoldsAsManyGroupsAsFit()
    {
        string[] texts = { "one", "-50", "NO", "two", "-60", "WPA2" };
        byte[] all = ImprovPackets.Result(ImprovPackets.Scan, texts, 3, 255);
        Assert.AreEqual("0418036f6e65032d3530024e4f0374776f032d36300457504132", Hex(all).Substring(0, 52));
        byte[] one = ImprovPackets.Result(ImprovPackets.Scan, texts, 3, 20);
        Assert.AreEqual("040b036f6e65032d3530024e4f", Hex(one).Substring(0, 26));
        Assert.AreEqual(3, ImprovPackets.Result(ImprovPackets.Scan, texts, 3, 5).Length, "nothing fits");
    }

    [TestMethod]
    public void WifiText_TakesWhatMayBeANetwork()
    {
        Assert.IsNull(WifiText.Ssid(new byte[0]));
        Assert.IsNull(WifiText.Ssid(new byte[33]));
        Assert.IsNull(WifiText.Ssid(new byte[] { 0xC3 }), "no UTF-8");
        Assert.IsNull(WifiText.Ssid(new byte[] { 65, 0 }));
        Assert.AreEqual("Hälle", WifiText.Ssid(Encoding.UTF8.GetBytes("Hälle")));
        Assert.AreEqual("12345678901234567890123456789012", WifiText.Ssid(Encoding.UTF8.GetBytes("12345678901234567890123456789012")));
        Assert.AreEqual("", WifiText.Password(new byte[0]));
        Assert.IsNull(WifiText.Password(Encoding.UTF8.GetBytes("1234567")));
        Assert.IsNotNull(WifiText.Password(Encoding.UTF8.GetBytes("12345678")));
        Assert.IsNull(WifiText.Password(new byte[65]));
        Assert.AreEqual("a-B_9", WifiText.Id(Encoding.UTF8.GetBytes("a-B_9")));
        Assert.IsNull(WifiText.Id(Encoding.UTF8.GetBytes("a/b")));
        Assert.IsNull(WifiText.Id(new byte[0]));
    }

    private static byte[] Settings(string ssid, string password)
    {
        byte[] name = Encoding.UTF8.GetBytes(ssid);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        byte[] data = new byte[2 + name.Length + secret.Length];
        data[0] = (byte)name.Length;
        name.CopyTo(data, 1);
        data[1 + name.Length] = (byte)secret.Length;
        secret.CopyTo(data, 2 + name.Length);
        return Packet(1, data);
    }

    private static byte[] Packet(byte command, byte[] data)
    {
        byte[] packet = new byte[data.Length + 3];
        packet[0] = command;
        packet[1] = (byte)data.Length;
        data.CopyTo(packet, 2);
        int sum = 0;
        for (int i = 0; i < packet.Length - 1; i++)
        {
            sum += packet[i];
        }

        packet[packet.Length - 1] = (byte)sum;
        return packet;
    }

    private static string Hex(byte[] bytes)
    {
        const string Digits = "0123456789abcdef";
        string hex = "";
        for (int i = 0; i < bytes.Length; i++)
        {
            hex += Digits.Substring(bytes[i] >> 4, 1) + Digits.Substring(bytes[i] & 15, 1);
        }

        return hex;
    }

    private void Refused(byte error, byte[] packet)
    {
        _improv.Write(packet, true, false, 1000);
        Assert.AreEqual((int)error, (int)_improv.Error, Hex(packet));
        Assert.AreEqual((int)error, _improv.TakeError()![0], "said each time");
        Assert.IsNull(_improv.TakeError());
        Assert.IsNull(_improv.TakeCommand());
    }
}
