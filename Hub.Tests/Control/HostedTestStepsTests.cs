using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>"printers test" while a hub runs: the last steps tell of the hub's own link.</summary>
[TestClass]
public sealed class HostedTestStepsTests
{
    private static readonly FleetOptions s_one = new() { OctoPrint = 1 };

    [TestMethod]
    public async Task Test_HttpsOfAGivenCa_EveryStepIsOkOverTheHubsLink()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        TestCertificates ca = new("Farm CA");
        int port = hub.Fleet.Printers[0].Port;
        using LoopbackServer server = TlsServer.Start(ca.Leaf("octopi", ["127.0.0.1"]), async stream =>
        {
            using TcpClient inside = new("127.0.0.1", port);
            await Task.WhenAny(LoopbackServer.CopyAsync(stream, inside.GetStream()), LoopbackServer.CopyAsync(inside.GetStream(), stream));
        });
        await System.IO.File.WriteAllTextAsync(hub.PathOf("ca.pem"), ca.CaPem);
        await hub.Done("printers", "edit", "octo-1", "--url", $"https://127.0.0.1:{server.Port}", "--ca", hub.PathOf("ca.pem"));

        string output = await hub.Done("printers", "test", "octo-1");

        Assert.Contains("certificate of octopi, issued by Farm CA", output);
        Assert.Contains("checked, and trusted", output);
        Assert.Contains("the running hub is logged in", output);
        Assert.Contains("ok      status    idle", output);

        await hub.Done("printers", "edit", "octo-1", "--ca", "");
        (int exitCode, output, _) = await hub.Verb("printers", "test", "octo-1");
        Assert.AreNotEqual(ExitCodes.Done, exitCode);
        Assert.Contains("failed  tls ", output);
        Assert.Contains("give its authority with 'printers edit octo-1 --ca FILE'", output);
    }

    [TestMethod]
    public async Task Test_WrongKeyThenSilence_EachFailsAtItsStepInTime()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        VirtualHttpPrinter printer = (VirtualHttpPrinter)hub.Fleet.Printers[0];
        await hub.Done("printers", "edit", "octo-1", "--api-key", "fake-but-other");

        (int exitCode, string output, _) = await hub.Verb("printers", "test", "octo-1");

        Assert.AreEqual(ExitCodes.Refused, exitCode, output);
        Assert.Contains("failed  login ", output);
        Assert.Contains("set it with 'printers edit octo-1 --api-key KEY'", output);

        printer.Faults = new VirtualFaults { Silent = true };
        FairWatch watch = FairWatch.StartNew();
        (exitCode, output, _) = await hub.Verb("printers", "test", "octo-1", "--timeout", "1");
        Assert.AreEqual(ExitCodes.Unreachable, exitCode, output);
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds);
        Assert.Contains("failed  answer ", output);
        Assert.Contains("restart it, or check url and port", output);
    }

    [TestMethod]
    public async Task Test_OnlyTheHubsLinkHangs_LoginFailsInTimeAndSaysWhatToDo()
    {
        await using RunningHub hub = await RunningHub.StartAsync(s_one);
        VirtualHttpPrinter printer = (VirtualHttpPrinter)hub.Fleet.Printers[0];

        // Everything that needs a key is silent; the first answer is not.
        printer.Faults = new VirtualFaults { Silent = true, Path = "/api/printer" };
        await hub.Done("printers", "edit", "octo-1", "--url", printer.Url + "/");
        FairWatch watch = FairWatch.StartNew();

        (int exitCode, string output, _) = await hub.Verb("printers", "test", "octo-1", "--timeout", "1");

        Assert.AreEqual(ExitCodes.Unreachable, exitCode, output);
        Assert.IsLessThan(4000, watch.ElapsedMilliseconds);
        string line = output.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("failed  login ", line);
        Assert.Contains("wait for its next try, or read its log", line);
    }

    [TestMethod]
    public async Task Test_BambuCertificateChanged_TlsFailsAndSaysHowToAcceptIt()
    {
        await using RunningHub hub = await RunningHub.StartAsync(new FleetOptions { Bambu = 1, BambuFirstNumber = ClassSerials.Of(this), BambuReportMs = 100 });
        hub.WaitFor(() => hub.Out.Contains("bambu-1 idle", StringComparison.Ordinal), "the printer");
        Assert.Contains("; checked, and trusted", await hub.Done("printers", "test", "bambu-1"));

        ((VirtualBambu)hub.Fleet.Printers[0]).Faults = new VirtualBambuFaults { Certificate = "changed" };

        (int exitCode, string output, _) = await hub.Verb("printers", "test", "bambu-1");
        Assert.AreEqual(ExitCodes.Refused, exitCode, output);
        Assert.Contains("failed  tls ", output);
        Assert.Contains("printers edit bambu-1 --trust-new", output);
    }
}
