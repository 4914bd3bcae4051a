using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Http;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Discovery;

/// <summary>The three systems told apart by answers as recorded from the real servers, by the virtual ones, and nothing by hostile ones.</summary>
[TestClass]
public sealed class HttpProbeTests
{
    private const int Seed = 20261122;

    // OctoPrint 1.10.3 without a key.
    private const string OctoPrintForbidden =
        "HTTP/1.1 403 FORBIDDEN\r\nContent-Type: application/json\r\nContent-Length: 140\r\nX-Clacks-Overhead: GNU Terry Pratchett\r\nX-Robots-Tag: noindex, nofollow, noimageindex\r\n\r\n"
        + "{\n  \"error\": \"You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.\"\n}\n";

    private const string OctoPrintDescription =
        "<?xml version=\"1.0\"?>\n<root><device><friendlyName>OctoPrint instance &#34;Bob &amp; Co&#34;</friendlyName><modelName>Ender</modelName><UDN>uuid:8a9b-77</UDN></device></root>";

    // Moonraker 0.10 with and without [octoprint_compat], wanting a key or not.
    private const string MoonrakerImitation = "{\"server\":\"1.5.0\",\"api\":\"0.1\",\"text\":\"OctoPrint (Moonraker v0.10.0)\"}";
    private const string MoonrakerInfo = "{\"result\":{\"klippy_connected\":false,\"klippy_state\":\"disconnected\",\"components\":[\"secrets\"],\"moonraker_version\":\"v0.10.0-31-gd5ee171\",\"api_version\":[1,5,0]}}";
    private const string MoonrakerUnauthorized = "{\"error\":{\"code\":401,\"message\":\"Unauthorized\",\"traceback\":\"Traceback (most recent call last):\\n\"}}";
    private const string MoonrakerNotFound = "{\"error\":{\"code\":404,\"message\":\"Not Found\",\"traceback\":\"Traceback\"}}";

    [TestMethod]
    public void Identify_OctoPrintWithADescription_IsTwoRequests()
    {
        DiscoveredPrinter? found = Probe(out string sent, OctoPrintForbidden, Answer(200, OctoPrintDescription));
        Assert.AreEqual("octoprint", found?.Type);
        Assert.AreEqual("OctoPrint instance \"Bob & Co\"", found!.Name);
        Assert.AreEqual("Ender", found.Model);
        Assert.AreEqual("8a9b-77", found.Identity);
        Assert.AreEqual(2, Requests(sent));
    }

    [TestMethod]
    public void Identify_OctoPrintWithoutADescription_IsKnownByItsHeaders() =>
        Assert.AreEqual("octoprint", Probe(out _, OctoPrintForbidden, Answer(404, "{\"error\":\"no\"}"))?.Type);

    [TestMethod]
    public void Identify_OctoPrintBehindAProxyThatDropsHeaders_IsKnownByItsAppKeys()
    {
        string forbidden = Answer(403, "{\"error\":\"Invalid API key\"}");
        Assert.AreEqual("octoprint", Probe(out string sent, forbidden, Answer(404, "no"), "HTTP/1.1 204 NO CONTENT\r\n\r\n")?.Type);
        Assert.AreEqual(3, Requests(sent));
        Assert.IsNull(Probe(out _, forbidden, Answer(404, "no"), Answer(404, "no")), "any Flask program refuses like that");
    }

    [TestMethod]
    public void Identify_OctoPrintWithoutAccessControl_TellsItsVersion()
    {
        DiscoveredPrinter? found = Probe(out _, Answer(200, "{\"api\":\"0.1\",\"server\":\"1.3.12\",\"text\":\"OctoPrint 1.3.12\"}"), Answer(404, "no"));
        Assert.AreEqual("octoprint 1.3.12", $"{found?.Type} {found?.Version}");
    }

    [TestMethod]
    public void Identify_MoonrakerThatImitatesOctoPrint_IsMoonraker()
    {
        DiscoveredPrinter? found = Probe(out string sent, Answer(200, MoonrakerImitation), Answer(200, MoonrakerInfo));
        Assert.AreEqual("moonraker v0.10.0-31-gd5ee171", $"{found?.Type} {found?.Version}");
        Assert.AreEqual(2, Requests(sent));
    }

    [TestMethod]
    public void Identify_MoonrakerThatWantsAKeyOrImitatesNobody_IsMoonraker()
    {
        Assert.AreEqual("moonraker", Probe(out _, Answer(401, MoonrakerUnauthorized), Answer(401, MoonrakerUnauthorized))?.Type);
        Assert.AreEqual("moonraker", Probe(out _, Answer(404, MoonrakerNotFound), Answer(200, MoonrakerInfo))?.Type);
        Assert.IsNull(Probe(out _, Answer(401, MoonrakerUnauthorized), Answer(404, MoonrakerNotFound)), "some other JSON server");
        Assert.IsNull(Probe(out _, Answer(401, MoonrakerUnauthorized), Answer(200, "{\"result\":{}}")), "some other JSON server");
    }

    [TestMethod]
    public void Identify_PrusaLink_IsOneRequest()
    {
        string buddy = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"Printer API\", nonce=\"0123456789abcdef\", stale=false\r\nContent-Length: 3\r\n\r\nno\n";
        string python = "HTTP/1.0 401 Unauthorized\r\nServer: PrusaLink\r\nWWW-Authenticate: Digest realm=\"Administrator\",qop=\"auth\"\r\nContent-Length: 3\r\n\r\nno\n";
        Assert.AreEqual("prusalink", Probe(out string sent, buddy)?.Type);
        Assert.AreEqual(1, Requests(sent));
        Assert.AreEqual("prusalink", Probe(out _, python)?.Type);
        DiscoveredPrinter? open = Probe(out _, Answer(200, "{\"api\":\"2.0.0\",\"server\":\"2.1.2\",\"text\":\"PrusaLink\",\"hostname\":\"mk4\"}"));
        Assert.AreEqual("prusalink 2.1.2 mk4", $"{open?.Type} {open?.Version} {open?.Name}");
        Assert.IsNull(Probe(out _, python.Replace("Server: PrusaLink", "Server: Router", StringComparison.Ordinal)), "many things are administered");
    }

    [TestMethod]
    public void Identify_SomethingElse_IsNothingAfterOneRequest()
    {
        foreach (string answer in new[]
        {
            Answer(200, "<html>OctoPrint</html>"), Answer(200, "{\"text\":42}"), Answer(200, "{\"text\":\"Octo"), Answer(200, ""), Answer(404, "{}"), Answer(403, "<html>"),
            Answer(500, MoonrakerUnauthorized), Answer(401, "{\"error\":\"x\"}"), "HTTP/1.1 302 Found\r\nLocation: http://192.168.1.9/\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "",
        })
        {
            Assert.IsNull(Probe(out string sent, answer), answer);
            Assert.AreEqual(1, Requests(sent), answer);
        }

        Assert.IsNull(new HttpProbe(new ScriptedHal()).Identify("192.168.1.9", 80, false, 1000, CancellationToken.None), "nobody there");
    }

    [TestMethod]
    public void Identify_EndlessBody_StopsAtTheBuffersEnd()
    {
        EndlessStream endless = new("HTTP/1.1 200 OK\r\n\r\n{\"text\":\"OctoPrint", "x");
        Mock<ISocketFactory> sockets = new();
        sockets.Setup(s => s.ConnectTcp(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Returns(endless);
        ScriptedHal scripted = new();
        Mock<IHal> hal = new();
        hal.Setup(h => h.Sockets).Returns(sockets.Object);
        hal.Setup(h => h.Buffers).Returns(scripted.Pool);
        hal.Setup(h => h.Clock).Returns(scripted.Time);
        Assert.IsNull(new HttpProbe(hal.Object).Identify("h", 80, false, 1000, CancellationToken.None));
        Assert.IsLessThan(64 * 1024, endless.ReadBytes);
        Assert.IsTrue(endless.IsDisposed);
        Assert.AreEqual(0, scripted.Pool.Rented);
    }

    [TestMethod]
    public void Identify_Drip_EndsInTime()
    {
        ScriptedHal hal = new();
        ScriptedStream peer = hal.AddPeer();
        foreach (char c in Answer(200, MoonrakerImitation))
        {
            peer.Gives(c.ToString()).Pauses(100);
        }

        long start = hal.Time.NowMs;
        Assert.IsNull(new HttpProbe(hal).Identify("h", 80, false, 2000, CancellationToken.None));
        Assert.IsInRange(1900, 4100, hal.Time.NowMs - start);
        Assert.AreEqual(0, hal.Net.OpenSockets);
    }

    [TestMethod]
    public void Identify_Cancelled_Throws()
    {
        ScriptedHal hal = new();
        hal.AddPeer().Pauses(60_000);
        using CancellationTokenSource cancel = new();
        hal.Time.CancelAfter(500, cancel);
        HubException e = Assert.ThrowsExactly<HubException>(() => new HttpProbe(hal).Identify("h", 80, false, 5000, cancel.Token));
        Assert.AreEqual(ErrorCode.Cancelled, e.Code);
        Assert.AreEqual(0, hal.Pool.Rented);
    }

    [TestMethod]
    public void Identify_MutatedAnswers_NeverThrowAndLeakNothing()
    {
        Random random = new(Seed);
        string[] answers = [OctoPrintForbidden, Answer(200, MoonrakerImitation), Answer(401, MoonrakerUnauthorized), Answer(200, OctoPrintDescription)];
        for (int round = 0; round < 1500; round++)
        {
            ScriptedHal hal = new();
            ScriptedStream peer = hal.AddPeer();
            for (int i = 1; i <= 3; i++)
            {
                byte[] bytes = Encoding.Latin1.GetBytes(answers[random.Next(answers.Length)]);
                for (int n = random.Next(4); n > 0; n--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                peer.AwaitsRequest(i).Gives(bytes);
            }

            peer.Ends();
            DiscoveredPrinter? found = new HttpProbe(hal).Identify("h", 80, false, 1000, CancellationToken.None);
            Assert.IsTrue(found == null || found.Type.Length > 0, $"seed {Seed} round {round}");
            Assert.AreEqual(0, hal.Pool.Rented, $"seed {Seed} round {round}");
            Assert.AreEqual(0, hal.Net.OpenSockets, $"seed {Seed} round {round}");
        }
    }

    [TestMethod]
    public async Task Identify_VirtualPrinters_AreToldApart()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, PrusaLink = 2, Moonraker = 1 });
        await using Fleet trusting = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, MoonrakerWithoutKey = true });
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        foreach (VirtualPrinter printer in fleet.Printers.Concat(trusting.Printers))
        {
            DiscoveredPrinter? found = new HttpProbe(hal).Identify("127.0.0.1", printer.Port, false, 5000, CancellationToken.None);
            Assert.AreEqual(printer.Type, found?.Type, printer.Name);
            Assert.AreEqual(printer.Port, found!.Port);
            Assert.AreEqual(printer.Type == "octoprint", found.Name?.Contains(printer.Name, StringComparison.Ordinal) == true);
        }
    }

    private static DiscoveredPrinter? Probe(out string sent, params string[] answers)
    {
        ScriptedHal hal = new();
        ScriptedStream peer = hal.AddPeer();
        ScriptedStream last = peer;
        for (int i = 0; i < answers.Length; i++)
        {
            peer.AwaitsRequest(i + 1).Gives(answers[i]);
        }

        peer.Ends();
        DiscoveredPrinter? found = new HttpProbe(hal).Identify("192.168.1.9", 8080, false, 1000, CancellationToken.None);
        Assert.AreEqual(0, hal.Pool.Rented);
        Assert.AreEqual(0, hal.Net.OpenSockets);
        sent = last.WrittenText();
        return found;
    }

    private static int Requests(string sent) => sent.Split("GET ").Length - 1;

    private static string Answer(int status, string body) => $"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
}
