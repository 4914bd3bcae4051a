using Hub.Core;
using Hub.Core.Configuration;
using Hub.Simulator.Virtual;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The contract over the websocket.</summary>
[TestClass]
public class MoonrakerContractTests : PrinterContract
{
    protected override FleetOptions OnePrinter => new FleetOptions { Moonraker = 1 };

    protected override VirtualFaults LostStartAnswer => new VirtualFaults { LoseAnswer = true, Path = "/printer.print.start", Count = 1 };

    /// <summary>A question about the file's name goes before the upload.</summary>
    protected override string? UploadPath => "/server/files/upload";

    protected override PrinterConfig ConfigFor(VirtualHttpPrinter printer) => new PrinterConfig
    {
        Type = PrinterTypes.Moonraker,
        Url = printer.Url,
        ApiKey = new Secret(printer.ApiKey),
    };
}
