using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.OctoPrint;

[TestClass]
public class OctoPrintContractTests : HttpPrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { OctoPrint = 1 };

    protected override string StartPath => "/api/files/local/";
}
