using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The contract over the websocket.</summary>
[TestClass]
public class MoonrakerContractTests : HttpPrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { Moonraker = 1, Spoolman = true };

    protected override string Loaded => "0 PLA #BD0B0B 75%";

    protected override int PrintSlot => 0;

    protected override string StartPath => "/printer.print.start";

    /// <summary>A question about the file's name goes before the upload.</summary>
    protected override string? UploadPath => "/server/files/upload";
}
