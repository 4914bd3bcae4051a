using System;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What the core makes of a small device's Wi-Fi.</summary>
[TestClass]
public class DriverWifiTests
{
    private readonly FakeRawWifi _radio = new FakeRawWifi();
    private readonly RawWifi _wifi;

    public DriverWifiTests()
    {
        _wifi = new RawWifi(_radio, new ManualClock());
    }

    private static WifiNetwork Net(string ssid, int dbm) => new WifiNetwork(ssid, dbm, WifiSecurity.Unknown);

    [TestMethod]
    public void Join_Good_IsConnectedUntilTheAddressIsLost()
    {
        Assert.AreEqual((int)WifiState.Idle, (int)_wifi.State);
        _wifi.Join("farm", new Secret("password"), 20000);
        Assert.AreEqual((int)WifiState.Connected, (int)_wifi.State);
        _radio.HasAddress = false;
        Assert.AreEqual((int)WifiState.Disconnected, (int)_wifi.State);
        _radio.HasAddress = true;
        Assert.AreEqual((int)WifiState.Connected, (int)_wifi.State);
        _wifi.Leave();
        Assert.AreEqual((int)WifiState.Idle, (int)_wifi.State);
        Assert.IsFalse(_radio.HasAddress);
    }

    [TestMethod]
    public void Join_RefusedWithAStrongSignal_IsAWrongPassword()
    {
        _radio.Found = new[] { Net("farm", -50) };
        Fails(RawWifiResult.Refused, ErrorCode.AuthRejected, "refuses the password");
    }

    [TestMethod]
    public void Join_RefusedWithAWeakSignal_NamesTheSignalFirst()
    {
        _radio.Found = new[] { Net("other", -30), Net("farm", -87) };
        Fails(RawWifiResult.Refused, ErrorCode.AuthRejected, "weak (-87 dBm), or the password");
    }

    [TestMethod]
    public void Join_NoSuchNetwork_IsNotFoundWhateverTheRadioSays()
    {
        _radio.Found = new[] { Net("other", -30) };
        Fails(RawWifiResult.Refused, ErrorCode.NotFound, "2.4 GHz");
        Fails(RawWifiResult.TimedOut, ErrorCode.NotFound, "2.4 GHz");
        _radio.Found = null;
        Fails(RawWifiResult.NotFound, ErrorCode.NotFound, "did not answer");
    }

    [TestMethod]
    public void Join_NoAddress_LeavesAgain()
    {
        _radio.GivesAddress = false;
        Fails(RawWifiResult.Joined, ErrorCode.Timeout, "DHCP");
        Assert.AreEqual(0, _radio.Scans);
    }

    [TestMethod]
    public void Join_RadioFails_IsAFailureAndNotAJoinWithoutEnd()
    {
        _radio.Fault = new InvalidOperationException("no adapter");
        Fails(RawWifiResult.Joined, ErrorCode.Internal, "no adapter");
    }

    [TestMethod]
    public void Scan_SeveralAccessPoints_GivesEachNameOnceStrongestFirst()
    {
        _radio.Found = new[] { Net("a", -70), Net("", -20), Net("b", -40), Net("a", -30), Net("b", -60) };
        WifiNetwork[] networks = _wifi.Scan(5000);
        Assert.AreEqual(2, networks.Length);
        Assert.AreEqual("a", networks[0].Ssid);
        Assert.AreEqual(-30, networks[0].SignalDbm);
        Assert.AreEqual(-40, networks[1].SignalDbm);
    }

    [TestMethod]
    public void SignalDbm_AfterASearch_IsThatOfTheJoinedNetwork()
    {
        _wifi.Join("farm", new Secret("password"), 20000);
        Assert.AreEqual(0, _wifi.SignalDbm);
        _radio.Found = new[] { Net("farm", -61), Net("other", -30) };
        _wifi.Scan(5000);
        Assert.AreEqual(-61, _wifi.SignalDbm);
        _radio.HasAddress = false;
        Assert.AreEqual(0, _wifi.SignalDbm);
    }

    [TestMethod]
    public void Scan_DoesNotEnd_IsATimeout()
    {
        _radio.Found = null;
        try
        {
            _wifi.Scan(5000);
            Assert.Fail("ended");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)ErrorCode.Timeout, (int)error.Code);
        }
    }

    private void Fails(RawWifiResult result, ErrorCode code, string words)
    {
        _radio.Result = result;
        try
        {
            _wifi.Join("farm", new Secret("password"), 2000);
            Assert.Fail("joined");
        }
        catch (HubException error)
        {
            Assert.AreEqual((int)code, (int)error.Code, error.Message);
            Assert.IsTrue(error.Message.IndexOf(words) >= 0, error.Message);
        }

        Assert.AreEqual((int)WifiState.Failed, (int)_wifi.State);
        Assert.IsFalse(_radio.HasAddress);
    }
}
