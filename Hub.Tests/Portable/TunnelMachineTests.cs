using Hub.Core.Errors;
using Hub.Core.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>When the tunnel connects, greets, beats and gives up.</summary>
[TestClass]
public class TunnelMachineTests
{
    private const int Most = 65535;
    private const int Longest = 1000000;

    [TestMethod]
    public void Next_NewMachine_RestsUntilItBegins()
    {
        TunnelMachine machine = new TunnelMachine();
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(0));
        machine.Begin(1000);
        Assert.AreEqual((int)TunnelAction.Connect, (int)machine.Next(1000));
        Assert.AreEqual(0, machine.WaitMs(1000, Longest));
    }

    [TestMethod]
    public void Interrupted_InEachPhase_IsTriedAgain()
    {
        for (int phase = 0; phase < 4; phase++)
        {
            TunnelMachine machine = new TunnelMachine();
            machine.Begin(0);
            if (phase > 0)
            {
                machine.Connecting();
            }

            if (phase > 1)
            {
                machine.Connected(0);
            }

            if (phase > 2)
            {
                machine.Welcomed(0);
            }

            Assert.IsTrue(machine.Interrupted(1000), "phase " + phase.ToString());
            Assert.AreEqual((int)TunnelPhase.Offline, (int)machine.Phase, "phase " + phase.ToString());
            Assert.AreEqual((int)TunnelAction.Connect, (int)machine.Next(1000 + TunnelMachine.FirstRetryMs), "phase " + phase.ToString());
        }
    }

    [TestMethod]
    public void Interrupted_AgainAndAgain_IsTriedMoreSeldom()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        for (int i = 0; i < 10; i++)
        {
            machine.Interrupted(0);
        }

        Assert.AreEqual(TunnelMachine.LastRetryMs / 2, machine.WaitMs(0, Longest));
    }

    [TestMethod]
    public void Interrupted_WhileResting_StaysSo()
    {
        TunnelMachine machine = new TunnelMachine();
        Assert.IsFalse(machine.Interrupted(0));
        Assert.AreEqual((int)TunnelPhase.Resting, (int)machine.Phase);
    }

    [TestMethod]
    public void Failed_AgainAndAgain_LimitGrowsUpToHalfAMinute()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        int[] limits = { 1000, 2000, 4000, 8000, 8000, 16000, 30000, 30000, 30000 };
        for (int i = 0; i < limits.Length; i++)
        {
            machine.Connecting();
            machine.Failed(Lost(), 0, Most);
            int waitMs = machine.WaitMs(0, Longest);
            Assert.IsTrue(waitMs <= limits[i] && waitMs >= limits[i] - 1, "try " + i.ToString() + " waits " + waitMs.ToString());
        }

        machine.Failed(Lost(), 0, Most / 2);
        Assert.IsTrue(machine.WaitMs(0, Longest) < 15001, "a random part of the limit");
        machine.Failed(Lost(), 0, 0);
        Assert.AreEqual(100, machine.WaitMs(0, Longest));
    }

    [TestMethod]
    public void Failed_NotClaimedYet_IsTriedEveryFewSeconds()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        for (int i = 0; i < 20; i++)
        {
            machine.Failed(new HubException(ErrorCode.NotFound, "404") { HttpStatus = 404 }, 0, Most);
        }

        Assert.IsTrue(machine.WaitMs(0, Longest) <= TunnelMachine.UnclaimedRetryMs);

        // The first connection after the claim may be cut soon; it is tried again as after a few failures, not after all of them.
        Connect(machine, 0);
        machine.Failed(Lost(), 1000, Most);
        Assert.IsTrue(machine.WaitMs(1000, Longest) <= 16000);
    }

    [TestMethod]
    public void Greeting_WhileClaiming_StaysAndGreetsEvery25Seconds()
    {
        TunnelMachine machine = new TunnelMachine { IsClaiming = true };
        machine.Begin(0);
        machine.Connecting();
        machine.Connected(0);
        machine.SentHello(0);
        Assert.AreEqual(25000, machine.WaitMs(0, Longest));
        machine.Heard(20000);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(24999));
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(25000));
        machine.SentHello(25000);
        machine.Claim(26000);
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(26000));
        machine.SentHello(26000);
        machine.IsClaiming = false;
        Assert.AreEqual((int)TunnelAction.Drop, (int)machine.Next(26001));
    }

    [TestMethod]
    public void Claim_BetweenTwoTries_ConnectsAtOnce()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        machine.Connecting();
        machine.Failed(Lost(), 0, Most);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(10));
        machine.Claim(10);
        Assert.AreEqual((int)TunnelAction.Connect, (int)machine.Next(10));
        machine.Rest();
        machine.Claim(20);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(20));
    }

    [TestMethod]
    public void Failed_CloudNamesATime_WaitsThatLong()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        machine.Failed(new HubException(ErrorCode.Throttled, "429") { RetryAfterMs = 30000 }, 0, Most);
        Assert.AreEqual(30000, machine.WaitMs(0, Longest));
    }

    [TestMethod]
    public void NetworkIsBack_AfterManyFailures_TriesAtOnceAndStartsOver()
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        for (int i = 0; i < 10; i++)
        {
            machine.Failed(Lost(), 0, Most);
        }

        machine.NetworkIsBack(5000);
        Assert.AreEqual((int)TunnelAction.Connect, (int)machine.Next(5000));
        machine.Failed(Lost(), 5000, Most);
        Assert.IsTrue(machine.WaitMs(5000, Longest) <= 1000);
    }

    [TestMethod]
    public void Failed_AfterAGoodConnection_StartsOver_AfterAShortOneAlmost()
    {
        TunnelMachine machine = Failing(9);
        long nowMs = 0;
        for (int i = 0; i < 5; i++)
        {
            Connect(machine, nowMs);
            nowMs += TunnelMachine.GoodMs - 1;
            machine.Failed(Lost(), nowMs, Most);
            int waitMs = machine.WaitMs(nowMs, Longest);
            Assert.IsTrue(waitMs <= TunnelMachine.WelcomedRetryMs, "a cloud that was killed twice in a row: " + waitMs.ToString());
            Assert.IsTrue(waitMs > TunnelMachine.WelcomedRetryMs / 2, "a cloud that drops every hub: " + waitMs.ToString());
        }

        machine.Failed(Lost(), nowMs, Most);
        Assert.IsTrue(machine.WaitMs(nowMs, Longest) > TunnelMachine.WelcomedRetryMs, "it grows on while nothing answers");

        Connect(machine, nowMs);
        machine.Failed(Lost(), nowMs + TunnelMachine.GoodMs, Most);
        Assert.IsTrue(machine.WaitMs(nowMs + TunnelMachine.GoodMs, Longest) <= 1000);

        machine = Failing(9);
        machine.Connecting();
        machine.Connected(0);
        machine.Failed(Lost(), 1000, Most);
        Assert.IsTrue(machine.WaitMs(1000, Longest) > 29000, "a connection without a welcome is none");
    }

    [TestMethod]
    public void Failed_Outage_IsOverSoonAfterItsEnd()
    {
        int seed = 12;
        int soon = 0;
        const int Outages = 400;
        for (int i = 0; i < Outages; i++)
        {
            soon += LateMs(10000, ref seed) < 5000 ? 1 : 0;
            int lateMs = LateMs(30000 + (i * 1000), ref seed);
            Assert.IsTrue(lateMs <= TunnelMachine.LastRetryMs, "late by " + lateMs.ToString());
        }

        Assert.IsTrue(soon > Outages * 3 / 5, "over within 5 s: " + soon.ToString());
    }

    [TestMethod]
    public void Next_Connected_SaysHelloAndWaitsForTheWelcome()
    {
        TunnelMachine machine = Failing(0);
        machine.Connecting();
        machine.Connected(0);
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(0));
        machine.SentHello(0);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(1));
        Assert.AreEqual(TunnelMachine.WelcomeMs - 1, machine.WaitMs(1, Longest));
        Assert.AreEqual((int)TunnelAction.Drop, (int)machine.Next(TunnelMachine.WelcomeMs));
    }

    [TestMethod]
    public void Next_OwnSilence_BeatsEvery25Seconds()
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(24999));
        Assert.AreEqual((int)TunnelAction.Heartbeat, (int)machine.Next(25000));
        machine.Sent(20000);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(25000));
    }

    [TestMethod]
    public void Next_CloudIsSilent_PingsThenAsksThenDrops()
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        machine.Sent(30000);
        Assert.AreEqual((int)TunnelAction.Ping, (int)machine.Next(30000));
        machine.Pinged(30000);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(30001));
        machine.Sent(60000);
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(60000));
        machine.SentHello(60000);
        machine.Pinged(60000);
        machine.Sent(89999);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(89999));
        Assert.AreEqual((int)TunnelAction.Drop, (int)machine.Next(90000));
        machine.Heard(60500);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(90000));
    }

    [TestMethod]
    public void NotAuthenticated_SaysHelloAgainOnTheSameConnection()
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        machine.NotAuthenticated(5000);
        Assert.AreEqual((int)TunnelPhase.Greeting, (int)machine.Phase);
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(5000));
        machine.SentHello(5000);
        machine.NotAuthenticated(5001);
        Assert.AreEqual((int)TunnelAction.Wait, (int)machine.Next(5001), "at most one hello a second");
        Assert.AreEqual((int)TunnelAction.Hello, (int)machine.Next(6000));
        machine.SentHello(6000);
        machine.Welcomed(6100);
        Assert.AreEqual((int)TunnelPhase.Online, (int)machine.Phase);
    }

    [TestMethod]
    public void NotAuthenticated_ForEver_ReconnectsAfterAWhile()
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        long nowMs = 1000;
        TunnelAction action = TunnelAction.Wait;
        while (action != TunnelAction.Drop && nowMs < 100000)
        {
            machine.Heard(nowMs);
            machine.NotAuthenticated(nowMs);
            action = machine.Next(nowMs);
            if (action == TunnelAction.Hello)
            {
                machine.SentHello(nowMs);
            }

            nowMs += 1000;
        }

        Assert.AreEqual((int)TunnelAction.Drop, (int)action);
        Assert.IsTrue(nowMs <= TunnelMachine.WelcomeMs + 3000);
    }

    [TestMethod]
    public void WaitMs_WheneverItIsOver_SomethingIsDue()
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        long nowMs = 0;
        int steps = 0;
        while (machine.Next(nowMs) != TunnelAction.Drop)
        {
            int waitMs = machine.WaitMs(nowMs, Longest);
            nowMs += waitMs;
            TunnelAction action = machine.Next(nowMs);
            Assert.IsTrue(action != TunnelAction.Wait, "nothing is due at " + nowMs.ToString());
            if (action == TunnelAction.Hello)
            {
                machine.SentHello(nowMs);
            }
            else if (action == TunnelAction.Heartbeat)
            {
                machine.Sent(nowMs);
            }
            else if (action == TunnelAction.Ping)
            {
                machine.Pinged(nowMs);
            }

            steps++;
            Assert.IsTrue(steps < 100);
        }

        Assert.IsTrue(nowMs == TunnelMachine.SilenceMs);
    }

    /// <summary>How long after the end of an outage the cloud is tried, if every try before fails at once.</summary>
    private static int LateMs(int outageMs, ref int seed)
    {
        TunnelMachine machine = Failing(0);
        Connect(machine, 0);
        long nowMs = TunnelMachine.GoodMs;
        long endMs = nowMs + outageMs;
        do
        {
            // The upper bits of a linear congruential generator.
            seed = ((seed * 1103515245) + 12345) & 0x7fffffff;
            machine.Failed(Lost(), nowMs, seed >> 15);
            nowMs += machine.WaitMs(nowMs, Longest);
            machine.Connecting();
        }
        while (nowMs < endMs);
        return (int)(nowMs - endMs);
    }

    private static TunnelMachine Failing(int times)
    {
        TunnelMachine machine = new TunnelMachine();
        machine.Begin(0);
        for (int i = 0; i < times; i++)
        {
            machine.Failed(Lost(), 0, Most);
        }

        return machine;
    }

    private static void Connect(TunnelMachine machine, long nowMs)
    {
        machine.Connecting();
        machine.Connected(nowMs);
        machine.SentHello(nowMs);
        machine.Welcomed(nowMs);
    }

    private static HubException Lost() => new HubException(ErrorCode.ConnectionLost, "lost");
}
