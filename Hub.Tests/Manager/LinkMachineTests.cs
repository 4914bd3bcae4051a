using System.Collections.Generic;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

[TestClass]
public class LinkMachineTests
{
    private const int PollMs = 2000;

    private static LinkMachine Fresh(long nowMs = 0) => new LinkMachine(nowMs, PollMs, true);

    [TestMethod]
    public void New_Enabled_WantsToConnectAtOnce()
    {
        LinkMachine link = Fresh(500);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.AreEqual(500L, link.DueMs);
    }

    [TestMethod]
    public void New_Disabled_NeverWants()
    {
        LinkMachine link = new LinkMachine(0, PollMs, false);
        link.Wanted(10);
        Assert.AreEqual(LinkState.Disabled, link.State);
        Assert.AreEqual(long.MaxValue, link.DueMs);
    }

    [TestMethod]
    public void Waited_PushClient_IsDueAtOnceAndStaleByWhatWasHeard()
    {
        LinkMachine link = Fresh();
        link.Connected(100);
        link.Waited(70000, 20000);
        Assert.AreEqual(70000L, link.DueMs);
        link.Failed(70000, ErrorCode.ConnectionLost, 0, 0.5);
        Assert.IsFalse(link.IsStale(20000 + Staleness.DefaultMs - 1));
        Assert.IsTrue(link.IsStale(20000 + Staleness.DefaultMs));
    }

    [TestMethod]
    public void Reported_Online_PollsAfterItsInterval()
    {
        LinkMachine link = Fresh();
        link.Connected(100);
        Assert.AreEqual(100L, link.DueMs, "the first poll follows the connect");
        link.Reported(150);
        Assert.AreEqual(150L + PollMs, link.DueMs);
    }

    [TestMethod]
    [DataRow(1, 1000)]
    [DataRow(2, 2000)]
    [DataRow(3, 4000)]
    [DataRow(6, 32000)]
    [DataRow(7, 60000)]
    [DataRow(40, 60000)]
    public void Failed_SoManyTimes_WaitsUpToTheCeiling(int failures, int ceilingMs)
    {
        LinkMachine almost = Fresh();
        LinkMachine none = Fresh();
        for (int i = 0; i < failures; i++)
        {
            almost.Failed(1000, ErrorCode.ConnectFailed, 0, 0.9999999);
            none.Failed(1000, ErrorCode.ConnectFailed, 0, 0);
        }

        Assert.AreEqual(LinkState.Waiting, almost.State);
        Assert.AreEqual(1000L + ceilingMs - 1, almost.DueMs);
        Assert.AreEqual(1000L, none.DueMs, "full jitter reaches down to nothing");
    }

    [TestMethod]
    public void Failed_PeerNamedAWait_WaitsAtLeastThatLong()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Throttled, 30000, 0.1);
        Assert.AreEqual(31000L, link.DueMs);
    }

    [TestMethod]
    [DataRow(ErrorCode.AuthRejected)]
    [DataRow(ErrorCode.AuthMissing)]
    [DataRow(ErrorCode.TlsUntrusted)]
    [DataRow(ErrorCode.ConfigInvalid)]
    public void Failed_ByRefusal_IsNeverTriedAgain(ErrorCode code)
    {
        LinkMachine link = Fresh();
        link.Failed(1000, code, 0, 0.5);
        link.Wanted(2000);
        Assert.AreEqual(LinkState.Refused, link.State);
        Assert.AreEqual(long.MaxValue, link.DueMs);
        Assert.AreEqual(code, link.LastError);
    }

    [TestMethod]
    [DataRow(ErrorCode.OutOfMemory)]
    [DataRow(ErrorCode.OutOfSockets)]
    [DataRow(ErrorCode.NotFound)]
    [DataRow(ErrorCode.Redirected)]
    [DataRow(ErrorCode.Refused)]
    [DataRow(ErrorCode.Internal)]
    public void Failed_ByAMomentsTrouble_IsTriedAgain(ErrorCode code)
    {
        LinkMachine link = Fresh();
        link.Failed(1000, code, 0, 0.5);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.AreEqual(1500L, link.DueMs);
    }

    [TestMethod]
    public void Failed_PeerNamesAnHour_WaitsAMinuteAndNotLessWhenWanted()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Throttled, 3_500_000, 0.1);
        Assert.AreEqual(1000L + LinkMachine.MaxBackoffMs, link.DueMs);
        link.Wanted(2000);
        Assert.AreEqual(1000L + LinkMachine.MaxBackoffMs, link.DueMs, "a command does not hammer a server that asked for rest");
    }

    [TestMethod]
    public void Reported_AfterAStableMinute_StartsTheBackoffOver()
    {
        LinkMachine link = Fresh();
        for (int i = 0; i < 6; i++)
        {
            link.Failed(0, ErrorCode.Timeout, 0, 0.99);
        }

        link.Connected(1000);
        link.Reported(1000 + LinkMachine.StableMs - 1);
        link.Failed(100000, ErrorCode.Timeout, 0, 0.9999999);
        Assert.AreEqual(100000L + 59999, link.DueMs, "not yet stable");

        link.Connected(200000);
        link.Reported(200000 + LinkMachine.StableMs);
        link.Failed(300000, ErrorCode.Timeout, 0, 0.9999999);
        Assert.AreEqual(300000L + 999, link.DueMs, "stable for a minute");
    }

    [TestMethod]
    public void Wanted_WhileWaiting_TriesNow()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Timeout, 0, 0.9);
        link.Wanted(1200);
        Assert.AreEqual(1200L, link.DueMs);
    }

    [TestMethod]
    public void IsStale_LinkLost_TurnsTrueAfterAMinute()
    {
        LinkMachine link = Fresh();
        Assert.IsTrue(link.IsStale(0), "nothing was ever reported");
        link.Connected(0);
        link.Reported(1000);
        Assert.IsFalse(link.IsStale(500000), "online: a poll that hangs ends in a failure first");
        link.Failed(2000, ErrorCode.Timeout, 0, 0.5);
        Assert.IsFalse(link.IsStale(1000 + Staleness.DefaultMs - 1));
        Assert.IsTrue(link.IsStale(1000 + Staleness.DefaultMs));
    }

    [TestMethod]
    public void Connecting_FromDueToReport_GoesThroughTheStates()
    {
        LinkMachine link = new LinkMachine(0, PollMs, true);
        Steps steps = new Steps(link);
        link.Connecting(0);
        steps.See();
        Assert.AreEqual(long.MaxValue, link.DueMs, "nothing is due during a try");
        Assert.IsFalse(link.IsOpen);
        link.Failed(50, ErrorCode.ConnectFailed, 0, 0.5);
        steps.See();
        link.Connecting(600);
        steps.See();
        link.Connected(700);
        steps.See();
        Assert.IsTrue(link.IsOpen);
        Assert.IsFalse(link.IsFresh, "nothing was reported yet");
        link.Reported(800);
        steps.See();
        Assert.IsTrue(link.IsFresh);
        link.Failed(900, ErrorCode.ConnectionLost, 0, 0.5);
        steps.See();
        link.Connecting(1400);
        steps.See();
        link.Failed(1500, ErrorCode.ConnectFailed, 0, 0.5);
        steps.See();
        link.Tick(800 + Staleness.DefaultMs - 1);
        steps.See();
        link.Tick(800 + Staleness.DefaultMs);
        steps.See();
        link.Failed(70000, ErrorCode.AuthRejected, 0, 0.5);
        steps.See();
        Assert.AreEqual(
            "Waiting>Connecting Connecting>Waiting Waiting>Connecting Connecting>Online Online>Degraded Degraded>Connecting "
            + "Connecting>Degraded Degraded>Waiting Waiting>Refused",
            steps.ToString());
    }

    [TestMethod]
    public void Waited_SilentForTwoThirdsOfTheStaleTime_IsDegradedAndStaysOpen()
    {
        LinkMachine link = Fresh();
        link.Connected(0);
        link.Waited(1000, 1000);
        link.Waited(41000, 1000);
        Assert.AreEqual(LinkState.Online, link.State);
        Assert.AreEqual(41000L, link.WakeMs);
        link.Waited(41001, 1000);
        Assert.AreEqual(LinkState.Degraded, link.State);
        Assert.IsTrue(link.IsOpen);
        Assert.AreEqual(41001L, link.DueMs, "it listens on");
        Assert.IsFalse(link.IsSilent(60999));
        Assert.IsTrue(link.IsSilent(61000));
        link.Waited(50000, 49990);
        Assert.AreEqual(LinkState.Online, link.State);
    }

    [TestMethod]
    public void Connected_AfterALongOutage_CountsTheSilenceFromTheConnect()
    {
        LinkMachine link = Fresh();
        link.Connected(0);
        link.Waited(1000, 1000);
        link.Failed(50000, ErrorCode.ConnectionLost, 0, 0);
        link.Connecting(90000);
        link.Connected(90100);
        link.Waited(90200, 1000);
        Assert.AreEqual(LinkState.Online, link.State);
        Assert.IsFalse(link.IsSilent(90200));
        Assert.IsFalse(link.IsFresh, "what is known is of a time before the link");
        link.Waited(90300, 90250);
        Assert.IsTrue(link.IsFresh);
    }

    [TestMethod]
    public void Waited_ReportCameDuringTheConnect_IsFresh()
    {
        LinkMachine link = Fresh();
        link.Connecting(1000);
        link.Connected(1500);
        link.Waited(1600, 1400);
        Assert.IsTrue(link.IsFresh);
        link.Failed(1600, ErrorCode.ConnectionLost, 0, 0);
        link.Connecting(1600);
        link.Connected(1600);
        link.Waited(1600, 1400);
        Assert.IsFalse(link.IsFresh, "a report of before");
    }

    [TestMethod]
    public void Waited_FormerReportInTheMillisecondOfTheTry_IsNotFresh()
    {
        LinkMachine link = Fresh();
        link.Connected(1000);
        link.Waited(1000, 1000);
        Assert.IsTrue(link.IsFresh);
        link.Failed(1000, ErrorCode.ConnectionLost, 0, 0);
        link.Connecting(1000);
        link.Connected(1000);
        link.Waited(1000, 1000);
        Assert.IsFalse(link.IsFresh);
        link.Waited(1001, 1001);
        Assert.IsTrue(link.IsFresh);
    }

    [TestMethod]
    public void Reported_PolledEveryHalfMinute_IsNotLate()
    {
        LinkMachine link = new LinkMachine(0, 30000, true);
        link.Connected(0);
        link.Reported(100);
        link.Tick(30100 + LinkMachine.LateMs);
        Assert.AreEqual(LinkState.Online, link.State);
        link.Tick(30101 + LinkMachine.LateMs);
        Assert.AreEqual(LinkState.Degraded, link.State);
        link.Reported(42000);
        Assert.AreEqual(LinkState.Online, link.State);
    }

    [TestMethod]
    public void NoSocket_NotOpen_WaitsWithoutAStepOfTheBackoff()
    {
        LinkMachine link = Fresh();
        for (int i = 0; i < 8; i++)
        {
            link.NoSocket(100);
        }

        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.IsTrue(link.WaitsForSocket);
        Assert.AreEqual(ErrorCode.OutOfSockets, link.LastError);
        Assert.AreEqual(100L + LinkMachine.SocketRetryMs, link.DueMs, "asks by itself when nobody tells it");
        link.SocketFree(200);
        Assert.AreEqual(200L, link.DueMs);
        link.Connecting(200);
        Assert.IsFalse(link.WaitsForSocket);
        link.Failed(300, ErrorCode.ConnectFailed, 0, 0.9999999);
        Assert.AreEqual(300L + LinkMachine.FirstBackoffMs - 1, link.DueMs);
        link.SocketFree(310);
        Assert.AreEqual(300L + LinkMachine.FirstBackoffMs - 1, link.DueMs, "a free socket is no reason to skip the backoff");
    }

    [TestMethod]
    public void NoSocket_Open_StaysOpenUntilTheReportIsStale()
    {
        LinkMachine link = Fresh();
        link.Connected(0);
        link.Reported(0);
        link.NoSocket(20000);
        Assert.AreEqual(LinkState.Online, link.State);
        link.NoSocket(41000);
        Assert.AreEqual(LinkState.Degraded, link.State);
        Assert.IsTrue(link.IsOpen);
        link.NoSocket(Staleness.DefaultMs);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.IsFalse(link.IsOpen);
    }

    [TestMethod]
    public void NoSocket_PeerNamedAWait_FreeSocketDoesNotEndIt()
    {
        LinkMachine link = Fresh();
        link.Failed(1000, ErrorCode.Throttled, 30000, 0);
        link.NoSocket(2000);
        link.SocketFree(3000);
        Assert.IsTrue(link.DueMs > 3000, "the peer asked for rest");
    }

    [TestMethod]
    public void Retry_Refused_TriesAtOnceWithAFreshBackoff()
    {
        LinkMachine link = Fresh();
        for (int i = 0; i < 6; i++)
        {
            link.Failed(0, ErrorCode.Timeout, 0, 0);
        }

        link.Failed(1000, ErrorCode.AuthRejected, 0, 0);
        link.Retry(5000);
        Assert.AreEqual(LinkState.Waiting, link.State);
        Assert.AreEqual(5000L, link.DueMs);
        link.Failed(5100, ErrorCode.Timeout, 0, 0.9999999);
        Assert.AreEqual(5100L + LinkMachine.FirstBackoffMs - 1, link.DueMs);
    }

    [TestMethod]
    [DataRow(LinkState.Online, 30000L, LinkState.Online)]
    [DataRow(LinkState.Online, 30001L, LinkState.Degraded)]
    [DataRow(LinkState.Online, 60000L, LinkState.Waiting)]
    [DataRow(LinkState.Degraded, 59999L, LinkState.Degraded)]
    [DataRow(LinkState.Degraded, 60000L, LinkState.Waiting)]
    [DataRow(LinkState.Refused, 600000L, LinkState.Refused)]
    [DataRow(LinkState.Connecting, 600000L, LinkState.Connecting)]
    public void Aged_BySilence_IsCalledByIt(LinkState state, long silentMs, LinkState called) =>
        Assert.AreEqual(called, LinkMachine.Aged(state, silentMs, 30000, 60000));

    /// <summary>The states that a machine went through.</summary>
    private sealed class Steps(LinkMachine link)
    {
        private readonly List<string> _steps = new List<string>();
        private LinkState _last = link.State;

        public void See()
        {
            if (link.State != _last)
            {
                _steps.Add(_last + ">" + link.State);
                _last = link.State;
            }
        }

        public override string ToString() => string.Join(' ', _steps);
    }
}
