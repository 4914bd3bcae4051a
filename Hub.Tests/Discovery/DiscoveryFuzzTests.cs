using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Printers.Bambu;
using Hub.Core.Text;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

/// <summary>
/// What anybody in the network can send to a search: messages as printers send them, damaged at random. Each is read or left
/// out; nothing but a HubException may come out of a parser.
/// </summary>
[TestClass]
public sealed class DiscoveryFuzzTests
{
    private const int Rounds = 12_000;
    private const string Sender = "192.168.1.30";

    private static readonly int s_seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_FUZZ_SEED"), out int seed) ? seed : Environment.TickCount;

    private static readonly string[] s_ssdp =
    [
        "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1990\r\nServer: UPnP/1.0\r\nLocation: 192.168.1.30\r\nNT: urn:bambulab-com:device:3dprinter:1\r\nNTS: ssdp:alive\r\nUSN: 01P00A000000001\r\n"
            + "Cache-Control: max-age=1800\r\nDevModel.bambu.com: C12\r\nDevName.bambu.com: left\r\nDevSignal.bambu.com: -44\r\nDevConnect.bambu.com: lan\r\nDevBind.bambu.com: free\r\nDevVersion.bambu.com: 01.07.00.00\r\n\r\n",
        "NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nUSN: uuid:8a9b-77::upnp:rootdevice\r\nLocation: http://192.168.1.31:5000/plugin/discovery/discovery.xml\r\n\r\n",
        "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:3a7f1f2c-0b2f-4e5a::upnp:rootdevice\r\nLocation: http://192.168.1.32:7125/server/zeroconf/ssdp\r\nSERVER: Moonraker/v0.10.0 UPnP/1.0\r\n\r\n",
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:2021\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:bambulab-com:device:3dprinter:1\r\n\r\n",
        "NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nUSN: uuid::x\r\nLocation: http://192.168.1.31:5000/plugin/discovery/discovery.xml\r\n\r\n",
    ];

    private static readonly string[] s_http =
    [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 57\r\n\r\n{\"api\":\"0.1\",\"server\":\"1.10.3\",\"text\":\"OctoPrint 1.10.3\"}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n{\"server\":\"2.1.2\",\"hostname\":\"mk\r\n19\r\n4\",\"text\":\"PrusaLink 0.8\"}\r\n0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"Printer API\", nonce=\"00\"\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 45\r\n\r\n{\"error\":{\"code\":404,\"message\":\"Not Found\"}} ",
        "HTTP/1.1 200 OK\r\nContent-Length: 84\r\n\r\n{\"result\":{\"klippy_connected\":true,\"klippy_state\":\"ready\",\"moonraker_version\":\"v1\"}}",
        "HTTP/1.1 403 FORBIDDEN\r\nX-Clacks-Overhead: GNU Terry Pratchett\r\nX-Robots-Tag: noindex\r\nContent-Length: 16\r\n\r\n{\"error\":\"no\"}  ",
        "HTTP/1.1 200 OK\r\nContent-Length: 140\r\n\r\n<?xml version=\"1.0\"?><root><friendlyName>OctoPrint instance &#34;A &amp; B&#34;</friendlyName><modelName>E</modelName><UDN>uuid::x</UDN></root>",
    ];

    /// <summary>Pieces that parsers stumble over.</summary>
    private static readonly byte[][] s_pieces =
    [
        .. new[] { ":", "::", "uuid:", "uuid::", "\r\n", "\n", "\0", "\"", "\\", "//", "http://", ":99999", "[", "]", "%", "<UDN>", "</UDN>", "&#34;", "-1", "4294967296", " ", "\u202e", "\ud83d\ude00", "" }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0], [0xC0, 0x0C], [0xC0, 0xFF], [0x3F], [0xE2, 0x80], new byte[70],
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Uuid_ColonsInThePrefix_IsNone()
    {
        Assert.IsNull(UpnpAnnouncement.Uuid("uuid::x"));
        Assert.IsNull(UpnpAnnouncement.Uuid("uuid:::"));
        Assert.IsNull(UpnpAnnouncement.Uuid("uuid:"));
        Assert.AreEqual("u", UpnpAnnouncement.Uuid("uuid:u::"));
        Assert.AreEqual("u:x", UpnpAnnouncement.Uuid("uuid:u:x"));
    }

    [TestMethod]
    public void Ssdp_DamagedMessages_AreReadOrLeftOut()
    {
        DiscoveryTable table = new();
        Fuzz([.. s_ssdp.Select(Encoding.UTF8.GetBytes)], (data, round) =>
        {
            table = round % 500 == 0 ? new DiscoveryTable() : table;
            SsdpSearch.Take(data, data.Length, Sender, table);
        });
    }

    [TestMethod]
    public void Mdns_DamagedMessages_AreReadOrLeftOut()
    {
        MdnsServices services = new(new DiscoveryTable());
        MdnsWriter writer = new(new byte[MdnsWriter.MaxMessageBytes]);
        Fuzz([MdnsSamples.Octoprint, MdnsSamples.Moonraker, MdnsSamples.Prusalink, MdnsSamples.Utf8, MdnsSamples.Goodbye, MdnsSamples.Query, MdnsSamples.Legacy], (data, round) =>
        {
            services = round % 200 == 0 ? new MdnsServices(new DiscoveryTable()) : services;
            services.Take(data, data.Length, Sender);
            if (round % 50 == 49)
            {
                services.Ask(writer, round);
                services.List(true);
                services.TellDropped();
            }
        });
    }

    [TestMethod]
    public void HttpProbe_DamagedAnswers_AreAPrinterOrNone()
    {
        byte[][] answers = [.. s_http.Select(Encoding.UTF8.GetBytes)];
        Fuzz(
            answers,
            (data, round) =>
            {
                ScriptedHal hal = new();
                for (int i = 0; i < 3; i++)
                {
                    ScriptedStream peer = hal.AddPeer();
                    peer.Gives(i == 0 ? data : answers[(round + i) % answers.Length]);
                    peer.Ends();
                }

                new HttpProbe(hal).Identify("192.168.1.30", 80, false, 1000, CancellationToken.None);
            },
            Rounds / 4);
    }

    [TestMethod]
    public void BambuNames_Damaged_AreASerialOrNone() => Fuzz([.. new[] { "01P00A000000001", "C12", "BL-P001", "Bambu Lab P1S" }.Select(Encoding.UTF8.GetBytes)], (data, _) =>
    {
        string text = Encoding.UTF8.GetString(data);
        BambuAnnouncement.IsSerial(text);
        Assert.IsNotNull(BambuModel.OfSerial(text));
        Assert.IsNotNull(BambuModel.OfName(text));
        PrinterNames.Short(text);
        UpnpAnnouncement.Uuid(text);
    });

    private static byte[] Damaged(Random random, byte[][] samples)
    {
        List<byte> data = [.. samples[random.Next(samples.Length)]];
        for (int k = random.Next(1, 5); k > 0 && data.Count > 0; k--)
        {
            int at = random.Next(data.Count);
            int length = random.Next(1, Math.Min(12, data.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    data[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    data.RemoveRange(at, length);
                    break;
                case 2:
                    data.InsertRange(at, data.GetRange(at, length));
                    break;
                case 3:
                    data.RemoveRange(at, data.Count - at);
                    break;
                case 4:
                    byte[] other = samples[random.Next(samples.Length)];
                    data.InsertRange(at, other.Skip(random.Next(other.Length)).Take(40));
                    break;
                default:
                    data.InsertRange(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return [.. data];
    }

    private void Fuzz(byte[][] samples, Action<byte[], int> read, int rounds = Rounds)
    {
        Random random = new(s_seed);
        TestContext.WriteLine("seed " + s_seed);
        for (int round = 0; round < rounds; round++)
        {
            byte[] data = round < samples.Length ? samples[round] : Damaged(random, samples);
            try
            {
                read(data, round);
            }
            catch (HubException)
            {
                // The one that a parser may throw.
            }
            catch (Exception e)
            {
                Assert.Fail($"HUB_FUZZ_SEED={s_seed}, round {round}, {Convert.ToHexString(data)}: {e}");
            }
        }
    }
}
