using Hub.Core;
using Hub.Core.Configuration;
using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkBuddyContractTests : PrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { PrusaLink = 1 };

    protected override bool TakesGcode => false;

    protected override string? UploadPath => "/api/v1/files/";

    protected override VirtualFaults LostStartAnswer => new VirtualFaults { LoseAnswer = true, Path = "/api/v1/files/", Count = 1 };

    protected override PrinterConfig ConfigFor(VirtualHttpPrinter printer) => new PrinterConfig
    {
        Type = PrinterTypes.PrusaLink,
        Url = printer.Url,
        User = printer.User,
        Password = new Secret(printer.Password!),
    };
}
