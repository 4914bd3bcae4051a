using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkPythonContractTests : HttpPrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { PrusaLinkOnPi = 1 };

    protected override string? UploadPath => "/api/v1/files/";

    protected override string StartPath => "/api/v1/files/";
}
