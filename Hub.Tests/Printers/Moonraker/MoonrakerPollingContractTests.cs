using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The contract over HTTP alone, as behind a proxy that blocks websockets.</summary>
[TestClass]
public class MoonrakerPollingContractTests : MoonrakerContractTests
{
    protected override FleetOptions OnePrinter => base.OnePrinter with { RefuseWebSockets = true };

    /// <summary>Spoolman is asked over the websocket alone.</summary>
    protected override string Loaded => "";

    protected override int PrintSlot => -1;

    protected override string StartPath => "/printer/print/start";
}
