using System.Linq;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class DiscoveryTableTests
{
    private readonly DiscoveryTable _table = new();

    [TestMethod]
    public void Add_AnnouncedThenProbed_OneEntryWithAllThatIsKnown()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, name: "left", model: "Mk3"));
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, version: "1.10.3", identity: "u-1"));

        Assert.AreEqual("octoprint 10.0.0.5:80 left Mk3 1.10.3 u-1", Lines());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Add_PrusaLinkAsOctoPrintService_BecomesPrusaLink(bool isProbe)
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, name: "mk3"));
        DiscoveredPrinter prusa = Http(PrinterTypes.PrusaLink, "10.0.0.5", 80);
        if (isProbe)
        {
            _table.AddProbed(prusa);
        }
        else
        {
            _table.Add(prusa);
        }

        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80));

        Assert.AreEqual("prusalink 10.0.0.5:80 mk3   ", Lines());
    }

    [TestMethod]
    public void Add_ProbeSaysOtherThanAnnounced_ProbeCounts()
    {
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 7125));
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125, name: "x"));

        Assert.AreEqual("octoprint 10.0.0.5:7125 x   ", Lines());
    }

    [TestMethod]
    public void Add_TwoAddressesOfOneHost_OneEntry()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, name: "left"), ["10.0.0.5", "192.168.7.5"]);
        _table.Add(Http(PrinterTypes.OctoPrint, "192.168.7.5", 80, version: "1"));

        Assert.AreEqual("octoprint 10.0.0.5:80 left  1 ", Lines());
    }

    [TestMethod]
    public void Add_TwoHostsWithTheSameDockerAddress_TwoEntries()
    {
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125), ["10.0.0.5", "172.17.0.1"]);
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.6", 7125), ["10.0.0.6", "172.17.0.1"]);

        Assert.AreEqual(2, _table.Count);
    }

    [TestMethod]
    public void Add_CopiedSdCards_OneUuidOnTwoAddressesTwoEntries()
    {
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125, identity: "a"), ["10.0.0.5", "172.17.0.1"]);
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.6", 7125, identity: "a"), ["10.0.0.6", "172.17.0.1"]);
        _table.AddProbed(Http(PrinterTypes.Moonraker, "10.0.0.6", 7125, version: "v1"));

        Assert.AreEqual("moonraker 10.0.0.5:7125    a\nmoonraker 10.0.0.6:7125   v1 a", Lines());
    }

    [TestMethod]
    public void Add_OneAnnouncementNamesBothAddresses_OneEntryWhateverTheOrder()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "192.168.7.5", 80, identity: "a"));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, name: "left", identity: "a"), ["10.0.0.5", "192.168.7.5"]);
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80, version: "1"));

        Assert.AreEqual("octoprint 10.0.0.5:80 left  1 a", Lines());
    }

    [TestMethod]
    public void Add_AddressOfAnothersAnnouncementButOtherUuid_TwoEntries()
    {
        _table.Add(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125, identity: "a"), ["192.168.7.9"]);
        _table.Add(Http(PrinterTypes.Moonraker, "192.168.7.9", 7125, identity: "b"));

        Assert.AreEqual("moonraker 10.0.0.5:7125    a\nmoonraker 192.168.7.9:7125    b", Lines());
    }

    [TestMethod]
    public void Add_CopiesOnOneMachineWithOneUuid_TwoEntries()
    {
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 5000, identity: "a"));
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 5001, identity: "a"));

        Assert.AreEqual(2, _table.Count);
    }

    [TestMethod]
    public void Add_SightingThatJoinsTwoEntries_OneIsLeft()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 5000, name: "by mDNS"));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.9.5", 5000, identity: "u"));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 5000, identity: "u"), ["10.0.0.5", "10.0.9.5"]);

        Assert.AreEqual("octoprint 10.0.0.5:5000 by mDNS   u", Lines());
    }

    [TestMethod]
    public void Add_ServerAndTheProxyInFront_OneEntryWithTheServersPort()
    {
        _table.AddProbed(Http(PrinterTypes.Moonraker, "10.0.0.5", 80, version: "v1"));
        _table.AddProbed(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125, version: "v1"));

        Assert.AreEqual("moonraker 10.0.0.5:7125   v1 ", Lines());
    }

    [TestMethod]
    public void Add_TwoServersOfOneHost_TwoEntries()
    {
        _table.AddProbed(Http(PrinterTypes.Moonraker, "10.0.0.5", 7125));
        _table.AddProbed(Http(PrinterTypes.Moonraker, "10.0.0.5", 7126));
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80));

        Assert.AreEqual(3, _table.Count);
    }

    [TestMethod]
    public void Add_SamePortOtherPath_TwoEntries()
    {
        DiscoveredPrinter first = Http(PrinterTypes.OctoPrint, "10.0.0.5", 80);
        first.Path = "/a";
        DiscoveredPrinter second = Http(PrinterTypes.OctoPrint, "10.0.0.5", 80);
        second.Path = "/b";
        _table.Add(first);
        _table.Add(second);

        Assert.AreEqual(2, _table.Count);
    }

    [TestMethod]
    public void Add_BambuBySerial_AddressDoesNotCount()
    {
        _table.Add(Bambu("10.0.0.5", "01P00A1"));
        _table.Add(Bambu("10.0.0.6", "01P00A1"));
        _table.Add(Bambu("10.0.0.5", "01P00A2"));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.5", 80));

        Assert.AreEqual(3, _table.Count);
    }

    [TestMethod]
    public void Add_MoreThanItHolds_LeftOutAndCounted()
    {
        for (int i = 0; i < DiscoveryTable.MaxPrinters + 5; i++)
        {
            _table.Add(Http(PrinterTypes.OctoPrint, $"10.0.{i / 200}.{1 + (i % 200)}", 80));
        }

        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.1", 80, name: "known"));

        Assert.AreEqual(DiscoveryTable.MaxPrinters, _table.Count);
        Assert.AreEqual(5, _table.Dropped);
        Assert.AreEqual(1, _table.ToArray().Count(p => p.Name == "known"));
    }

    [TestMethod]
    public void ToArray_AnyOrderOfAdding_TypeThenNameThenAddress()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.10", 80, name: "B"));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.20", 80));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.9", 80));
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.1", 80, name: "a"));
        _table.Add(Bambu("10.0.0.99", "S"));

        CollectionAssert.AreEqual(
            new[] { "10.0.0.99", "10.0.0.9", "10.0.0.20", "10.0.0.1", "10.0.0.10" }, _table.ToArray().Select(p => p.Address).ToArray());
    }

    [TestMethod]
    public void RemoveAnnounced_OnlyAnnounced_GoneButAProbedOneStays()
    {
        _table.Add(Http(PrinterTypes.OctoPrint, "10.0.0.1", 80));
        _table.AddProbed(Http(PrinterTypes.OctoPrint, "10.0.0.2", 80));

        _table.RemoveAnnounced(Http(PrinterTypes.OctoPrint, "10.0.0.1", 80));
        _table.RemoveAnnounced(Http(PrinterTypes.OctoPrint, "10.0.0.2", 80));

        Assert.AreEqual("octoprint 10.0.0.2:80    ", Lines());
    }

    [TestMethod]
    public void Candidates_SameServerTwice_TakenOnceAndBounded()
    {
        Assert.IsTrue(_table.AddCandidate(new HttpCandidate("10.0.0.1", 80, false)));
        Assert.IsFalse(_table.AddCandidate(new HttpCandidate("10.0.0.1", 80, false)));
        Assert.IsTrue(_table.AddCandidate(new HttpCandidate("10.0.0.1", 80, false, "/octo")));
        Assert.AreEqual(null, _table.TakeCandidate()!.Path);
        Assert.AreEqual("/octo", _table.TakeCandidate()!.Path);
        Assert.IsNull(_table.TakeCandidate());
        Assert.IsFalse(_table.AddCandidate(new HttpCandidate("10.0.0.1", 80, false)), "asked already");
        int taken = 0;
        for (int i = 1; i <= 400; i++)
        {
            taken += _table.AddCandidate(new HttpCandidate("10.0.0.2", i, false)) ? 1 : 0;
        }

        Assert.AreEqual(DiscoveryTable.MaxCandidates - 2, taken);
    }

    [TestMethod]
    public void Add_FromManyThreads_NothingIsLost()
    {
        Parallel.For(0, 200, i => _table.Add(Http(PrinterTypes.OctoPrint, $"10.0.0.{1 + (i % 100)}", 80)));

        Assert.AreEqual(100, _table.Count);
    }

    private static DiscoveredPrinter Http(string type, string address, int port, string? name = null, string? model = null, string? version = null, string? identity = null) =>
        new() { Type = type, Address = address, Port = port, Name = name, Model = model, Version = version, Identity = identity };

    private static DiscoveredPrinter Bambu(string address, string serial) =>
        new() { Type = PrinterTypes.Bambu, Address = address, Serial = serial, Identity = serial };

    private string Lines() => string.Join('\n', _table.ToArray().Select(p => $"{p.Type} {p.Address}:{p.Port} {p.Name} {p.Model} {p.Version} {p.Identity}"));
}
