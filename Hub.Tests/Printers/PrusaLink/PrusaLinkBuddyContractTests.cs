using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkBuddyContractTests : HttpPrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { PrusaLink = 1 };

    protected override bool TakesGcode => false;

    protected override string? UploadPath => "/api/v1/files/";

    protected override string StartPath => "/api/v1/files/";

    /// <summary>Digest; its key is tried elsewhere.</summary>
    protected override PrinterConfig Config
    {
        get
        {
            VirtualHttpPrinter printer = (VirtualHttpPrinter)Printer;
            PrinterConfig config = printer.ToConfig();
            config.ApiKey = null;
            config.User = printer.User;
            config.Password = new Secret(printer.Password!);
            return config;
        }
    }

    protected override string Loaded => "0 PLA";
}
