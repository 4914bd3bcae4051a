using Hub.Core.Hal;
using Hub.Core.Provisioning;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>What a page that knows only the plain status sees of joins.</summary>
[TestClass]
public class ProvisioningStateTests
{
    private readonly StationState _state = new StationState();

    [TestMethod]
    public void FailedJoin_IsSeenAlthoughTheHubIsBackInItsOldNetwork()
    {
        _state.Heard(WifiState.Connected, true);
        _state.JoinBegan();
        _state.JoinEnded(false);
        Assert.AreEqual("1 3", News(WifiState.Connected));
        Assert.AreEqual((int)WifiState.Failed, _state.Now(WifiState.Connected, true));
        _state.JoinBegan();
        _state.JoinEnded(true);
        Assert.AreEqual("1 2", News(WifiState.Connected));
    }

    [TestMethod]
    public void FailedJoin_IsForgottenWithTheNextStoredNetwork()
    {
        _state.JoinBegan();
        _state.JoinEnded(false);
        _state.NetworkChanged();
        Assert.AreEqual((int)WifiState.Connected, _state.Now(WifiState.Connected, true));
    }

    [TestMethod]
    public void NoNetwork_IsSaid()
    {
        _state.Heard(WifiState.Idle, false);
        _state.NothingToJoin();
        Assert.AreEqual("5", News(WifiState.Idle, false));
    }

    [TestMethod]
    public void Left_IsDisconnectedUntilTheNextJoin()
    {
        _state.Heard(WifiState.Connected, true);
        _state.Left();
        Assert.AreEqual("4", News(WifiState.Idle));
        _state.JoinBegan();
        Assert.AreEqual((int)WifiState.Connecting, _state.Now(WifiState.Idle, true));
    }

    [TestMethod]
    public void Radio_ShowsWhatNobodyAskedFor()
    {
        _state.Heard(WifiState.Connected, true);
        Assert.AreEqual("", News(WifiState.Connected));
        Assert.AreEqual("4", News(WifiState.Disconnected));
        Assert.AreEqual("2", News(WifiState.Connected));
    }

    private string News(WifiState radio, bool isProvisioned = true)
    {
        string news = "";
        for (int next = _state.TakeNews(radio, isProvisioned); next >= 0; next = _state.TakeNews(radio, isProvisioned))
        {
            news += (news.Length == 0 ? "" : " ") + next.ToString();
        }

        return news;
    }
}
