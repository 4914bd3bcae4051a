using System;
using Hub.Core.Manager;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

[TestClass]
public sealed class LeaseStepsTests
{
    /// <summary>One letter per state: a away, r resting, w waiting, u waiting urgently, b busy, i idle, B and I the same and wanted, x impossible.</summary>
    private const string Letters = "arwubiBI";

    [TestMethod]
    //                             arwubiBI
    [DataRow(LeaseEvent.Ask, "wwwubbBB")]
    [DataRow(LeaseEvent.AskUrgent, "uuuubbBB")]
    [DataRow(LeaseEvent.Grant, "xxbbxxxx")]
    [DataRow(LeaseEvent.EndUse, "arwuiiII")]
    [DataRow(LeaseEvent.Want, "xxxxBIBI")]
    [DataRow(LeaseEvent.Unwant, "xxxxbibi")]
    [DataRow(LeaseEvent.Return, "arrrrrrr")]
    [DataRow(LeaseEvent.Withdraw, "aaaaaaaa")]
    public void After_EveryState_FollowsTheTable(object what, string after)
    {
        foreach (LeaseState state in Enum.GetValues<LeaseState>())
        {
            char got;
            try
            {
                got = Letters[(int)LeaseSteps.After(state, (LeaseEvent)what)];
            }
            catch (InvalidOperationException)
            {
                got = 'x';
            }

            Assert.AreEqual(after[(int)state], got, what + " in " + state);
        }
    }

    [TestMethod]
    public void After_UnknownEvent_Throws() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => LeaseSteps.After(LeaseState.Away, (LeaseEvent)99));
}
