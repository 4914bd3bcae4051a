using System;
using System.Linq;
using System.Text;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Provisioning;

/// <summary>An Improv client gives the hub its Wi-Fi.</summary>
[TestClass]
public sealed class ImprovTests : ProvisionerTestBase
{
    [TestMethod]
    public void Settings_WrongThenRight_EndsWithTheAddressOfThePage()
    {
        Central.Connect();
        Assert.AreEqual("2 0 7", Central.Read(TestCentral.ImprovState)![0] + " " + Central.Read(TestCentral.ImprovError)![0] + " " + Central.Read(TestCentral.ImprovCapabilities)![0]);
        Send(1, "farm", "wrong-password");
        Assert.AreEqual("3", Central.Statuses(TestCentral.ImprovError, 1));
        Send(1, "farm", "FAKE-PASSWORD");
        Patience.Until(() => Central.Heard(TestCentral.ImprovResult).Length == 1, "the result", Lines.ToString);
        CollectionAssert.AreEqual(new[] { "https://hub.example/" }, Texts(1));
        Assert.AreEqual("4", Central.Read(TestCentral.ImprovState)![0].ToString());
        Assert.AreEqual("farm", Hub.Config.Wifi!.Ssid);
    }

    [TestMethod]
    public void DeviceInfoAndScan_AreAnswered()
    {
        Central.Connect();
        Send(3);
        Patience.Until(() => Central.Heard(TestCentral.ImprovResult).Length == 1, "the device");
        string[] info = Texts(3);
        Assert.HasCount(4, info);
        Assert.StartsWith("Hub-", info[3]);
        Send(4);
        Patience.Until(() => Central.Heard(TestCentral.ImprovResult).Length == 2, "the networks", Lines.ToString);
        CollectionAssert.AreEqual(new[] { "farm", "-60", "WPA2", "open", "-75", "NO" }, Texts(4));
    }

    [TestMethod]
    public void ProvisionedHub_WantsTheButton()
    {
        Provisioned();
        Central.Connect();
        Patience.Until(() => Central.Read(TestCentral.ImprovState)![0] == 1, "authorization required");
        Send(1, "shop", "FAKE-PASSWORD-2");
        Assert.AreEqual("4", Central.Statuses(TestCentral.ImprovError, 1));
        Press();
        Patience.Until(() => Central.Heard(TestCentral.ImprovState).Any(v => v[0] == 2), "authorized");
        Send(1, "shop", "FAKE-PASSWORD-2");
        Patience.Until(() => Hub.Config.Wifi!.Ssid == "shop", "the other network", Lines.ToString);
    }

    [TestMethod]
    public void LeastMtu_CommandInPiecesAndResultThatFits()
    {
        Central.Connect(23);
        byte[] packet = Packet(1, "farm", "FAKE-PASSWORD");
        Central.Write(TestCentral.ImprovCommand, packet[..20]);
        Central.Write(TestCentral.ImprovCommand, packet[20..]);
        Patience.Until(() => Hub.Config.Wifi != null, "the network", Lines.ToString);
        Patience.Until(() => Central.Heard(TestCentral.ImprovResult).Length == 1, "the result");
        Assert.IsLessThanOrEqualTo(20, Central.Heard(TestCentral.ImprovResult)[0].Length);
    }

    private static byte[] Packet(byte command, params string[] texts)
    {
        byte[] data = [.. texts.SelectMany(t => new[] { (byte)Encoding.UTF8.GetByteCount(t) }.Concat(Encoding.UTF8.GetBytes(t)))];
        byte[] packet = [command, (byte)data.Length, .. data];
        return [.. packet, (byte)packet.Sum(b => b)];
    }

    private void Send(byte command, params string[] texts) => Assert.IsTrue(Central.Write(TestCentral.ImprovCommand, Packet(command, texts)));

    /// <summary>The texts of the newest result, which must be this command's.</summary>
    private string[] Texts(byte command)
    {
        byte[] packet = Central.Heard(TestCentral.ImprovResult)[^1];
        CollectionAssert.AreEqual(packet, Central.Read(TestCentral.ImprovResult), "a client that reads gets the same");
        Assert.AreEqual(command, packet[0]);
        Assert.AreEqual((byte)packet[..^1].Sum(b => b), packet[^1]);
        System.Collections.Generic.List<string> texts = [];
        for (int at = 2; at < packet.Length - 1; at += 1 + packet[at])
        {
            texts.Add(Encoding.UTF8.GetString(packet, at + 1, packet[at]));
        }

        return [.. texts];
    }
}
