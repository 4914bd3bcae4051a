using System;
using System.Linq;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Provisioning;

/// <summary>A page that knows nothing of the pairing code, such as AutoPrintFarm's, sets a hub up.</summary>
[TestClass]
public sealed class PlainValueTests : ProvisionerTestBase
{
    [TestMethod]
    public void FreshHub_IsGivenNetworkAndIds()
    {
        Central.Connect();
        Assert.AreEqual("5", Central.Read(TestCentral.Status)![0].ToString(), "no network yet");
        Assert.IsTrue(Central.Write(TestCentral.Ssid, "farm"));
        Assert.IsTrue(Central.Write(TestCentral.Password, "FAKE-PASSWORD"));
        Assert.IsTrue(Central.Write(TestCentral.HubId, "hub-7"));
        Assert.IsTrue(Central.Write(TestCentral.TenantId, "tenant-7"));
        Assert.IsTrue(Central.Write(TestCentral.Command, 1));
        Assert.AreEqual("1 2", Central.Statuses(TestCentral.Status, 2));
        Patience.Until(() => Hub.Config.Wifi != null, "the stored network");
        Assert.AreEqual("farm", Hub.Config.Wifi!.Ssid);
        Assert.AreEqual("hub-7 tenant-7 ", Hub.Config.Cloud!.HubId + " " + Hub.Config.Cloud.TenantId + " " + Hub.Config.Cloud.Url);
        Assert.AreEqual("farm hub-7 tenant-7", Central.Text(TestCentral.Ssid) + " " + Central.Text(TestCentral.HubId) + " " + Central.Text(TestCentral.TenantId));
        Assert.IsNull(Central.Read(TestCentral.Password));

        Restart();
        Patience.Until(() => Wifi.State == WifiState.Connected, "the network after a restart", Lines.ToString);
        Assert.AreEqual("tenant-7", Hub.Config.Cloud!.TenantId);
    }

    [TestMethod]
    public void WrongPassword_CanBeCorrectedAtOnceAHundredTimes() => Correct(100);

    [TestMethod]
    [TestCategory("Kills")]
    public void WrongPassword_CanBeCorrectedAtOnceAThousandTimes() => Correct(1000);

    [TestMethod]
    public void WrongPassword_OldNetworkStaysInForce()
    {
        Provisioned();
        Press();
        Central.Connect();
        Join("shop", "wrong-password");
        Assert.AreEqual("1 3", Central.Statuses(TestCentral.Status, 2));
        Patience.Until(() => Wifi.State == WifiState.Connected, "the old network", Lines.ToString);
        Assert.AreEqual("farm", Wifi.Joins.Last());
        Assert.AreEqual("farm", Hub.Config.Wifi!.Ssid);
        Assert.AreEqual("3", Central.Read(TestCentral.Status)![0].ToString(), "the person must see that it failed");
    }

    [TestMethod]
    public void ProvisionedHub_IsOpenAfterTheButtonOnly()
    {
        Provisioned();
        Central.Connect();
        Assert.IsFalse(Central.Write(TestCentral.Ssid, "shop"));
        Assert.IsFalse(Central.Write(TestCentral.Password, "FAKE-PASSWORD-2"));
        Assert.IsFalse(Central.Write(TestCentral.HubId, "evil"));
        Assert.IsFalse(Central.Write(TestCentral.Command, 1));
        Assert.IsFalse(Central.Write(TestCentral.Command, 255));
        Assert.AreEqual("farm", Central.Text(TestCentral.Ssid));
        Press();
        Join("shop", "FAKE-PASSWORD-2");
        Patience.Until(() => Hub.Config.Wifi!.Ssid == "shop", "the other network", Lines.ToString);
    }

    [TestMethod]
    public void Window_ClosesAQuarterOfAnHourAfterTheStart()
    {
        Provisioned();
        Central.Connect();
        Pass(TimeSpan.FromMinutes(15));
        Patience.Until(() => Ble.Disconnects > 0 && !Ble.IsAdvertising, "the end of the connection and the advertisement", Lines.ToString);
        Central.Connect();
        Patience.Until(() => Ble.Disconnects > 1, "the end of the next connection");
        Press();
        Patience.Until(() => Ble.IsAdvertising, "the advertisement");
        Pass(TimeSpan.FromMinutes(10));
        Patience.Until(() => !Ble.IsAdvertising, "its end");
    }

    [TestMethod]
    public void BadValues_AreRefusedAndChangeNothing()
    {
        Central.Connect();
        foreach (byte[] ssid in new[] { [], new byte[33], [0xC3, 0x28], [65, 0] })
        {
            Assert.IsFalse(Central.Write(TestCentral.Ssid, ssid));
        }

        Assert.IsFalse(Central.Write(TestCentral.Password, "1234567"));
        Assert.IsFalse(Central.Write(TestCentral.Password, new byte[65]));
        Assert.IsFalse(Central.Write(TestCentral.Command, []));
        Assert.IsFalse(Central.Write(TestCentral.Command, 1, 1));
        Assert.IsFalse(Central.Write(TestCentral.Command, 77));
        Assert.IsFalse(Central.Write(TestCentral.HubId, "a/b"));
        Assert.IsFalse(Central.Write(TestCentral.Status, 2));
        Assert.IsTrue(Central.Write(TestCentral.Ssid, Encoding.UTF8.GetBytes(new string('ä', 16))), "32 bytes");
        Assert.IsTrue(Central.Write(TestCentral.Password, new string('a', 64)), "a key of 64 hex digits");
        Assert.IsTrue(Central.Write(TestCentral.Command, 1));
        Assert.AreEqual("1 3", Central.Statuses(TestCentral.Status, 2));
    }

    [TestMethod]
    public void OpenNetwork_AndForget()
    {
        Central.Connect();
        Join("open", "");
        Assert.AreEqual("1 2", Central.Statuses(TestCentral.Status, 2));
        Patience.Until(() => Hub.Config.Wifi != null, "the stored network");
        Assert.IsTrue(Central.Write(TestCentral.Command, 255));
        Patience.Until(() => Hub.Config.Wifi == null && Wifi.State == WifiState.Idle, "no network");
        Assert.AreEqual("5", Central.Read(TestCentral.Status)![0].ToString());
    }

    [TestMethod]
    public void LeaveAndConnectAgain_JoinsTheStoredNetwork()
    {
        Central.Connect();
        Join("farm", "FAKE-PASSWORD");
        Central.Statuses(TestCentral.Status, 2);
        Patience.Until(() => Hub.Config.Wifi != null, "the stored network");
        Assert.IsTrue(Central.Write(TestCentral.Command, 2));
        Assert.AreEqual("1 2 4", Central.Statuses(TestCentral.Status, 3));
        Central.Disconnect();
        Press();
        Central.Connect();
        Assert.IsTrue(Central.Write(TestCentral.Command, 1));
        Assert.AreEqual("1 2", Central.Statuses(TestCentral.Status, 2));
    }

    [TestMethod]
    public void Restart_DuringAJoin_OldNetworkIsInForce()
    {
        Provisioned();
        Press();
        Central.Connect();
        Wifi.Gate.Reset();
        Join("shop", "FAKE-PASSWORD-2");
        Central.Statuses(TestCentral.Status, 1);
        Assert.AreEqual("1", Central.Read(TestCentral.Status)![0].ToString());
        Assert.AreEqual("farm", Hub.Config.Wifi!.Ssid, "stored once it was joined");
        Wifi.Gate.Set();
    }

    [TestMethod]
    public void Command_CentralGoesAtOnce_IsCarriedOut()
    {
        Central.Connect();
        Join("farm", "FAKE-PASSWORD");
        Central.Disconnect();
        Patience.Until(() => Hub.Config.Wifi != null, "the network", Lines.ToString);
    }

    [TestMethod]
    public void Connect_WhileAJoinRuns_IsRefused()
    {
        Wifi.Gate.Reset();
        Central.Connect();
        Join("farm", "FAKE-PASSWORD");
        Assert.IsFalse(Central.Write(TestCentral.Command, 1));
        Wifi.Gate.Set();
        Assert.AreEqual("1 2", Central.Statuses(TestCentral.Status, 2));
    }

    [TestMethod]
    public void Forget_DuringAJoin_IsNotUndoneByIt()
    {
        Wifi.Gate.Reset();
        Central.Connect();
        Join("farm", "FAKE-PASSWORD");
        Patience.Until(() => Wifi.State == WifiState.Connecting, "the join");
        Assert.IsTrue(Central.Write(TestCentral.Command, 255));
        Seen("forgot the network");
        Wifi.Gate.Set();
        Assert.AreEqual("1 3", Central.Statuses(TestCentral.Status, 2));
        Patience.Until(() => Wifi.State == WifiState.Idle, "the end of the network", Lines.ToString);
        Assert.IsNull(Hub.Config.Wifi);
    }

    [TestMethod]
    public void Values_OfAnEndedConnection_AreForgotten()
    {
        Central.Connect();
        Assert.IsTrue(Central.Write(TestCentral.Ssid, "farm"));
        Assert.IsTrue(Central.Write(TestCentral.Password, "FAKE-PASSWORD"));
        Central.Disconnect();
        Central.Connect();
        Assert.AreEqual("", Central.Text(TestCentral.Ssid));
        Assert.IsTrue(Central.Write(TestCentral.Command, 1));
        Assert.AreEqual("5", Central.Statuses(TestCentral.Status, 1), "nothing to join");
        Assert.IsEmpty(Wifi.Joins);
    }

    private void Correct(int cycles)
    {
        Central.Connect();
        for (int i = 1; i <= cycles; i++)
        {
            Join("farm", "wrong-password-" + i);
            Central.Statuses(TestCentral.Status, (4 * i) - 2);
            Join("farm", "FAKE-PASSWORD");
            Central.Statuses(TestCentral.Status, 4 * i);
        }

        string expected = string.Join(' ', Enumerable.Repeat("1 3 1 2", cycles));
        Assert.AreEqual(expected, Central.Statuses(TestCentral.Status, 4 * cycles));
        Assert.IsLessThan(Central.Calls / 20, Central.SlowCalls, "handlers must hand their work over; a busy machine may stop a few");
    }

    private void Join(string ssid, string password)
    {
        Assert.IsTrue(Central.Write(TestCentral.Ssid, ssid));
        Assert.IsTrue(Central.Write(TestCentral.Password, password));
        Assert.IsTrue(Central.Write(TestCentral.Command, 1));
    }
}
