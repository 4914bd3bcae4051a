using System;
using Hub.Core.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Who gets a socket and who waits, without threads.</summary>
[TestClass]
public class SocketBudgetTests
{
    private const int Board = 16;

    [TestMethod]
    public void Take_PushPrintersOnTheBoard_TwelveFitAndTheRestIsToldWhy()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease[] push = Leases(budget, SocketUse.Push, 15);
        Assert.AreEqual(12, TakeAll(push));
        Assert.AreEqual("waits for a free connection: 12 of 12 for printers are in use; disable printers or use a hub with more sockets", push[12].Reason);
        Assert.IsNull(push[0].Reason);

        push[3].Withdraw();
        Assert.IsTrue(push[12].IsHeld, "the one that waits longest is next");
        Assert.IsFalse(push[13].IsHeld, "only one came free");
        Assert.IsNull(push[12].Reason);
    }

    [TestMethod]
    public void Take_KeptSockets_AreThereWhenPrintersTookAllTheirs()
    {
        SocketBudget budget = new SocketBudget(Board);
        TakeAll(Leases(budget, SocketUse.Push, 15));
        Assert.IsTrue(budget.Lease(SocketUse.Tunnel, null).TryTake(), "tunnel");
        Assert.IsTrue(budget.Lease(SocketUse.Discovery, null).TryTake(), "discovery");
        Assert.IsTrue(budget.Lease(SocketUse.Transfer, 2, null).TryTake(), "an upload over FTPS");
        Assert.AreEqual(Board, budget.InUse);
    }

    [TestMethod]
    public void Take_TwoPolledBesideTenPush_ShareByTurnsInOrder()
    {
        SocketBudget budget = new SocketBudget(Board);
        Assert.AreEqual(10, TakeAll(Leases(budget, SocketUse.Push, 10)));
        SocketLease[] polled = Leases(budget, SocketUse.Poll, 10);
        Assert.AreEqual(2, TakeAll(polled));

        // Each gives up after its poll, as somebody waits, and asks again: everyone comes once in ten turns.
        int[] turns = new int[polled.Length];
        int next = 0;
        for (int i = 0; i < 100; i++)
        {
            SocketLease holder = polled[next];
            Assert.IsTrue(holder.IsHeld, "turn " + i.ToString());
            turns[next]++;
            Assert.IsFalse(holder.TryKeep(), "somebody waits");
            holder.Return();
            Assert.IsFalse(holder.TryTake(), "it goes to the end of the queue");
            next = (next + 1) % polled.Length;
        }

        for (int i = 0; i < turns.Length; i++)
        {
            Assert.AreEqual(10, turns[i], "printer " + i.ToString());
        }
    }

    [TestMethod]
    public void TryKeep_NobodyWaits_KeepsTheConnection()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease[] polled = Leases(budget, SocketUse.Poll, 12);
        Assert.AreEqual(12, TakeAll(polled));
        Assert.IsTrue(polled[0].TryKeep());
        Assert.IsFalse(polled[0].IsWanted);
    }

    [TestMethod]
    public void Take_IdlePolledHolders_OneIsWokenForOneThatWaits()
    {
        SocketBudget budget = new SocketBudget(Board);
        Waker[] wakers = new Waker[13];
        SocketLease[] polled = new SocketLease[13];
        for (int i = 0; i < polled.Length; i++)
        {
            wakers[i] = new Waker();
            polled[i] = budget.Lease(SocketUse.Poll, wakers[i]);
            polled[i].TryTake();
        }

        Assert.IsFalse(polled[0].IsWanted, "all are busy: none gives up its turn unused");
        Assert.IsFalse(polled[0].TryKeep(), "but behind it");
        polled[0].Return();
        Assert.IsTrue(polled[12].IsHeld);
        Assert.AreEqual(1, wakers[12].Count, "its turn has come");

        for (int i = 5; i < 13; i++)
        {
            Assert.IsTrue(polled[i].TryKeep());
        }

        polled[0].TryTake();
        Assert.IsTrue(polled[5].IsWanted, "the first of the idle ones");
        Assert.AreEqual(1, wakers[5].Count);
        Assert.IsFalse(polled[1].IsWanted, "a busy one is not held up");
        Assert.IsFalse(polled[6].IsWanted, "one is enough");
    }

    [TestMethod]
    public void Take_PolledPrinterAfterTwelvePush_TheLastPushGivesWay()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease[] push = Leases(budget, SocketUse.Push, 12);
        Assert.AreEqual(12, TakeAll(push));
        for (int i = 0; i < 12; i++)
        {
            Assert.IsTrue(push[i].TryKeep());
        }

        SocketLease polled = budget.Lease(SocketUse.Poll, null);
        Assert.IsFalse(polled.TryTake());
        Assert.IsTrue(push[11].IsWanted);
        Assert.IsFalse(push[10].IsWanted);
        push[11].Return();
        Assert.IsTrue(polled.IsHeld);
        Assert.IsFalse(push[11].TryTake(), "one stays for the polled one, also between its turns");
        polled.Return();
        Assert.IsFalse(push[11].IsHeld);
        Assert.AreEqual(
            "waits for a free connection: 11 of 12 for printers are in use and one is for those that are asked by turns; disable printers or use a hub with more sockets",
            push[11].Reason);

        polled.Withdraw();
        Assert.IsTrue(push[11].IsHeld, "no polled printer is left");
    }

    [TestMethod]
    public void Take_PushPrinterWhilePolledHoldAll_GetsTheNextThatComesFree()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease[] polled = Leases(budget, SocketUse.Poll, 20);
        Assert.AreEqual(12, TakeAll(polled));
        SocketLease push = budget.Lease(SocketUse.Push, null);
        Assert.IsFalse(push.TryTake());
        polled[4].Return();
        Assert.IsTrue(push.IsHeld);
        Assert.IsFalse(polled[12].IsHeld);
        StringAssertContains(polled[12].Reason, "20 printers share 11 of 16 connections");
    }

    [TestMethod]
    public void TakeSoon_CommandOfPolledPrinter_GoesBeforeTurnsButNotTwiceInARow()
    {
        SocketBudget budget = new SocketBudget(Board);
        TakeAll(Leases(budget, SocketUse.Push, 11));
        SocketLease[] polled = Leases(budget, SocketUse.Poll, 6);
        Assert.AreEqual(1, TakeAll(polled));
        Assert.IsFalse(polled[4].TryTakeSoon());
        Assert.IsFalse(polled[5].TryTakeSoon());
        polled[0].Return();
        Assert.IsTrue(polled[4].IsHeld, "a person waits");
        polled[4].Return();
        Assert.IsTrue(polled[1].IsHeld, "then one turn");
        polled[1].Return();
        Assert.IsTrue(polled[5].IsHeld, "then the other command");
    }

    [TestMethod]
    public void Take_Uploads_WaitForTheirTwoSockets()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease http = budget.Lease(SocketUse.Transfer, 1, null);
        SocketLease ftps = budget.Lease(SocketUse.Transfer, 2, null);
        SocketLease late = budget.Lease(SocketUse.Transfer, 1, null);
        Assert.IsTrue(http.TryTake());
        Assert.IsFalse(ftps.TryTake());
        Assert.IsFalse(late.TryTake(), "it fits, but is not the first");
        StringAssertContains(ftps.Reason, "waits for another upload to end");
        http.Return();
        Assert.IsTrue(ftps.IsHeld);
        ftps.Return();
        Assert.IsTrue(late.IsHeld);
    }

    [TestMethod]
    public void Take_EmergencyStop_TakesAKeptSocketAtOnce()
    {
        SocketBudget budget = new SocketBudget(Board);
        TakeAll(Leases(budget, SocketUse.Push, 12));
        SocketLease upload = budget.Lease(SocketUse.Transfer, 2, null);
        SocketLease tunnel = budget.Lease(SocketUse.Tunnel, null);
        Assert.IsTrue(upload.TryTake());
        SocketLease first = budget.Lease(SocketUse.Emergency, null);
        SocketLease second = budget.Lease(SocketUse.Emergency, null);
        Assert.IsTrue(first.TryTake());
        Assert.IsTrue(second.TryTake());
        Assert.AreEqual(Board, budget.InUse);
        Assert.IsFalse(tunnel.TryTake(), "the stop has its socket for now");
        first.Return();
        Assert.IsTrue(tunnel.IsHeld);
    }

    [TestMethod]
    public void Take_EmergencyStopWhenAllAreUsed_AnIdlePolledOneGivesWay()
    {
        SocketBudget budget = Full(11, out SocketLease[] push, out SocketLease polled);
        Assert.IsTrue(polled.TryKeep());
        SocketLease stop = budget.Lease(SocketUse.Emergency, null);
        Assert.IsFalse(stop.TryTake());
        Assert.IsTrue(polled.IsWanted);
        Assert.IsFalse(push[10].IsWanted, "no link is broken where that is not needed");
        polled.Return();
        Assert.IsTrue(stop.IsHeld);
        Assert.AreEqual(Board, budget.InUse);
    }

    [TestMethod]
    public void Take_EmergencyStopWhenAllAreUsedAndNoneIsIdle_TheLastPushGivesWay()
    {
        SocketBudget budget = Full(11, out SocketLease[] push, out SocketLease polled);
        SocketLease stop = budget.Lease(SocketUse.Emergency, null);
        Assert.IsFalse(stop.TryTake());
        Assert.IsTrue(push[10].IsWanted);
        push[10].Return();
        Assert.IsTrue(stop.IsHeld);
        Assert.IsFalse(push[10].TryTake(), "not as long as the stop is on its way");
        Assert.IsFalse(push[9].IsWanted);
        stop.Return();
        Assert.IsTrue(push[10].IsHeld);
        Assert.IsTrue(polled.IsHeld);
    }

    [TestMethod]
    public void Become_PushTurnsOutToBePolled_TakesPartInTheTurns()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease[] push = Leases(budget, SocketUse.Push, 12);
        TakeAll(push);
        push[2].Become(SocketUse.Poll);
        Assert.AreEqual(11, budget.Used(SocketUse.Push));
        Assert.AreEqual(1, budget.Used(SocketUse.Poll));
        SocketLease polled = budget.Lease(SocketUse.Poll, null);
        Assert.IsFalse(polled.TryTake());
        Assert.IsFalse(push[2].TryKeep(), "another one waits for its turn");
        push[2].Return();
        Assert.IsTrue(polled.IsHeld);
    }

    [TestMethod]
    public void Lease_LaptopWithManySockets_NobodyWaits()
    {
        SocketBudget budget = new SocketBudget(1024);
        Assert.AreEqual(200, TakeAll(Leases(budget, SocketUse.Push, 200)));
        Assert.AreEqual(200, TakeAll(Leases(budget, SocketUse.Poll, 200)));
        Assert.IsTrue(budget.Lease(SocketUse.Transfer, 2, null).TryTake());
        Assert.IsTrue(budget.Lease(SocketUse.Transfer, 2, null).TryTake(), "two uploads over FTPS at once");
        Assert.AreEqual(0, budget.Waiting);
    }

    [TestMethod]
    public void Lease_NoNetworkOrVeryFewSockets_PrintersStillGetOne()
    {
        Assert.AreEqual(40, TakeAll(Leases(new SocketBudget(0), SocketUse.Push, 40)));
        Assert.AreEqual(1, new SocketBudget(2).ForPrinters);
    }

    [TestMethod]
    public void Return_Twice_ChangesNothing()
    {
        SocketBudget budget = new SocketBudget(Board);
        SocketLease one = budget.Lease(SocketUse.Poll, null);
        SocketLease other = budget.Lease(SocketUse.Poll, null);
        one.TryTake();
        other.TryTake();
        one.Return();
        one.Return();
        one.Dispose();
        one.Dispose();
        Assert.AreEqual(1, budget.InUse);
    }

    [TestMethod]
    public void Anything_RandomOrder_NeverExceedsTheTotalNorStarvesNorTouchesWhatIsKept()
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            Simulate(seed);
        }
    }

    private static void Simulate(int seed)
    {
        const int MaxTurns = 60;
        string at = "seed " + seed.ToString();
        Random random = new Random(seed);
        int total = 5 + random.Next(20);
        SocketBudget budget = new SocketBudget(total);
        SocketLease[] leases = new SocketLease[30];
        int[] granted = new int[leases.Length];
        int polledGrants = 0;
        int[] waitsSince = new int[leases.Length];
        bool hasStops = seed % 2 == 0;
        for (int i = 0; i < leases.Length; i++)
        {
            int kind = random.Next(hasStops ? 10 : 9);
            SocketUse use = kind < 3 ? SocketUse.Push : kind < 7 ? SocketUse.Poll : kind == 7 ? SocketUse.Transfer : kind == 8 ? SocketUse.Tunnel : SocketUse.Emergency;
            leases[i] = budget.Lease(use, use == SocketUse.Transfer ? 1 + random.Next(2) : 1, null);
            waitsSince[i] = -1;
        }

        for (int step = 0; step < 1500; step++)
        {
            int i = random.Next(leases.Length);
            SocketLease lease = leases[i];
            if (lease.IsWanted || (lease.IsHeld && random.Next(3) == 0))
            {
                if (lease.Use != SocketUse.Push || lease.IsWanted || random.Next(20) == 0)
                {
                    lease.TryKeep();
                    lease.Return();
                }
            }
            else if (random.Next(40) == 0)
            {
                lease.Withdraw();
                waitsSince[i] = -1;
            }
            else if (!lease.IsHeld)
            {
                bool isCommand = random.Next(4) == 0;
                if (!(isCommand ? lease.TryTakeSoon() : lease.TryTake()) && waitsSince[i] < 0)
                {
                    waitsSince[i] = polledGrants;
                }
            }

            // One at a time, everybody who waited and holds now counts as one turn.
            for (int k = 0; k < leases.Length; k++)
            {
                if (leases[k].IsHeld && waitsSince[k] >= 0)
                {
                    if (leases[k].Use == SocketUse.Poll)
                    {
                        polledGrants++;
                        granted[k]++;
                        Assert.IsTrue(polledGrants - waitsSince[k] <= MaxTurns, at + ": printer " + k.ToString() + " waited too many turns");
                    }

                    waitsSince[k] = -1;
                }
            }

            int inUse = 0;
            for (int use = 0; use < 6; use++)
            {
                inUse += budget.Used((SocketUse)use);
            }

            int links = budget.Used(SocketUse.Push) + budget.Used(SocketUse.Poll);
            Assert.IsTrue(inUse <= total && inUse == budget.InUse, at + ": " + inUse.ToString() + " of " + total.ToString());
            Assert.IsTrue(links <= total - 4, at + ": printers took what is kept: " + links.ToString());
            if (budget.Used(SocketUse.Emergency) == 0 && Count(leases, SocketUse.Emergency) == 0)
            {
                Assert.IsTrue(total - inUse >= 4 - budget.Used(SocketUse.Tunnel) - budget.Used(SocketUse.Discovery) - budget.Used(SocketUse.Transfer), at + ": the reserve is gone");
            }
        }

        // Whoever still waits gets on once the others give way as they are asked to.
        for (int round = 0; round < 40; round++)
        {
            for (int k = 0; k < leases.Length; k++)
            {
                if (leases[k].IsHeld && leases[k].Use != SocketUse.Push)
                {
                    leases[k].Return();
                }
            }
        }

        for (int k = 0; k < leases.Length; k++)
        {
            Assert.IsTrue(leases[k].Reason == null || leases[k].Use == SocketUse.Push, at + ": " + k.ToString() + " waits for ever");
            leases[k].Dispose();
        }

        Assert.AreEqual(0, budget.InUse, at);
        Assert.AreEqual(0, budget.Waiting, at);
    }

    private static int Count(SocketLease[] leases, SocketUse use)
    {
        int count = 0;
        for (int i = 0; i < leases.Length; i++)
        {
            count += leases[i].Use == use && leases[i].Reason != null ? 1 : 0;
        }

        return count;
    }

    /// <summary>A board whose 16 sockets are all in use; its last link is polled.</summary>
    private static SocketBudget Full(int pushCount, out SocketLease[] push, out SocketLease polled)
    {
        SocketBudget budget = new SocketBudget(Board);
        push = Leases(budget, SocketUse.Push, pushCount);
        TakeAll(push);
        for (int i = 0; i < push.Length; i++)
        {
            push[i].TryKeep();
        }

        polled = budget.Lease(SocketUse.Poll, null);
        Assert.IsTrue(polled.TryTake());
        budget.Lease(SocketUse.Tunnel, null).TryTake();
        budget.Lease(SocketUse.Discovery, null).TryTake();
        budget.Lease(SocketUse.Transfer, 2, null).TryTake();
        Assert.AreEqual(Board, budget.InUse);
        return budget;
    }

    private static SocketLease[] Leases(SocketBudget budget, SocketUse use, int count)
    {
        SocketLease[] leases = new SocketLease[count];
        for (int i = 0; i < count; i++)
        {
            leases[i] = budget.Lease(use, null);
        }

        return leases;
    }

    private static int TakeAll(SocketLease[] leases)
    {
        int held = 0;
        for (int i = 0; i < leases.Length; i++)
        {
            held += leases[i].TryTake() ? 1 : 0;
        }

        return held;
    }

    private static void StringAssertContains(string? text, string part) =>
        Assert.IsTrue(text != null && text.IndexOf(part) >= 0, "'" + part + "' in: " + text);

    private sealed class Waker : ISocketUser
    {
        public int Count { get; private set; }

        public void SocketsChanged() => Count++;
    }
}
