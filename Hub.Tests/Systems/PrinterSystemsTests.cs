using System;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Tests.Contracts;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Systems;

/// <summary>The list of printer systems: every one is told apart, makes its client and has a contract test.</summary>
[TestClass]
public sealed class PrinterSystemsTests
{
    [TestMethod]
    public void All_Names_AreDistinctAndUsable()
    {
        Assert.AreEqual(PrinterSystems.All.Length, PrinterSystems.All.Select(s => s.Type).Distinct().Count());
        Assert.AreEqual(PrinterSystems.All.Length, PrinterSystems.All.Select(s => s.IdPrefix).Distinct().Count());
        foreach (PrinterSystem system in PrinterSystems.All)
        {
            Assert.IsTrue(system.Type.Length > 0 && system.Type.All(char.IsAsciiLetterLower), system.Type);
            Assert.IsGreaterThan(0, system.Title.Length);
            Assert.IsTrue(system.IdPrefix.EndsWith('-'), system.IdPrefix);
            Assert.IsTrue(system.FileExtensions.Length > 0 && system.FileExtensions.All(e => e[0] == '.' && !e.Any(char.IsAsciiLetterUpper)), system.Type);
            Assert.IsTrue(system.DnsService == null || system.DnsService.EndsWith("._tcp.local", StringComparison.Ordinal), system.DnsService);
            Assert.AreSame(system, PrinterSystems.Find(system.Type));
        }
    }

    [TestMethod]
    public void Types_All_ReadAsAList()
    {
        string[] types = [.. PrinterSystems.All.Select(s => s.Type)];
        Assert.AreEqual(string.Join(", ", types[..^1]) + " or " + types[^1], PrinterSystems.Types);
        Assert.StartsWith("octoprint, prusalink, moonraker", PrinterSystems.Types);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("Octoprint")]
    [DataRow("duet")]
    public void Find_UnknownWord_IsNull(string? type) => Assert.IsNull(PrinterSystems.Find(type));

    [TestMethod]
    public void Create_EverySystem_IsAClientOfItsFolder()
    {
        using DesktopHal hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        PrinterClientFactory factory = new PrinterClientFactory(hal);
        foreach (PrinterSystem system in PrinterSystems.All)
        {
            PrinterConfig config = new PrinterConfig { Id = "a", Type = system.Type, Url = "http://a", Host = "a", Serial = "S", AccessCode = new Secret("fake-code") };
            using IPrinterClient client = factory.Create(config);
            Assert.AreEqual(system.GetType().Namespace, client.GetType().Namespace);
        }
    }

    [TestMethod]
    public void Create_UnknownSystem_IsNotSupported()
    {
        using DesktopHal hal = new DesktopHal("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        HubException error = Assert.ThrowsExactly<HubException>(() => new PrinterClientFactory(hal).Create(new PrinterConfig { Type = "duet" }));
        Assert.AreEqual(ErrorCode.NotSupported, error.Code);
    }

    [TestMethod]
    public void All_Systems_HaveAContractTest()
    {
        string[] tested = [.. GetType().Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(PrinterContract))).Select(t => t.Namespace!)];
        foreach (PrinterSystem system in PrinterSystems.All)
        {
            string folder = system.GetType().Namespace!.Split('.')[^1];
            Assert.Contains("Hub.Tests.Printers." + folder, tested, system.Title + " lacks a class of tests that inherits PrinterContract");
        }
    }
}
