using Hub.Core.Hal;
using Hub.Core.Network;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>When the hub joins its network.</summary>
[TestClass]
public class NetworkJoinStepsTests
{
    private readonly JoinSteps _steps = new JoinSteps();

    [TestMethod]
    public void IsDue_FailedJoins_PausesGrowToAMinuteAndNeverEnd()
    {
        int[] pausesMs = { 1000, 2000, 5000, 10000, 30000, 60000, 60000, 60000 };
        long nowMs = 1000;
        for (int i = 0; i < pausesMs.Length; i++)
        {
            Assert.IsTrue(_steps.IsDue(i == 0 ? WifiState.Idle : WifiState.Failed, nowMs), i.ToString());
            _steps.Ended(false, nowMs);
            Assert.IsFalse(_steps.IsDue(WifiState.Failed, nowMs + pausesMs[i] - 1), i.ToString());
            nowMs += pausesMs[i];
        }
    }

    [TestMethod]
    public void IsDue_WhileConnectedOrJoining_Never()
    {
        Assert.IsFalse(_steps.IsDue(WifiState.Connected, 1000));
        Assert.IsFalse(_steps.IsDue(WifiState.Connecting, 1000));
    }

    [TestMethod]
    public void IsDue_AfterALossOrAChange_AtOnceAndFromTheFirstPauseOn()
    {
        for (int i = 0; i < 5; i++)
        {
            _steps.Ended(false, 1000);
        }

        _steps.Ended(true, 1000);
        Assert.IsTrue(_steps.IsDue(WifiState.Disconnected, 1001));
        _steps.Ended(false, 1001);
        Assert.IsTrue(_steps.IsDue(WifiState.Failed, 2001));

        _steps.Ended(false, 2001);
        Assert.IsFalse(_steps.IsDue(WifiState.Failed, 2002));
        _steps.Restart();
        Assert.IsTrue(_steps.IsDue(WifiState.Failed, 2002));
    }
}
