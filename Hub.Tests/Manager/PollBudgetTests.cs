using System.Collections.Generic;
using System.Linq;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>How often a slow machine polls: the figures of docs/board.md at a factor of 100.</summary>
[TestClass]
public sealed class PollBudgetTests
{
    private const int Factor = 100;
    private const int OctoPrint = 2200;
    private const int PrusaLink = 800;
    private const int Bambu = 1800;
    private const int WishMs = 2000;

    private readonly PollBudget _budget = new(Factor, null);
    private readonly List<User> _users = [];

    [TestMethod]
    public void Interval_TwelvePolledPrinters_TheirLoadIsHalfTheCpu()
    {
        PollShare[] shares = Polled(12, OctoPrint);
        Assert.AreEqual(5300, _budget.ShortestMs, "12 times 0.22 s take 5.28 s at 50 %");
        Assert.IsTrue(shares.All(s => s.IntervalMs(WishMs, 0) == 5300), "fair");
        Assert.IsTrue(_budget.LoadPermille is > 480 and <= PollBudget.TotalPermille, _budget.LoadPermille.ToString());
    }

    [TestMethod]
    public void Interval_OneAddedAndRemoved_AllAreSlowerAndFasterAgain()
    {
        PollShare[] shares = Polled(12, OctoPrint);
        PollShare last = Polled(1, OctoPrint)[0];
        Assert.IsTrue(shares.All(s => s.CurrentMs(WishMs) == 5800));
        foreach (User user in _users)
        {
            user.Woken = 0;
        }

        last.Leave();
        Assert.IsTrue(shares.All(s => s.CurrentMs(WishMs) == 5300));
        Assert.AreEqual(WishMs, last.CurrentMs(WishMs));
        Assert.IsTrue(_users.Take(12).All(u => u.Woken == 1), "who sleeps until its old time is woken");
    }

    [TestMethod]
    public void Interval_FewPrinters_IsTheWish()
    {
        PollShare[] shares = Polled(4, OctoPrint);
        Assert.IsTrue(shares.All(s => s.CurrentMs(WishMs) == WishMs), "44 %");
        Assert.AreEqual(0, _budget.ShortestMs);
        Assert.AreEqual(440, _budget.LoadPermille);
    }

    [TestMethod]
    public void Interval_LongWish_IsKeptAndLeavesMoreToTheOthers()
    {
        PollShare[] shares = Polled(12, OctoPrint);
        Assert.AreEqual(30000, shares[0].IntervalMs(30000, 0));
        Assert.AreEqual(30000, shares[1].IntervalMs(30000, 0));
        Assert.AreEqual(4600, shares[2].CurrentMs(WishMs));
        Assert.IsTrue(_budget.LoadPermille <= PollBudget.TotalPermille, _budget.LoadPermille.ToString());
    }

    [TestMethod]
    public void Interval_DifferentCosts_AreAddedUpAndChangeWithTheState()
    {
        PollShare[] octo = Polled(5, OctoPrint);
        Polled(5, PrusaLink);
        Assert.AreEqual(3000, octo[0].CurrentMs(WishMs), "1.5 s take 3 s at 50 %");
        foreach (PollShare share in octo)
        {
            share.Use(false, OctoPrint / 2);
        }

        Assert.AreEqual(WishMs, octo[0].CurrentMs(WishMs), "idle OctoPrints cost one request");
    }

    [TestMethod]
    public void Interval_PushPrinters_AreNotSlowedAndLeaveTheRest()
    {
        PollShare[] polled = Polled(4, OctoPrint);
        PollShare push = Join(Bambu, isPush: true);
        Assert.AreEqual(WishMs, push.CurrentMs(WishMs));
        Assert.AreEqual(2800, polled[0].CurrentMs(WishMs), "0.88 s in the 32 % that it leaves");

        for (int i = 0; i < 9; i++)
        {
            Join(Bambu, isPush: true);
        }

        Assert.AreEqual(3600, polled[0].CurrentMs(WishMs), "a quarter of the CPU is theirs in any case");
        Assert.IsGreaterThan(1000, _budget.LoadPermille, "the estimate hides nothing");

        push.Use(false, OctoPrint);
        Assert.AreEqual(push.CurrentMs(WishMs), polled[0].CurrentMs(WishMs), "one that is polled now counts as such");
    }

    [TestMethod]
    public void Interval_FarmThatIsTooLarge_IsAskedBeforeItIsStaleAndTheLogSaysIt()
    {
        TestLog log = new();
        PollBudget budget = new(Factor, log.Log);
        PollShare share = Farm(budget, 100);
        Assert.AreEqual(PollBudget.LongestMs, budget.ShortestMs);
        share.IntervalMs(WishMs, 0);
        share.IntervalMs(WishMs, 10_000);
        Assert.Contains("Warning polls: printers are polled at most every 30.0 s, and that is still an estimated 73 % of this machine's CPU: move printers to another hub", log.ToString());
    }

    [TestMethod]
    public void Log_ChangeOfTheInterval_IsOneLineOnceItHasLasted()
    {
        TestLog log = new();
        PollBudget budget = new(Factor, log.Log);
        PollShare share = Farm(budget, 12);
        share.IntervalMs(WishMs, 1000);
        share.IntervalMs(WishMs, 10_999);
        Assert.IsFalse(log.Has("polled"), "it may change again");
        share.IntervalMs(WishMs, 11_000);
        share.IntervalMs(WishMs, 60_000);
        Assert.IsTrue(log.Has("Info polls: printers are polled at most every 5.3 s, which takes an estimated 49 % of this machine's CPU with all other reports"), log.ToString());

        Farm(budget, 1);
        share.IntervalMs(WishMs, 61_000);
        share.IntervalMs(WishMs, 99_000);
        Assert.IsFalse(log.Has("polled", 2), "less than a fifth");

        PollShare other = Farm(budget, 1);
        share.Use(true, Bambu);
        share.IntervalMs(WishMs, 100_000);
        share.IntervalMs(WishMs, 110_000);
        Assert.IsTrue(log.Has("polled", 2) && !log.Has("polled", 3), log.ToString());
        Assert.IsGreaterThan(7000, other.CurrentMs(WishMs));
    }

    [TestMethod]
    public void Interval_MachineWithoutLimit_IsTheWishWhateverIsThere()
    {
        PollBudget budget = new(0, null);
        PollShare share = budget.Share(new User(), WishMs);
        share.Join();
        share.Use(false, 1_000_000_000);
        Assert.AreEqual(700, share.IntervalMs(700, 0));
        Assert.AreEqual(0, budget.ShortestMs);
        Assert.AreEqual(0, budget.LoadPermille);
        Assert.IsFalse(budget.IsLimited);
    }

    /// <summary>Adds OctoPrints that print, and gives the last one.</summary>
    private static PollShare Farm(PollBudget budget, int count)
    {
        PollShare share = budget.Share(new User(), WishMs);
        for (int i = 0; i < count; i++)
        {
            share = budget.Share(new User(), WishMs);
            share.Use(false, OctoPrint);
            share.Join();
        }

        return share;
    }

    private PollShare[] Polled(int count, int costUs) => [.. Enumerable.Range(0, count).Select(_ => Join(costUs, isPush: false))];

    private PollShare Join(int costUs, bool isPush)
    {
        User user = new();
        _users.Add(user);
        PollShare share = _budget.Share(user, WishMs);
        share.Use(isPush, costUs);
        share.Join();
        return share;
    }

    private sealed class User : IPollUser
    {
        public int Woken { get; set; }

        public void PollsSooner() => Woken++;
    }
}
