using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

/// <summary>The capabilities of a client and the interfaces it implements say the same.</summary>
[TestClass]
public sealed class ClientInterfacesTests
{
    [TestMethod]
    [DataRow("octoprint")]
    [DataRow("prusalink")]
    [DataRow("prusalink on a pi")]
    [DataRow("moonraker")]
    [DataRow("bambu")]
    public async Task Capabilities_BeforeAndAfterConnect_AreTheInterfaces(string system)
    {
        await using Fleet fleet = await Fleet.StartAsync(system switch
        {
            "octoprint" => new FleetOptions { OctoPrint = 1 },
            "prusalink" => new FleetOptions { PrusaLink = 1 },
            "prusalink on a pi" => new FleetOptions { PrusaLinkOnPi = 1 },
            "moonraker" => new FleetOptions { Moonraker = 1 },
            _ => new FleetOptions { Bambu = 1, BambuFirstNumber = ClassSerials.Of(this) },
        });
        using DesktopHal hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using IPrinterClient client = new PrinterClientFactory(hal).Create(fleet.Printers[0].ToConfig());
        Assert.AreEqual(OfInterfaces(client), Optional(client.Capabilities));

        client.Connect(CancellationToken.None);
        PrinterCapabilities missing = OfInterfaces(client) & ~client.Capabilities;
        Assert.AreEqual(system == "prusalink" ? PrinterCapabilities.Gcode : PrinterCapabilities.None, missing, "only the printer's own PrusaLink can do less");
        Assert.AreEqual(PrinterCapabilities.None, Optional(client.Capabilities) & ~OfInterfaces(client));
    }

    [TestMethod]
    public void Capabilities_EverySystemBeforeConnect_AreTheInterfaces()
    {
        using DesktopHal hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        PrinterClientFactory factory = new PrinterClientFactory(hal);
        foreach (PrinterSystem system in PrinterSystems.All)
        {
            PrinterConfig config = new PrinterConfig { Id = "a", Type = system.Type, Url = "http://a", Host = "a", Serial = "S", AccessCode = new Secret("fake-code") };
            using IPrinterClient client = factory.Create(config);
            Assert.AreEqual(OfInterfaces(client), Optional(client.Capabilities), system.Title);
        }
    }

    private static PrinterCapabilities Optional(PrinterCapabilities capabilities) =>
        capabilities & (PrinterCapabilities.Gcode | PrinterCapabilities.Light | PrinterCapabilities.Speed
            | PrinterCapabilities.ClearError | PrinterCapabilities.EmergencyStop);

    private static PrinterCapabilities OfInterfaces(IPrinterClient client) =>
        (client is IGcode ? PrinterCapabilities.Gcode : 0)
        | (client is ILight ? PrinterCapabilities.Light : 0)
        | (client is ISpeedLevels ? PrinterCapabilities.Speed : 0)
        | (client is IErrorClearing ? PrinterCapabilities.ClearError : 0)
        | (client is IEmergencyStop ? PrinterCapabilities.EmergencyStop : 0);
}
