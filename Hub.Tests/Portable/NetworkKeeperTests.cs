using System;
using System.Collections;
using Hub.Core.Configuration;
using Hub.Core.Drivers;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Network;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What keeps the hub in its network does, turn by turn on a driven clock.</summary>
[TestClass]
public class NetworkKeeperTests : ILogSink, IWifi, IConfigListener
{
    private readonly ScriptedHal _hal = new ScriptedHal();
    private readonly ConfigManager _config;
    private readonly WifiKeeper _keeper;
    private Exception? _failure;
    private string _calls = "";
    private string _log = "";
    private string? _nextOnLeave;

    public NetworkKeeperTests()
    {
        _hal.Waves = new Radio(this, new NullBle());
        Log log = new Log(this, _hal.Time, LogLevel.Info);
        _config = new ConfigManager(_hal.Nvs, new TreeJsonDocuments(), log);
        _config.Load();
        _keeper = new WifiKeeper(_hal, log, _config);
    }

    public WifiState State { get; private set; } = WifiState.Idle;

    public int SignalDbm => -60;

    public void Write(long timeMs, LogLevel level, string area, string message) => _log += level == LogLevel.Info ? "" : area + ": " + message + "\n";

    public WifiNetwork[] Scan(int timeoutMs) => new WifiNetwork[0];

    public void Join(string ssid, Secret password, int timeoutMs)
    {
        _calls += "join " + ssid + " " + password.Reveal() + ";";
        if (_failure != null)
        {
            State = WifiState.Failed;
            throw _failure;
        }

        State = WifiState.Connected;
    }

    public void Leave()
    {
        _calls += "leave;";
        State = WifiState.Idle;
        if (_nextOnLeave != null)
        {
            string next = _nextOnLeave;
            _nextOnLeave = null;
            Set(next, null);
        }
    }

    public void ConfigChanged(string documentKey) => _keeper.ConfigChanged(documentKey);

    [TestMethod]
    public void Turn_NoNetworkConfigured_DoesNothing()
    {
        _keeper.Turn();
        Assert.AreEqual("", _calls);
    }

    [TestMethod]
    public void Turn_NetworkConfigured_JoinsOnceAndAgainAfterALoss()
    {
        Set("farm", "FAKE-PASSWORD");
        _keeper.Turn();
        _keeper.Turn();
        Assert.AreEqual("join farm FAKE-PASSWORD;", _calls);

        State = WifiState.Disconnected;
        _failure = new HubException(ErrorCode.NotFound, "no network");
        _keeper.Turn();
        _keeper.Turn();
        Assert.AreEqual("wifi: the network is lost; joining again\nwifi: no network\n", _log);
        _failure = null;
        _hal.Time.Advance(1000);
        _keeper.Turn();
        Assert.AreEqual("join farm FAKE-PASSWORD;join farm FAKE-PASSWORD;join farm FAKE-PASSWORD;", _calls);
        Assert.AreEqual((int)WifiState.Connected, (int)State);
    }

    [TestMethod]
    public void Turn_OpenNetwork_JoinsWithoutAPassword()
    {
        Set("open", null);
        _keeper.Turn();
        Assert.AreEqual("join open ;", _calls);
    }

    [TestMethod]
    public void Turn_AnotherNetwork_LeavesTheFormerAndJoinsItAtOnce()
    {
        _config.Listen(this);
        _failure = new HubException(ErrorCode.AuthRejected, "refused");
        Set("farm", null);
        _keeper.Turn();
        _calls = "";
        _failure = null;
        Set("other", null);
        _keeper.Turn();
        Assert.AreEqual("leave;join other ;", _calls);

        _calls = "";
        _config.ClearWifi();
        _keeper.Turn();
        _hal.Time.Advance(600000);
        _keeper.Turn();
        Assert.AreEqual("leave;", _calls);
    }

    [TestMethod]
    public void Turn_NetworkChangesDuringAChange_TheFormerIsNotJoined()
    {
        _config.Listen(this);
        Set("farm", null);
        _nextOnLeave = "other";
        _keeper.Turn();
        Assert.AreEqual("leave;join other ;", _calls);
    }

    [TestMethod]
    public void Turn_RadioFaults_IsTriedAgainAfterThePauseOnly()
    {
        Set("farm", null);
        _failure = new InvalidOperationException("radio");
        _keeper.Turn();
        _keeper.Turn();
        Assert.AreEqual("join farm ;", _calls);
        Assert.IsTrue(_log.IndexOf("radio") >= 0, _log);
        _hal.Time.Advance(1000);
        _keeper.Turn();
        Assert.AreEqual("join farm ;join farm ;", _calls);
    }

    [TestMethod]
    public void Join_WrongPassword_FormerNetworkIsJoinedAgainAtOnce()
    {
        _config.Listen(this);
        Set("farm", "FAKE-PASSWORD");
        _keeper.Turn();
        _calls = "";
        _failure = new HubException(ErrorCode.AuthRejected, "the password is wrong");
        HubException? error = null;
        try
        {
            _keeper.Join(Network("shop", "FAKE-WRONG"));
        }
        catch (HubException e)
        {
            error = e;
        }

        Assert.AreEqual((int)ErrorCode.AuthRejected, (int)error!.Code);
        Assert.AreEqual("farm", _config.Wifi!.Ssid);
        _failure = null;
        _keeper.Turn();
        Assert.AreEqual("join shop FAKE-WRONG;join farm FAKE-PASSWORD;", _calls);
    }

    [TestMethod]
    public void Join_RightPassword_IsStoredAndNotLeftForIt()
    {
        _config.Listen(this);
        Set("farm", null);
        _keeper.Turn();
        _calls = "";
        _keeper.Join(Network("shop", "FAKE-PASSWORD"));
        _keeper.Turn();
        Assert.AreEqual("join shop FAKE-PASSWORD;", _calls);
        Assert.AreEqual("shop", _config.Wifi!.Ssid);
    }

    [TestMethod]
    public void Disconnect_RightAfterAJoin_HoldsUntilTheNextOne()
    {
        _config.Listen(this);
        _keeper.Join(Network("shop", "FAKE-PASSWORD"));
        _keeper.Disconnect();
        _calls = "";
        _keeper.Turn();
        _hal.Time.Advance(600000);
        _keeper.Turn();
        Assert.AreEqual("leave;", _calls);
        _keeper.Join(Network("shop", "FAKE-PASSWORD"));
        Assert.AreEqual((int)WifiState.Connected, (int)State);
    }

    [TestMethod]
    public void Forget_LeavesAndJoinsNothing()
    {
        _config.Listen(this);
        _keeper.Join(Network("shop", "FAKE-PASSWORD"));
        _keeper.Forget();
        _calls = "";
        _keeper.Turn();
        Assert.AreEqual("leave;", _calls);
        Assert.IsNull(_config.Wifi);
    }

    private static Hashtable Network(string ssid, string password)
    {
        Hashtable network = new Hashtable();
        network["ssid"] = ssid;
        network["password"] = password;
        return network;
    }

    private void Set(string ssid, string? password)
    {
        Hashtable changes = new Hashtable();
        changes.Add("ssid", ssid);
        changes["password"] = password;
        _config.SetWifi(changes);
    }
}
