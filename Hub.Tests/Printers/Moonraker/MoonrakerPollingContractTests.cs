using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The contract over HTTP alone, as behind a proxy that blocks websockets.</summary>
[TestClass]
public class MoonrakerPollingContractTests : MoonrakerContractTests
{
    protected override FleetOptions OnePrinter => base.OnePrinter with { RefuseWebSockets = true };

    protected override string StartPath => "/printer/print/start";
}
