using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>"printers test" of a Bambu printer: its certificate, and which step fails where it hangs.</summary>
[TestClass]
public sealed class TestStepsOfBambuTests
{
    /// <summary>Of a test that was given two seconds.</summary>
    private const int InTimeMs = 5000;

    private CliTestBed _bed = null!;
    private Fleet _fleet = null!;

    private VirtualBambu Printer => (VirtualBambu)_fleet.Printers[0];

    [TestInitialize]
    public async Task Start()
    {
        _bed = new CliTestBed();
        _fleet = await Fleet.StartAsync(new FleetOptions { Bambu = 1, BambuFirstNumber = ClassSerials.Of(this), BambuReportMs = 100 });
        Assert.AreEqual(0, await _bed.RunAsync(
            "printers", "add", "--id", "bambu-1", "--type", "bambu", "--host", "127.0.0.1", "--mqtt-port", $"{Printer.MqttPort}",
            "--ftps-port", $"{Printer.FtpsPort}", "--serial", Printer.Serial, "--access-code", Printer.AccessCode), _bed.Error);
        await File.WriteAllTextAsync(_bed.PathOf("ca.pem"), BambuCertificates.OfProcess.CaPem);
    }

    [TestCleanup]
    public async Task Stop()
    {
        await _fleet.DisposeAsync();
        _bed.Dispose();
    }

    [TestMethod]
    public async Task Test_CertificateSeenBefore_IsTrustedUntilItChanges()
    {
        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);
        Assert.Contains("seen for the first time", TlsLine());
        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);
        Assert.Contains("; checked, and trusted", TlsLine());

        Printer.Faults = new VirtualBambuFaults { Certificate = "changed" };

        Assert.AreEqual(ExitCodes.Refused, await TestAsync());
        Assert.StartsWith("failed  tls ", LastLine());
        Assert.Contains("its certificate changed", LastLine());
        Assert.Contains("accept the new one with 'printers edit bambu-1 --trust-new'", LastLine());
    }

    [TestMethod]
    public async Task Test_Pin_IsComparedInTheTlsStep()
    {
        await EditAsync("--pin", BambuCertificates.PinOf(Printer.Certificate));
        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);
        Assert.Contains("; checked, and trusted", TlsLine());

        await EditAsync("--pin", new string('a', 64));

        Assert.AreEqual(ExitCodes.Refused, await TestAsync());
        Assert.StartsWith("failed  tls ", LastLine());
        Assert.Contains("--trust-new", LastLine());
    }

    [TestMethod]
    [DataRow(null, null)]
    [DataRow("changed", null)]
    [DataRow("expired", "renew it or check this computer's clock")]
    [DataRow("otherName", "check the serial number or the host name")]
    public async Task Test_CaGiven_JudgesInTheTlsStep(string? certificate, string? advice)
    {
        await EditAsync("--ca", _bed.PathOf("ca.pem"));
        Printer.Faults = new VirtualBambuFaults { Certificate = certificate };

        int exitCode = await TestAsync();

        if (advice == null)
        {
            Assert.AreEqual(ExitCodes.Done, exitCode, _bed.Out);
            Assert.Contains("; checked, and trusted", TlsLine());
            return;
        }

        Assert.AreEqual(ExitCodes.Refused, exitCode);
        Assert.StartsWith("failed  tls ", LastLine());
        Assert.Contains(advice, LastLine());
        Assert.DoesNotContain("--ca", LastLine());
        Assert.DoesNotContain("--trust-new", LastLine());
    }

    [TestMethod]
    public async Task Test_CaOfAnother_TlsFailsAndSaysToGiveTheRightOne()
    {
        await File.WriteAllTextAsync(_bed.PathOf("other.pem"), new TestCertificates("Another CA").CaPem);
        await EditAsync("--ca", _bed.PathOf("other.pem"));

        Assert.AreEqual(ExitCodes.Refused, await TestAsync());

        Assert.StartsWith("failed  tls ", LastLine());
        Assert.Contains("'printers edit bambu-1 --ca FILE'", LastLine());
    }

    [TestMethod]
    public async Task Test_Insecure_SaysThatNothingWasChecked()
    {
        await EditAsync("--insecure");

        Assert.AreEqual(ExitCodes.Done, await TestAsync(), _bed.Out);

        Assert.Contains("NOT checked, as --insecure asks for", TlsLine());
        Assert.Contains("certificate NOT checked", _bed.Out);
    }

    [TestMethod]
    public async Task Test_WrongAccessCode_LoginFailsAndSaysHowToSetIt()
    {
        await EditAsync("--access-code", "fake-but-other");

        Assert.AreEqual(ExitCodes.Refused, await TestAsync());

        Assert.StartsWith("failed  login ", LastLine());
        Assert.Contains("printers edit bambu-1 --access-code CODE", LastLine());
        Assert.DoesNotContain("fake-but-other", _bed.Out);
    }

    [TestMethod]
    [DataRow("tls", "check the port, or restart the printer")]
    [DataRow("login", "restart the printer, or check the serial number")]
    [DataRow("files", "restart the printer, or check that a firewall lets port")]
    public async Task Test_PrinterHangs_StepFailsInTimeAndSaysWhatToDo(string where, string advice)
    {
        using LoopbackServer silent = LoopbackServer.Silent();
        if (where == "login")
        {
            Printer.Faults = new VirtualBambuFaults { Silent = true };
        }
        else
        {
            await EditAsync(where == "tls" ? "--mqtt-port" : "--ftps-port", $"{silent.Port}");
        }

        FairWatch watch = FairWatch.StartNew();

        Assert.AreEqual(ExitCodes.Unreachable, await TestAsync("--timeout", "2"), _bed.Out);

        Assert.IsLessThan(InTimeMs, watch.ElapsedMilliseconds, _bed.Out);
        Assert.StartsWith($"failed  {where,-8}  ", LastLine());
        Assert.Contains(advice, LastLine());
    }

    private async Task EditAsync(params string[] flags) =>
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(["printers", "edit", "bambu-1", .. flags]), _bed.Error);

    private Task<int> TestAsync(params string[] flags) => _bed.RunAsync(["printers", "test", "bambu-1", .. flags]);

    private string TlsLine() => _bed.Out.Split('\n')[2];

    private string LastLine() => _bed.Out.TrimEnd().Split('\n')[^1];
}
