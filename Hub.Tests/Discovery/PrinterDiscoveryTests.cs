using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Configuration;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class PrinterDiscoveryTests
{
    private const string Service = "_octoprint._tcp.local";
    private const int FirstSerial = 7350;

    /// <summary>For an answer over loopback, on a busy machine.</summary>
    private const int ListenMs = 2000;

    [TestMethod]
    public async Task Run_BambuThatIsNotAnnounced_KnownByItsCertificate()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 0, Bambu = 1, BambuFirstNumber = FirstSerial });
        PrinterConfig virtualBambu = fleet.Printers.Single().ToConfig();
        DiscoveryOptions options = Probing(virtualBambu.MqttPort);
        options.BambuPort = virtualBambu.MqttPort;

        DiscoveredPrinter found = Run(options).Single();

        Assert.AreEqual($"bambu {virtualBambu.Serial} P1S {virtualBambu.MqttPort}", $"{found.Type} {found.Serial} {found.Model} {found.MqttPort}");
    }

    [TestMethod]
    [DataRow("mqtt.lan")]
    [DataRow("01p00a000000001")]
    [DataRow("MOSQUITTO")]
    public void Run_OtherTlsServerAtTheMqttPort_IsNoBambu(string commonName)
    {
        using LoopbackServer server = TlsServer.Echo(TestCertificates.SelfSigned(commonName));
        DiscoveryOptions options = Probing(server.Port);
        options.BambuPort = server.Port;

        Assert.IsEmpty(Run(options));
    }

    [TestMethod]
    public void Run_AnnouncedServerDoesNotAnswer_ListedAsSilent()
    {
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using ScriptedMdnsResponder responder = Announcing(((IPEndPoint)closed.LocalEndPoint!).Port, 1);

        Assert.IsTrue(Run(Listening(responder)).Single().IsSilent);
    }

    [TestMethod]
    public async Task Run_AnnouncedServerAnswers_ListedWithoutAMark()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        using ScriptedMdnsResponder responder = Announcing(fleet.Printers.Single().Port, 1);

        Assert.IsFalse(Run(Listening(responder)).Single().IsSilent);
    }

    [TestMethod]
    public void Run_ManyServersKeepTheLineOpenInSilence_EndsAllTheSame()
    {
        // The system accepts, and nobody ever answers.
        using Socket tarpit = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tarpit.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        tarpit.Listen(100);
        using ScriptedMdnsResponder responder = Announcing(((IPEndPoint)tarpit.LocalEndPoint!).Port, 20);
        FairWatch watch = FairWatch.StartNew();

        DiscoveredPrinter[] found = Run(Listening(responder));

        Assert.IsLessThan(ListenMs + 2000, watch.ElapsedMilliseconds, "one after the other they take five seconds");
        Assert.HasCount(20, found);
        Assert.IsTrue(found.All(p => p.IsSilent));
    }

    [TestMethod]
    public void Run_FewSockets_OneSearchAfterTheOtherAndAllAreDone()
    {
        using ScriptedMdnsResponder responder = Announcing(1, 1);
        DiscoveryOptions options = Listening(responder);
        options.SsdpPorts = [45121, 45122];
        options.ForMs = 3 * ListenMs;
        using DesktopHal hal = Hal(PrinterDiscovery.SocketsOneByOne);
        PrinterDiscovery discovery = new(hal, options);

        discovery.Run(CancellationToken.None);

        Assert.AreEqual("", string.Join('\n', discovery.Problems));
        Assert.AreEqual(1, discovery.Table.Count);
    }

    private static DesktopHal Hal(int sockets) => new("unused", new DesktopHalOptions { Nvs = new MemoryNvs(), MaxSockets = sockets });

    private static DiscoveredPrinter[] Run(DiscoveryOptions options)
    {
        using DesktopHal hal = Hal(1024);
        PrinterDiscovery discovery = new(hal, options);
        discovery.Run(CancellationToken.None);
        return discovery.Table.ToArray();
    }

    private static DiscoveryOptions Probing(int port)
    {
        ProbeTargets targets = new();
        targets.Add("127.0.0.1");
        return new DiscoveryOptions { ForMs = 0, Targets = targets, ProbePorts = [port], ConnectTimeoutMs = 2000 };
    }

    private static DiscoveryOptions Listening(ScriptedMdnsResponder responder) => new()
    {
        Interfaces = ["127.0.0.1"], ForMs = ListenMs, MdnsPort = responder.Port, SsdpPorts = [], ProbeTimeoutMs = 250,
    };

    private static ScriptedMdnsResponder Announcing(int port, int count) => new((name, type) => name == Service
        ? w =>
        {
            for (int i = 0; i < count; i++)
            {
                string instance = $"p{i}.{Service}";
                w.AddPtr(Service, instance, 10);
                w.AddSrv(instance, "h.local", port, 10, false);
                w.AddTxt(instance, ["path=/" + (i == 0 ? "" : $"{i}")], 10, false);
            }

            w.AddA("h.local", [127, 0, 0, 1], 10, false);
        }
    : null);
}
