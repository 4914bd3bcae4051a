using System;
using System.Linq;
using System.Threading;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Portable;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal.Radio;

/// <summary>The simulated networks behind the board's own code.</summary>
[TestClass]
public sealed class SimulatedWifiTests
{
    private readonly ManualClock _clock = new();
    private readonly SimulatedWifi _radio;
    private readonly RawWifi _wifi;

    public SimulatedWifiTests()
    {
        _radio = new SimulatedWifi(_clock, SimulatedNetwork.Defaults());
        _wifi = new RawWifi(_radio, _clock);
    }

    [TestMethod]
    public void Scan_Defaults_FindsAllButTheHiddenOneStrongestFirst()
    {
        CollectionAssert.AreEqual(
            new[] { "farm", "guest", "cafe", "attic", "office", "garage", "cellar" },
            _wifi.Scan(5000).Select(n => n.Ssid).ToArray());
        Assert.IsTrue(_wifi.Scan(5000).All(n => n.Security == WifiSecurity.Unknown));
    }

    [TestMethod]
    public void Scan_TooShort_IsATimeout() => HubErrors.Fails(ErrorCode.Timeout, () => _wifi.Scan(500));

    [TestMethod]
    [DataRow("farm", "correct-horse")]
    [DataRow("guest", "")]
    [DataRow("secret", "correct-horse")]
    public void Join_RightPassword_IsConnected(string ssid, string password)
    {
        _wifi.Join(ssid, new Secret(password), 20000);
        Assert.AreEqual(WifiState.Connected, _wifi.State);
        Assert.IsTrue(_radio.IsOnline);
        Assert.AreEqual(ssid, _radio.Ssid);
    }

    [TestMethod]
    public void Join_KeyOf64HexDigits_IsConnected()
    {
        // That of IEEE 802.11i, annex H.4.3: "password" and the network "IEEE".
        _radio.Networks = [new SimulatedNetwork("IEEE", "password", -50, SimulatedNetworkKind.Normal)];
        _wifi.Join("IEEE", new Secret("f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"), 20000);
        Assert.AreEqual(WifiState.Connected, _wifi.State);
    }

    [TestMethod]
    public void Join_Captive_HasAnAddressAndNoWayOut()
    {
        _wifi.Join("cafe", new Secret(""), 20000);
        Assert.AreEqual(WifiState.Connected, _wifi.State);
        Assert.IsFalse(_radio.IsOnline);
    }

    [TestMethod]
    [DataRow("farm", "wrong-horse", ErrorCode.AuthRejected, "refuses the password")]
    [DataRow("cellar", "correct-horse", ErrorCode.AuthRejected, "signal is weak")]
    [DataRow("attic", "correct-horse", ErrorCode.Timeout, "DHCP")]
    [DataRow("office", "", ErrorCode.NotSupported, "login")]
    [DataRow("nowhere", "correct-horse", ErrorCode.NotFound, "in reach")]
    [DataRow("garage", "correct-horse", ErrorCode.Timeout, "could not join")]
    public void Join_Fails_AsTheRealRadioDoes(string ssid, string password, ErrorCode code, string words)
    {
        HubException error = HubErrors.Fails(code, () => _wifi.Join(ssid, new Secret(password), 20000));
        StringAssert.Contains(error.Message, words);
        Assert.AreEqual(WifiState.Failed, _wifi.State);
        Assert.IsFalse(_radio.HasAddress);
    }

    [TestMethod]
    public void Join_NothingAnswers_BlocksForTwentySeconds()
    {
        long before = _clock.NowMs;
        Assert.AreEqual(RawWifiResult.TimedOut, _radio.Connect("garage", "correct-horse"));
        Assert.AreEqual(20000, _clock.NowMs - before);
    }

    [TestMethod]
    public void Connect_WeakSignal_ComesAsARefusedPassword() => Assert.AreEqual(RawWifiResult.Refused, _radio.Connect("cellar", "correct-horse"));

    [TestMethod]
    public void Connect_NoDhcp_JoinsAndAnAddressNeverComes()
    {
        Assert.AreEqual(RawWifiResult.Joined, _radio.Connect("attic", "correct-horse"));
        _clock.Advance(24 * 3_600_000);
        Assert.IsFalse(_radio.HasAddress);
    }

    [TestMethod]
    public void Scan_WhileAJoinHoldsTheRadio_FailsThereAndWaitsInTheHub()
    {
        DrivenClock clock = new(() => 1);
        SimulatedWifi radio = new(clock, SimulatedNetwork.Defaults());
        RawWifi wifi = new(radio, clock);
        ErrorCode failed = ErrorCode.None;
        Thread join = new(() => failed = HubErrors.Fails(ErrorCode.Timeout, () => wifi.Join("garage", new Secret("correct-horse"), 20000)).Code);
        join.Start();
        clock.Settle();
        Assert.IsNull(radio.Scan(5000), "the radio is busy");
        Assert.AreEqual(RawWifiResult.Failed, radio.Connect("farm", "correct-horse"));
        WifiNetwork[] found = [];
        Thread scan = new(() => found = wifi.Scan(5000));
        scan.Start();
        clock.PassThrough(SimulatedWifi.LongestJoinMs - 1);
        Assert.IsTrue(join.IsAlive, "the join holds the radio for 20 s");
        Assert.IsEmpty(found);
        clock.PassUntil(() => found.Length > 0, "the search after the join");
        join.Join();
        scan.Join();
        Assert.AreEqual(ErrorCode.Timeout, failed);
    }

    [TestMethod]
    public void Join_WrongThenRight_AThousandTimes()
    {
        for (int i = 0; i < 1000; i++)
        {
            HubErrors.Fails(ErrorCode.AuthRejected, () => _wifi.Join("farm", new Secret("wrong-horse"), 20000));
            _wifi.Join("farm", new Secret("correct-horse"), 20000);
            Assert.AreEqual(WifiState.Connected, _wifi.State);
        }
    }

    [TestMethod]
    public void Networks_JoinedOneGoesAndComesBack_IsLostAndJoinedAgain()
    {
        int losses = 0;
        _radio.Lost += () => losses++;
        _wifi.Join("farm", new Secret("correct-horse"), 20000);
        _radio.Networks = [.. SimulatedNetwork.Defaults().Skip(1)];
        Assert.AreEqual(WifiState.Disconnected, _wifi.State);
        Assert.AreEqual(1, losses);
        _radio.Networks = SimulatedNetwork.Defaults();
        Assert.AreEqual(WifiState.Disconnected, _wifi.State);
        _clock.Advance(5000);
        Assert.AreEqual(WifiState.Connected, _wifi.State);
        _radio.Networks = [new SimulatedNetwork("farm", "another-one", -50, SimulatedNetworkKind.Normal)];
        Assert.AreEqual(WifiState.Disconnected, _wifi.State);
    }
}
