using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>A machine whose speed limits no poll.</summary>
[TestClass]
public sealed class FastMachineTests : ManagerTestBase
{
    [TestMethod]
    public void Snapshot_ShorterPollMs_IsNotShownAsPolledSlowly()
    {
        PrinterConfig config = Config();
        config.PollMs = 5000;
        Manager.Register(config);
        PassUntil(() => Status().IsConnected, "the first report");
        Assert.AreEqual(5000, Manager.Snapshot("octo-1")!.PollIntervalMs);

        Manager.Register(Config());
        Assert.AreEqual(500, Manager.Snapshot("octo-1")!.PollIntervalMs);
        Assert.IsFalse(Manager.Snapshot("octo-1")!.IsPolledSlowly);
    }
}
