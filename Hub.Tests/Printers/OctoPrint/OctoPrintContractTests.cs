using Hub.Core;
using Hub.Core.Configuration;
using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.OctoPrint;

[TestClass]
public class OctoPrintContractTests : PrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { OctoPrint = 1 };

    protected override VirtualFaults LostStartAnswer => new VirtualFaults { LoseAnswer = true, Path = "/api/files/local/", Count = 1 };

    protected override PrinterConfig ConfigFor(VirtualHttpPrinter printer) => new PrinterConfig
    {
        Type = PrinterTypes.OctoPrint,
        Url = printer.Url,
        ApiKey = new Secret(printer.ApiKey),
    };
}
