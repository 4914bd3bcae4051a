using Hub.Core.Provisioning;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Who may write over Bluetooth, by time, button, login and network.</summary>
[TestClass]
public class ProvisioningRulesTests
{
    private const int Minute = 60 * 1000;

    private readonly WriteRules _rules = new WriteRules(1000);

    [TestMethod]
    public void WithoutANetwork_OpenForEver()
    {
        Assert.IsTrue(_rules.IsWriteOpen(1000));
        Assert.IsTrue(_rules.IsWriteOpen(1000L * 24 * 60 * Minute));
        Assert.IsTrue(_rules.IsReachable(1000L * 24 * 60 * Minute));
        Assert.AreEqual(-1L, _rules.WindowLeftMs(1000));
    }

    [TestMethod]
    public void WithANetwork_ClosedAndReachableForAQuarterOfAnHour()
    {
        _rules.SetProvisioned(true, 1000);
        Assert.IsFalse(_rules.IsWriteOpen(1000));
        Assert.AreEqual(15L * Minute, _rules.WindowLeftMs(1000));
        Assert.IsTrue(_rules.IsReachable(1000 + (15 * Minute) - 1));
        Assert.IsFalse(_rules.IsReachable(1000 + (15 * Minute)));
        Assert.AreEqual(0L, _rules.WindowLeftMs(1000 + (16 * Minute)));
    }

    [TestMethod]
    public void FirstNetwork_LongAfterTheStart_LeavesTheHubReachable()
    {
        long given = 1000 + (60 * Minute);
        _rules.SetProvisioned(true, given);
        Assert.IsTrue(_rules.IsReachable(given + (15 * Minute) - 1));
        Assert.IsFalse(_rules.IsReachable(given + (15 * Minute)));
    }

    [TestMethod]
    public void Button_OpensForTenMinutesAndUnlocks()
    {
        _rules.SetProvisioned(true, 1000);
        for (int i = 0; i < WriteRules.MaxWrongCodes; i++)
        {
            Assert.IsFalse(_rules.IsLocked);
            _rules.WrongCode();
        }

        Assert.IsTrue(_rules.IsLocked);
        _rules.WrongCode();
        Assert.AreEqual(0, _rules.TriesLeft);
        long pressed = 1000 + (20 * Minute);
        _rules.Pressed(pressed);
        Assert.IsFalse(_rules.IsLocked);
        Assert.IsTrue(_rules.IsWriteOpen(pressed + (10 * Minute) - 1));
        Assert.IsFalse(_rules.IsWriteOpen(pressed + (10 * Minute)));
        Assert.IsFalse(_rules.IsReachable(pressed + (10 * Minute)));
    }

    [TestMethod]
    public void Connection_KeepsWhatWasOpenForTenMinutesAfterTheNetworkWasGiven()
    {
        _rules.Connected(2000);
        _rules.SetProvisioned(true, 3000);
        Assert.IsTrue(_rules.IsWriteOpen(3000 + (10 * Minute) - 1));
        Assert.IsFalse(_rules.IsWriteOpen(3000 + (10 * Minute)));

        _rules.Disconnected();
        Assert.IsFalse(_rules.IsWriteOpen(4000));
        _rules.Connected(4000);
        Assert.IsFalse(_rules.IsWriteOpen(4000), "another connection");
    }

    [TestMethod]
    public void Login_LivesWhileItIsUsedAndEndsWithItsConnection()
    {
        _rules.SetProvisioned(true, 1000);
        _rules.Connected(2000);
        _rules.RightCode(14 * Minute);
        Assert.IsTrue(_rules.IsReachable(20 * Minute), "the window has closed meanwhile");
        Assert.IsFalse(_rules.IsLoggedIn(24 * Minute));
        _rules.Asked(23 * Minute);
        Assert.IsTrue(_rules.IsLoggedIn(24 * Minute));
        Assert.IsFalse(_rules.IsWriteOpen(24 * Minute), "a login opens nothing to those who know no code");
        _rules.Disconnected();
        Assert.IsFalse(_rules.IsLoggedIn(24 * Minute));
        _rules.Connected(24 * Minute);
        Assert.IsFalse(_rules.IsLoggedIn(24 * Minute));
    }

    [TestMethod]
    public void WrongCodes_AreCountedOverConnectionsAndForgottenAfterARightOne()
    {
        for (int i = 1; i < WriteRules.MaxWrongCodes; i++)
        {
            _rules.Connected(2000);
            _rules.WrongCode();
            _rules.Disconnected();
        }

        Assert.AreEqual(1, _rules.TriesLeft);
        _rules.Connected(2000);
        _rules.RightCode(2000);
        Assert.AreEqual(WriteRules.MaxWrongCodes, _rules.TriesLeft);
        _rules.WrongCode();
        Assert.IsFalse(_rules.IsLoggedIn(2000), "a wrong code ends a login");
    }

    [TestMethod]
    public void Button_BouncesAndIsHeld_CountsOnce()
    {
        ButtonWatch button = new ButtonWatch();
        bool[] seen = { false, true, false, true, true, true, true, false, true, true };
        string pressed = "";
        for (int i = 0; i < seen.Length; i++)
        {
            pressed += button.See(seen[i]) ? "x" : ".";
        }

        Assert.AreEqual("....x....x", pressed);
    }
}
