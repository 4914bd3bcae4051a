using System;
using System.Threading;
using Hub.Core;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>What nothing should throw, thrown on the tunnel's thread: it connects again by itself, and says what happened until then.</summary>
[TestClass]
public sealed class TunnelFaultTests : TunnelTestBase
{
    [TestMethod]
    public void Online_Fault_ConnectsAgain()
    {
        Lines.Expect("a fault of the hub itself");
        AddPrinter("octo-1");
        Start();
        Fail(1);

        Reconnected(2);
        Status("octo-1", "idle");
        Assert.AreEqual(1, Hub.Log.Faults);
        Assert.IsNull(Hub.Cloud!.State.Error);
    }

    [TestMethod]
    public void Offline_FaultAfterFault_ConnectsOnceItIsOver()
    {
        Lines.Expect("a fault of the hub itself");
        Cloud.RefuseWith = 503;
        Hub.Start(new FarmHubOptions { FollowAddresses = false });
        Hub.StartCloud(Cloud.Url);
        Clock.PassUntil(() => Cloud.Refused >= 1, "a try");
        Fail(2);
        Clock.PassUntil(() => Hub.Log.Faults == 2, "the faults");

        Cloud.RefuseWith = 0;
        Reconnected(1);
    }

    /// <summary>What the tunnel's thread asks the radio throws so often. (While it goes on, the thread never comes to rest, and time cannot pass.)</summary>
    private void Fail(int times) =>
        Wifi.Setup(w => w.State).Returns(() => Interlocked.Decrement(ref times) >= 0 ? throw new InvalidOperationException("seeded fault") : WifiState.Connected);
}
