using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>"printers test" of an HTTP printer: which step fails, how soon, and what its line tells to do.</summary>
[TestClass]
public sealed class TestStepsOfHttpTests
{
    /// <summary>Of a test that was given one second.</summary>
    private const int InTimeMs = 4000;

    private static readonly TestCertificates s_ca = new("Farm CA");

    private CliTestBed _bed = null!;
    private Fleet _fleet = null!;

    private VirtualHttpPrinter OctoPrint => (VirtualHttpPrinter)_fleet.Printers[0];

    [TestInitialize]
    public async Task Start()
    {
        _bed = new CliTestBed();
        _fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        await AddAsync(OctoPrint.Url);
        await File.WriteAllTextAsync(_bed.PathOf("ca.pem"), s_ca.CaPem);
    }

    [TestCleanup]
    public async Task Stop()
    {
        await _fleet.DisposeAsync();
        _bed.Dispose();
    }

    [TestMethod]
    public async Task Test_HttpsOfAGivenCa_IsTrustedAndEveryStepIsOk()
    {
        using LoopbackServer server = Https(s_ca.Leaf("octopi", ["127.0.0.1"]));
        await EditAsync("--url", $"https://127.0.0.1:{server.Port}", "--ca", _bed.PathOf("ca.pem"));

        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);

        Assert.Contains("ok      tls       TLS 1.", _bed.Out);
        Assert.Contains("certificate of octopi, issued by Farm CA", _bed.Out);
        Assert.Contains("checked, and trusted", _bed.Out);
        Assert.Contains("ok      status    idle", _bed.Out);
    }

    [TestMethod]
    public async Task Test_HttpsInsecure_SaysThatNothingWasChecked()
    {
        using LoopbackServer server = Https(TestCertificates.SelfSigned("octopi"));
        await EditAsync("--url", $"https://127.0.0.1:{server.Port}", "--insecure");

        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);

        Assert.Contains("issued by itself", _bed.Out);
        Assert.Contains("NOT checked, as --insecure asks for", _bed.Out);
    }

    [TestMethod]
    [DataRow("untrusted", "the issuer 'Farm CA' of its certificate is not trusted", "give its authority with 'printers edit octo-1 --ca FILE'")]
    [DataRow("expired", "EXPIRED", "renew it or check this computer's clock")]
    [DataRow("other", "belongs to 'other', not to '127.0.0.1'", "check the serial number or the host name")]
    public async Task Test_HttpsCertificateIsNotGood_TlsFailsAndSaysWhatToDo(string which, string problem, string advice)
    {
        using LoopbackServer server = Https(which switch
        {
            "expired" => s_ca.Leaf("octopi", ["127.0.0.1"], -20, -10),
            "other" => s_ca.Leaf("other", ["other.local"]),
            _ => s_ca.Leaf("octopi", ["127.0.0.1"]),
        });
        await EditAsync("--url", $"https://127.0.0.1:{server.Port}", "--ca", which == "untrusted" ? "" : _bed.PathOf("ca.pem"));

        Assert.AreNotEqual(ExitCodes.Done, await TestAsync());

        string line = LastLine();
        Assert.StartsWith("failed  tls ", line);
        Assert.Contains(problem, line);
        Assert.Contains(advice, line);
        Assert.AreEqual(which == "untrusted", line.Contains("--ca", StringComparison.Ordinal), line);
    }

    [TestMethod]
    public async Task Test_HttpsOfAPlainServer_TlsFailsAndNamesThePort()
    {
        await EditAsync("--url", OctoPrint.Url.Replace("http:", "https:", StringComparison.Ordinal));

        Assert.AreEqual(ExitCodes.Unreachable, await TestAsync());

        Assert.StartsWith("failed  tls ", LastLine());
        Assert.Contains("does not speak TLS: check the port", LastLine());
    }

    [TestMethod]
    [DataRow("connect", "is it switched on and on this network?")]
    [DataRow("tls", "check the port, or restart the printer")]
    [DataRow("answer", "its server is silent: restart it, or check url and port")]
    [DataRow("answer over TLS", "its server is silent: restart it, or check url and port")]
    [DataRow("login", "restart its server, or give more time with --timeout")]
    [DataRow("status", "restart the printer's server, or give more time with --timeout")]
    public async Task Test_ServerHangs_StepFailsInTimeAndSaysWhatToDo(string where, string advice)
    {
        using LoopbackServer silent = LoopbackServer.Silent();
        using LoopbackServer silentTls = TlsServer.Start(s_ca.Leaf("octopi", ["127.0.0.1"]), _ => Task.Delay(-1));
        using LoopbackServer keyless = new(AnswerWithoutKeyAsync);
        using FullListener full = new(IPAddress.Loopback);
        string url = where switch
        {
            "connect" => $"http://127.0.0.1:{full.Port}",
            "tls" => $"https://127.0.0.1:{silent.Port}",
            "answer" => $"http://127.0.0.1:{silent.Port}",
            "answer over TLS" => $"https://127.0.0.1:{silentTls.Port}",
            "login" => $"http://127.0.0.1:{keyless.Port}",
            _ => OctoPrint.Url,
        };
        if (where == "connect" && !full.IsSilent)
        {
            Assert.Inconclusive("this system refuses what Linux leaves unanswered");
        }

        OctoPrint.Faults = new VirtualFaults { Silent = true, Path = "/api/printer" };
        await EditAsync("--url", url, "--ca", _bed.PathOf("ca.pem"));
        FairWatch watch = FairWatch.StartNew();

        Assert.AreEqual(ExitCodes.Unreachable, await TestAsync("--timeout", "1"), _bed.Out);

        Assert.IsLessThan(InTimeMs, watch.ElapsedMilliseconds);
        Assert.StartsWith($"failed  {where.Split(' ')[0],-8}  ", LastLine());
        Assert.Contains(advice, LastLine());
    }

    [TestMethod]
    public async Task Test_UnknownName_AddressFailsAndSaysWhatToDo()
    {
        await EditAsync("--url", "http://no-such-printer.invalid");

        Assert.AreEqual(ExitCodes.Unreachable, await TestAsync("--timeout", "2"));

        Assert.StartsWith("failed  address ", LastLine());
        Assert.Contains("'no-such-printer.invalid'", LastLine());
        Assert.Contains("or use the IP address", LastLine());
    }

    [TestMethod]
    public async Task Test_NobodyListens_ConnectFailsAndSaysWhatToDo()
    {
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await EditAsync("--url", $"http://127.0.0.1:{((IPEndPoint)free.LocalEndPoint!).Port}");

        Assert.AreEqual(ExitCodes.Unreachable, await TestAsync());

        Assert.StartsWith("failed  connect ", LastLine());
        Assert.Contains("is it switched on?", LastLine());
    }

    [TestMethod]
    [DataRow("octoprint")]
    [DataRow("moonraker")]
    public async Task Test_AnotherServer_FailsAndSaysToCheckTheUrl(string type)
    {
        OctoPrint.Faults = new VirtualFaults { ErrorStatus = 404 };
        await EditAsync("--type", type);

        Assert.AreEqual(ExitCodes.Failed, await TestAsync());

        Assert.StartsWith("failed  answer ", LastLine());
        Assert.Contains("check url and port", LastLine());
    }

    [TestMethod]
    public async Task Test_PlainHttpToATlsPort_SaysHttps()
    {
        using LoopbackServer server = new(async socket =>
        {
            while (await socket.ReceiveAsync(new byte[4096]) > 0)
            {
                await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 47\r\n\r\nClient sent an HTTP request to an HTTPS server."u8.ToArray());
            }
        });
        await EditAsync("--url", $"http://127.0.0.1:{server.Port}");

        Assert.AreEqual(ExitCodes.Failed, await TestAsync());

        Assert.StartsWith("failed  answer ", LastLine());
        Assert.Contains("set the printer's url to https://", LastLine());
    }

    [TestMethod]
    public async Task Test_WrongKey_LoginFailsAndSaysHowToSetIt()
    {
        await EditAsync("--api-key", "fake-but-other");

        Assert.AreEqual(ExitCodes.Refused, await TestAsync());

        Assert.StartsWith("failed  login ", LastLine());
        Assert.Contains("set it with 'printers edit octo-1 --api-key KEY'", LastLine());
        Assert.DoesNotContain("fake-but-other", _bed.Out);
    }

    /// <summary>Asks for a key, and says no more to who brings one.</summary>
    private static async Task AnswerWithoutKeyAsync(Socket socket)
    {
        byte[] request = new byte[4096];
        while (await socket.ReceiveAsync(request) is int length && length > 0)
        {
            if (System.Text.Encoding.ASCII.GetString(request, 0, length).Contains("X-Api-Key", StringComparison.Ordinal))
            {
                await Task.Delay(-1);
            }

            await socket.SendAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }
    }

    /// <summary>The virtual OctoPrint behind TLS.</summary>
    private LoopbackServer Https(X509Certificate2 certificate)
    {
        int port = OctoPrint.Port;
        return TlsServer.Start(certificate, async stream =>
        {
            using TcpClient inside = new("127.0.0.1", port);
            await Task.WhenAny(LoopbackServer.CopyAsync(stream, inside.GetStream()), LoopbackServer.CopyAsync(inside.GetStream(), stream));
        });
    }

    private async Task AddAsync(string url) =>
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("printers", "add", "--id", "octo-1", "--type", "octoprint", "--url", url, "--api-key", OctoPrint.ApiKey), _bed.Error);

    private async Task EditAsync(params string[] flags) =>
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(["printers", "edit", "octo-1", .. flags]), _bed.Error);

    private Task<int> TestAsync(params string[] flags) => _bed.RunAsync(["printers", "test", "octo-1", .. flags]);

    private string LastLine() => _bed.Out.TrimEnd().Split('\n')[^1];
}
