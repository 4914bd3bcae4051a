using System;
using System.Text;
using Hub.Core.Discovery;
using Hub.Core.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class SsdpMessageTests
{
    private const int Seed = 20261122;

    private const string Notify =
        "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1990\r\nServer: UPnP/1.0\r\nLocation: 192.168.1.50\r\nNT: urn:bambulab-com:device:3dprinter:1\r\n"
        + "NTS: ssdp:alive\r\nUSN: 01S00A000000000\r\nCache-Control: max-age=1800\r\nDevModel.bambu.com: C12\r\nDevName.bambu.com: P1S-1\r\n"
        + "DevSignal.bambu.com: -48\r\nDevConnect.bambu.com: lan\r\nDevBind.bambu.com: free\r\nDevVersion.bambu.com: 01.07.00.00\r\n\r\n";

    private const string OctoPrint =
        "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:8a9bbb3d-6b0d::upnp:rootdevice\r\nLocation: http://192.168.1.7:5000/octo/plugin/discovery/discovery.xml\r\nCache-Control: max-age=60\r\n\r\n";

    private const string Moonraker =
        "HTTP/1.1 200 OK\r\nUSN: uuid:51ec964d-d4ea-5390-57cb-f74a759de5fc::upnp:rootdevice\r\nLOCATION: http://klipper.local:7125/server/zeroconf/ssdp\r\nST: upnp:rootdevice\r\nEXT:\r\nSERVER: Moonraker SSDP/UPNP Server\r\n\r\n";

    [TestMethod]
    public void Parse_BambuNotify_GivesItsHeaders()
    {
        SsdpMessage message = Parse(Notify)!;
        Assert.AreEqual(SsdpKind.Notify, message.Kind);
        Assert.IsTrue(message.IsBambu);
        Assert.IsFalse(message.IsGoodbye);
        Assert.AreEqual("192.168.1.50", message.Location);
        Assert.AreEqual("01S00A000000000", message.Usn);
        Assert.AreEqual("C12", message.Model);
        Assert.AreEqual("P1S-1", message.Name);
        Assert.AreEqual("01.07.00.00", message.Version);
        Assert.AreEqual(0, message.MqttPort);
    }

    [TestMethod]
    public void Read_BambuNotify_GivesThePrinterAtTheSender()
    {
        DiscoveredPrinter printer = BambuAnnouncement.Read(Parse(Notify)!, "192.168.1.51")!;
        Assert.AreEqual("bambu", printer.Type);
        Assert.AreEqual("192.168.1.51", printer.Address);
        Assert.AreEqual("01S00A000000000", printer.Serial);
        Assert.AreEqual("P1S", printer.Model);
        Assert.AreEqual("P1S-1", printer.Name);
        Assert.AreEqual("01.07.00.00", printer.Version);
        Assert.IsNull(BambuAnnouncement.Read(Parse(Notify)!, "239.255.255.250"));
        Assert.IsNull(BambuAnnouncement.Read(Parse(Notify.Replace("ssdp:alive", "ssdp:byebye", StringComparison.Ordinal))!, "192.168.1.51"));
        Assert.IsNull(BambuAnnouncement.Read(Parse(Notify.Replace("01S00A000000000", "01S0'; rm", StringComparison.Ordinal))!, "192.168.1.51"));
        Assert.IsNull(BambuAnnouncement.Read(Parse(OctoPrint)!, "192.168.1.51"));
    }

    [TestMethod]
    public void Parse_HeaderNamesInAnyCaseAndBareLineFeeds_AreTaken()
    {
        string text = Notify.Replace("USN:", "usn :", StringComparison.Ordinal);
        Assert.IsNull(Parse(text)!.Usn, "white space before the colon is no part of a name");
        text = Notify.Replace("USN:", "uSn:\t ", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.AreEqual("01S00A000000000", Parse(text)!.Usn);
    }

    [TestMethod]
    public void Parse_PortsOfAVirtualPrinter_AreOptionalAndBounded()
    {
        Assert.AreEqual(5101, WithPort("5101").MqttPort);
        Assert.AreEqual(65535, WithPort("65535").MqttPort);
        foreach (string bad in new[] { "0", "65536", "-1", "99999999999", "x", "" })
        {
            Assert.AreEqual(0, WithPort(bad).MqttPort, bad);
        }

        SsdpMessage WithPort(string port) => Parse(Notify.Replace("Server: UPnP/1.0", "x-virtual-mqtt-port: " + port, StringComparison.Ordinal))!;
    }

    [TestMethod]
    public void Parse_Search_IsReadAndWritten()
    {
        byte[] bytes = SsdpMessage.Search(SsdpMessage.BambuTarget, 2021);
        Assert.AreEqual(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:2021\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:bambulab-com:device:3dprinter:1\r\n\r\n",
            Encoding.ASCII.GetString(bytes));
        SsdpMessage message = SsdpMessage.Parse(bytes, bytes.Length)!;
        Assert.AreEqual(SsdpKind.Search, message.Kind);
        Assert.IsTrue(message.IsDiscover);
        Assert.IsTrue(message.IsBambu);
        Assert.IsNull(BambuAnnouncement.Read(message, "192.168.1.51"));
    }

    [TestMethod]
    public void Read_OctoPrintAndMoonraker_GiveTheServerToProbe()
    {
        DiscoveredPrinter octo = UpnpAnnouncement.Read(Parse(OctoPrint)!, "192.168.1.7")!;
        Assert.AreEqual("octoprint 192.168.1.7 5000 /octo 8a9bbb3d-6b0d", $"{octo.Type} {octo.Address} {octo.Port} {octo.Path} {octo.Identity}");
        DiscoveredPrinter moon = UpnpAnnouncement.Read(Parse(Moonraker)!, "192.168.1.8")!;
        Assert.AreEqual("moonraker 192.168.1.8 7125  51ec964dd4ea539057cbf74a759de5fc", $"{moon.Type} {moon.Address} {moon.Port} {moon.Path} {moon.Identity}");
        Assert.IsNull(UpnpAnnouncement.Read(Parse(Notify)!, "192.168.1.7"));
        Assert.IsNull(UpnpAnnouncement.Read(Parse(OctoPrint.Replace(":5000", ":70000", StringComparison.Ordinal))!, "192.168.1.7"));
        Assert.IsNull(UpnpAnnouncement.Read(Parse(OctoPrint.Replace("http://", "http://user@", StringComparison.Ordinal))!, "192.168.1.7"));
        Assert.IsNull(UpnpAnnouncement.Read(Parse(OctoPrint.Replace("discovery.xml", "router.xml", StringComparison.Ordinal))!, "192.168.1.7"));
    }

    [TestMethod]
    public void Parse_Hostile_IsRefusedOrHarmless()
    {
        Assert.IsNull(Parse(""));
        Assert.IsNull(Parse("GET / HTTP/1.1\r\n\r\n"));
        Assert.IsNull(Parse("NOTIFY"));
        Assert.IsNull(Parse("NOTIFY * HTTP/1.1\r\n" + string.Concat(System.Linq.Enumerable.Repeat("A: b\r\n", 100))), "too many lines");
        Assert.IsNull(Parse("NOTIFY * HTTP/1.1\r\nUSN: " + new string('A', 300) + "\r\n\r\n"), "a value is too long");
        Assert.IsNull(Parse(Notify + new string(' ', 5000)), "too many bytes");
        Assert.AreEqual("P?[31mS", Parse(Notify.Replace("P1S-1", "P\u001b[31mS", StringComparison.Ordinal))!.Name, "escape codes stay out of terminals");
        Assert.AreEqual("01S00A000000000", Parse(Notify.Replace("Cache-Control: max-age=1800", "USN: OTHER00000", StringComparison.Ordinal))!.Usn, "the first one counts");
    }

    [TestMethod]
    public void Parse_CutAnywhere_NeverGivesHalfAValue()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Notify);
        for (int count = 0; count <= whole.Length; count++)
        {
            SsdpMessage? message = SsdpMessage.Parse(whole, count);
            Assert.IsTrue(message?.Usn is null or "01S00A000000000", $"cut at {count}");
            Assert.IsTrue(message?.Name is null or "P1S-1", $"cut at {count}");
            DiscoveredPrinter? printer = message == null ? null : BambuAnnouncement.Read(message, "10.0.0.1");
            Assert.AreEqual(printer != null, count >= Notify.IndexOf("Cache-Control", StringComparison.Ordinal), $"cut at {count}");
        }
    }

    [TestMethod]
    public void Parse_Mutated_NeverThrowsAndGivesNoControlCharacters()
    {
        Random random = new(Seed);
        string[] samples = [Notify, OctoPrint, Moonraker];
        int read = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(samples[random.Next(samples.Length)]);
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string context = $"seed {Seed} round {round}";
            SsdpMessage? message = SsdpMessage.Parse(bytes, random.Next(bytes.Length / 2, bytes.Length + 1));
            if (message == null)
            {
                continue;
            }

            read++;
            foreach (string? text in new[] { message.Target, message.Usn, message.Location, message.Server, message.Model, message.Name, message.Version })
            {
                foreach (char c in text ?? "")
                {
                    Assert.IsFalse(char.IsControl(c), context);
                }
            }

            BambuAnnouncement.Read(message, "192.168.1.2");
            UpnpAnnouncement.Read(message, "192.168.1.2");
        }

        Assert.IsGreaterThan(5000, read, "the fuzz reaches the headers");
    }

    [TestMethod]
    [DataRow("192.168.1.2", true, true)]
    [DataRow("10.0.0.1", true, true)]
    [DataRow("172.16.0.1", true, true)]
    [DataRow("172.31.255.254", true, true)]
    [DataRow("169.254.7.7", true, true)]
    [DataRow("127.0.0.1", true, true)]
    [DataRow("172.32.0.1", true, false)]
    [DataRow("8.8.8.8", true, false)]
    [DataRow("224.0.0.251", false, false)]
    [DataRow("255.255.255.255", false, false)]
    [DataRow("0.0.0.0", false, false)]
    [DataRow("1.2.3", false, false)]
    [DataRow("1.2.3.256", false, false)]
    [DataRow("192.168.1.010", false, false)]
    [DataRow("192.168.1.1 ", false, false)]
    [DataRow("printer", false, false)]
    [DataRow("", false, false)]
    public void Ipv4_Address_IsToldApart(string text, bool isUnicast, bool isLocal)
    {
        Assert.AreEqual(isUnicast, Ipv4.IsUnicast(text));
        Assert.AreEqual(isLocal, Ipv4.IsLocal(text));
    }

    private static SsdpMessage? Parse(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return SsdpMessage.Parse(bytes, bytes.Length);
    }
}
