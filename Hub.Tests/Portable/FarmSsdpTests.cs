using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>A Bambu printer's announcement, and whether the configuration follows it.</summary>
[TestClass]
public class FarmSsdpTests
{
    internal const string Notify =
        "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1990\r\nServer: UPnP/1.0\r\nLocation: 192.168.1.77\r\nNT: urn:bambulab-com:device:3dprinter:1\r\n"
        + "nTs:ssdp:alive\r\nUSN: \t01P00A000000001\r\nCache-Control: max-age=1800\r\nDevModel.bambu.com: C12\r\nDevName.bambu.com: P1S \u00fc\u001b1\r\n"
        + "DevSignal.bambu.com: -48\r\nDevVersion.bambu.com: 01.07.00.00\r\nX-Virtual-Mqtt-Port: 5101\r\n\r\n";

    private const string Home = "192.168.1.30";
    private const string Moved = "192.168.1.77";

    [TestMethod]
    public void Parse_BambuNotify_GivesThePrinter()
    {
        SsdpMessage message = Parse(Notify)!;
        Assert.AreEqual((int)SsdpKind.Notify, (int)message.Kind);
        Assert.IsTrue(message.IsBambu);
        Assert.AreEqual("P1S \u00fc?1", message.Name);
        Assert.AreEqual(5101, message.MqttPort);
        DiscoveredPrinter printer = BambuAnnouncement.Read(message, Moved)!;
        Assert.AreEqual(PrinterTypes.Bambu, printer.Type);
        Assert.AreEqual("01P00A000000001", printer.Serial);
        Assert.AreEqual("P1S", printer.Model);
        Assert.AreEqual("01.07.00.00", printer.Version);
        Assert.IsNull(BambuAnnouncement.Read(message, "239.255.255.250"));
    }

    [TestMethod]
    public void Parse_CutAnywhere_NeverGivesHalfAValue()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Notify);
        for (int count = 0; count <= whole.Length; count++)
        {
            SsdpMessage? message = SsdpMessage.Parse(whole, count);
            Assert.IsTrue(message == null || message.Usn == null || message.Usn == "01P00A000000001", "cut at " + count.ToString());
        }
    }

    [TestMethod]
    public void Parse_Mutated_NeverThrows()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Notify);
        uint random = 20261122;
        int read = 0;
        for (int round = 0; round < 500; round++)
        {
            byte[] bytes = (byte[])whole.Clone();
            for (int i = 0; i < 6; i++)
            {
                random = unchecked((random * 1664525) + 1013904223);
                bytes[(int)((random >> 8) % (uint)bytes.Length)] = (byte)(random >> 24);
            }

            SsdpMessage? message = SsdpMessage.Parse(bytes, bytes.Length);
            if (message != null)
            {
                read++;
                BambuAnnouncement.Read(message, Moved);
                UpnpAnnouncement.Read(message, Moved);
            }
        }

        Assert.IsTrue(read > 100, read.ToString() + " read");
    }

    [TestMethod]
    public void Parse_Search_IsWhatWasWritten()
    {
        byte[] bytes = SsdpMessage.Search(SsdpMessage.BambuTarget, SsdpMessage.BambuPort);
        SsdpMessage message = SsdpMessage.Parse(bytes, bytes.Length)!;
        Assert.AreEqual((int)SsdpKind.Search, (int)message.Kind);
        Assert.IsTrue(message.IsDiscover);
        Assert.IsTrue(message.IsBambu);
    }

    [TestMethod]
    public void IsMove_AnotherAddress_IsFollowedUnlessThePrinterIsReached()
    {
        FollowRules rules = new FollowRules();
        SsdpMessage message = Parse(Notify)!;
        PrinterConfig config = Printer();
        Assert.IsTrue(rules.IsMove(config, message, Moved, 0));
        Assert.IsFalse(rules.IsMove(config, message, "192.168.1.78", 0), "it names another address than the sender's");
        Assert.IsTrue(FollowRules.Follows(config, LinkState.Waiting, true, true));
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Waiting, false, true), "its certificate was never met");
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Waiting, true, false), "where certificates are not seen, one that was met is of no use");
        config.Tls = new TlsOptions();
        config.Tls.CaPem = "PEM";
        Assert.IsTrue(FollowRules.Follows(config, LinkState.Waiting, false, false), "the authority checks it");
        config.Tls.PinSha256 = "aa";
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Waiting, false, false), "a pin is of no use there");
        Assert.IsTrue(FollowRules.Follows(config, LinkState.Waiting, false, true));
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Online, true, true));
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Degraded, true, true));
        config.Tls = new TlsOptions();
        config.Tls.Insecure = true;
        Assert.IsFalse(FollowRules.Follows(config, LinkState.Waiting, true, true));
        config.FollowAddress = false;
        Assert.IsFalse(rules.IsMove(config, message, Moved, 0));
    }

    [TestMethod]
    public void IsMove_SoonAgain_PausesDoubleUntilItIsProven()
    {
        FollowRules rules = new FollowRules();
        SsdpMessage message = Parse(Notify)!;
        PrinterConfig config = Printer();
        long now = 1000;
        rules.Moved(config.Id, now);
        Assert.IsFalse(rules.IsMove(config, message, Moved, now + FollowRules.MinPauseMs - 1));
        now += FollowRules.MinPauseMs;
        Assert.IsTrue(rules.IsMove(config, message, Moved, now));
        rules.Moved(config.Id, now);
        Assert.IsTrue(rules.IsUnproven(config.Id));
        Assert.IsFalse(rules.IsMove(config, message, Moved, now + (2 * FollowRules.MinPauseMs) - 1));
        rules.Proven(config.Id);
        Assert.IsFalse(rules.IsUnproven(config.Id));
        Assert.IsTrue(rules.IsMove(config, message, Moved, now + FollowRules.MinPauseMs));
    }

    private static SsdpMessage? Parse(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return SsdpMessage.Parse(bytes, bytes.Length);
    }

    private static PrinterConfig Printer()
    {
        PrinterConfig config = new PrinterConfig();
        config.Id = "bambu-1";
        config.Type = PrinterTypes.Bambu;
        config.Serial = "01P00A000000001";
        config.Host = Home;
        return config;
    }
}
