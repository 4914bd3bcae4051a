using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

[TestClass]
public sealed class BambuFleetTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Start_TwoBambus_DocumentReachesEach()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, Bambu = 2, BambuModel = "X1C" });
        JsonNode[] printers = [.. JsonNode.Parse(fleet.PrintersJson())!["printers"]!.AsArray().Select(p => p!)];
        Assert.HasCount(3, printers);
        CollectionAssert.AreEqual(new[] { "octo-1", "bambu-1", "bambu-2" }, printers.Select(p => (string)p["id"]!).ToArray());
        foreach ((JsonNode entry, VirtualBambu printer) in printers.Skip(1).Zip(fleet.Printers.OfType<VirtualBambu>()))
        {
            Assert.AreEqual("bambu", (string?)entry["type"]);
            Assert.AreEqual("127.0.0.1", (string?)entry["host"]);
            Assert.AreEqual(printer.MqttPort, (int)entry["mqtt_port"]!);
            Assert.AreEqual(printer.FtpsPort, (int)entry["ftps_port"]!);
            Assert.AreEqual(printer.Serial, (string?)entry["serial"]);
            Assert.AreEqual("X1C", (string?)entry["model"]);
            Assert.AreEqual(8, ((string)entry["access_code"]!).Length);
            using BambuPeer peer = await BambuPeer.ConnectAsync(printer, "fleet", TestContext.CancellationToken);
            Assert.AreEqual((string?)entry["tls"]!["pin"], BambuCertificates.PinOf(peer.Seen!));
        }

        Assert.AreEqual("00M00A000000001", (string?)printers[1]["serial"]);
        Assert.AreEqual(6 + 1, fleet.Printers.OfType<VirtualBambu>().SelectMany(p => new[] { p.Port, p.MqttPort, p.FtpsPort }).Append(fleet.Printers[0].Port).Distinct().Count());
    }

    [TestMethod]
    public async Task Start_SameFolderAgain_KeepsThePin()
    {
        string folder = System.IO.Directory.CreateTempSubdirectory("hub-test-").FullName;
        try
        {
            FleetOptions options = new() { Bambu = 1, StorageFolder = folder };
            string first;
            await using (Fleet fleet = await Fleet.StartAsync(options))
            {
                first = fleet.Printers[0].ToConfig().Tls!.PinSha256!;
            }

            await using Fleet again = await Fleet.StartAsync(options);
            Assert.AreEqual(first, again.Printers[0].ToConfig().Tls!.PinSha256);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public async Task Start_UnknownModelOrPortTaken_IsOneLineForPeople()
    {
        HubException unknown = await Assert.ThrowsExactlyAsync<HubException>(() => Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuModel = "Z9" }));
        Assert.AreEqual(ErrorCode.ConfigInvalid, unknown.Code);
        StringAssert.Contains(unknown.Message, "P1S, X1C, A1, P2S, H2D");

        // The MQTT port comes right after the control port.
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using ReservedPort ports = new(2);
        int port = ports.Port + 1;
        taken.Bind(new IPEndPoint(IPAddress.Loopback, port));
        taken.Listen();
        HubException e = await Assert.ThrowsExactlyAsync<HubException>(() => Fleet.StartAsync(new FleetOptions { Bambu = 1, BasePort = port - 1 }));
        Assert.AreEqual(ErrorCode.ConnectFailed, e.Code);
        StringAssert.Contains(e.Message, port.ToString());
    }

    [TestMethod]
    public async Task Ssdp_Announcement_ReachesAListenerOnLoopback()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, UdpPorts.Next()));
        listener.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse("239.255.255.250"), IPAddress.Loopback));
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, SsdpPort = port });
        VirtualBambu printer = (VirtualBambu)fleet.Printers[0];

        string notify = await ReceiveAsync(listener, "NOTIFY ");
        StringAssert.StartsWith(notify, "NOTIFY * HTTP/1.1\r\n");
        StringAssert.Contains(notify, "\r\nLocation: 127.0.0.1\r\n");
        StringAssert.Contains(notify, "\r\nNT: urn:bambulab-com:device:3dprinter:1\r\n");
        StringAssert.Contains(notify, "\r\nUSN: " + printer.Serial + "\r\n");
        StringAssert.Contains(notify, "\r\nDevModel.bambu.com: C12\r\n");
        StringAssert.EndsWith(notify, "\r\n\r\n");
    }

    [TestMethod]
    public async Task Ssdp_Search_IsAnswered()
    {
        int port = UdpPorts.Next();
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 2, SsdpPort = port });
        using Socket searcher = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        searcher.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        searcher.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        await searcher.SendToAsync(Encoding.ASCII.GetBytes("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:" + port + "\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:bambulab-com:device:3dprinter:1\r\n\r\n"), new IPEndPoint(IPAddress.Parse("239.255.255.250"), port));
        string[] answers = [await ReceiveAsync(searcher, "HTTP/1.1 200 OK\r\n"), await ReceiveAsync(searcher, "HTTP/1.1 200 OK\r\n")];
        foreach (VirtualBambu printer in fleet.Printers.Cast<VirtualBambu>())
        {
            Assert.HasCount(1, answers.Where(a => a.Contains("USN: " + printer.Serial + "\r\n", StringComparison.Ordinal)));
        }
    }

    private async Task<string> ReceiveAsync(Socket socket, string beginning)
    {
        byte[] buffer = new byte[2048];
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        timeout.CancelAfter(Patience.LimitMs);
        while (true)
        {
            SocketReceiveFromResult result = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), timeout.Token);
            string text = Encoding.UTF8.GetString(buffer, 0, result.ReceivedBytes);
            if (text.StartsWith(beginning, StringComparison.Ordinal))
            {
                return text;
            }
        }
    }
}
