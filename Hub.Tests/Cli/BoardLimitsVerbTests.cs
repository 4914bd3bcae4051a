using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>run --board-limits</summary>
[TestClass]
public sealed class BoardLimitsVerbTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Run_ThirteenPushPrinters_OneWaitsOnlyWithinTheBoardsLimits(bool hasLimits)
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 13 });
        using CliTestBed bed = new();
        string file = bed.PathOf("fleet.json");
        await File.WriteAllBytesAsync(file, fleet.PrintersJson());
        Assert.AreEqual(0, await bed.RunAsync("printers", "import", file), bed.Error);
        string[] limits = hasLimits ? ["--board-limits"] : [];
        await bed.RunAsync(["run", "--for", "2.5", .. limits]);
        Assert.AreEqual(hasLimits, bed.Error.Contains("12 of 12 for printers are in use"), bed.Error);
    }

    [TestMethod]
    public async Task Help_BoardLimits_SaysWhatIsNotImposed()
    {
        using CliTestBed bed = new();
        Assert.AreEqual(0, await bed.RunAsync("run", "--help"));
        string help = string.Join(' ', bed.Out.Split((char[]?)null, System.StringSplitOptions.RemoveEmptyEntries));
        StringAssert.Contains(help, "16 sockets");
        StringAssert.Contains(help, "one TLS handshake at a time, which stops every thread");
        StringAssert.Contains(help, "heap size is not imposed, and of its CPU speed only a part");
    }
}
