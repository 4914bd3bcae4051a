using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Control;
using Hub.Simulator.Virtual;
using Hub.Tests.Cli;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>A hub in one process, its verbs in others: what only real processes show.</summary>
[TestClass]
[TestCategory("Program")]
public sealed class ControlProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-control-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    private (int ExitCode, string Out, string Error) Verb(params string[] arguments) => HubProgram.Run([.. arguments, "--data", Data]);

    private HubProgram StartFleet()
    {
        string printers = Path.Combine(_folder.FullName, "printers.json");
        HubProgram fleet = HubProgram.Start("fleet", "--bambu", "1", "--base-port", "0", "--speed", "20", "--out", printers);
        fleet.WaitFor(() => File.Exists(printers), "the fleet's printers.json");
        Assert.AreEqual(0, Verb("printers", "import", printers).ExitCode);
        return fleet;
    }

    private HubProgram StartHub()
    {
        HubProgram run = HubProgram.Start("run", "--data", Data);
        run.WaitFor(() => run.Out.Contains("bambu-1 idle", StringComparison.Ordinal), "the printer");
        return run;
    }

    [TestMethod]
    public void Verbs_BambuWithARunningHub_DisturbItsLinkInNothing()
    {
        using HubProgram fleet = StartFleet();
        using HubProgram run = StartHub();

        (int code, string output, string error) = Verb("printers", "test", "bambu-1");
        Assert.AreEqual(0, code, output + error);
        StringAssert.Contains(output, "ok      tls       TLS 1.");
        StringAssert.Contains(output, "the running hub is logged in");
        Assert.AreEqual(0, Verb("light", "bambu-1", "on").ExitCode);
        (code, _, error) = HubProgram.RunWithInput("obviously-fake-typed-code\n", "printers", "add", "--type", "bambu", "--host", "127.0.0.1", "--serial", "01P00FAKE000009", "--mqtt-port", "9", "--access-code", "-", "--data", Data);
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(Verb("printers", "export", "--with-secrets").Out, "obviously-fake-typed-code");

        run.Interrupt();
        Assert.AreEqual(0, run.WaitForEnd(), run.Error);
        Assert.AreEqual(1, run.Error.Split("bambu-1: online: connected").Length - 1, run.Error);
        Assert.IsFalse(run.Error.Contains("obviously-fake", StringComparison.Ordinal), run.Error);
    }

    [TestMethod]
    public void Hub_Killed_VerbsWorkAloneAndTheNextHubServesAgain()
    {
        using HubProgram fleet = StartFleet();
        HubProgram run = StartHub();
        using HubProgram follow = HubProgram.Start("status", "--follow", "--data", Data);
        follow.WaitFor(() => follow.Out.Contains("bambu-1 idle", StringComparison.Ordinal), "the following verb");

        // Dispose kills it.
        run.Dispose();

        Assert.AreEqual(4, follow.WaitForEnd());
        StringAssert.Contains(follow.Error, "the hub stopped before this was done");
        Assert.IsTrue(File.Exists(ControlSocket.PathIn(Data)), "left behind");
        (int code, string output, string error) = Verb("status", "--json");
        Assert.AreEqual(0, code, error);
        Assert.IsTrue(JsonDocument.Parse(output).RootElement.GetProperty("printers")[0].GetProperty("connected").GetBoolean());
        using HubProgram next = StartHub();
        StringAssert.Contains(Verb("status").Out, "idle");
        next.Terminate();
        Assert.AreEqual(0, next.WaitForEnd());
        Assert.IsFalse(File.Exists(ControlSocket.PathIn(Data)));
    }

    [TestMethod]
    public void Print_RelativePathAndInterrupt_IsTheClientsOwn()
    {
        using HubProgram fleet = StartFleet();
        using HubProgram run = StartHub();
        string name = Path.Combine(_folder.FullName, "plate.gcode");
        File.WriteAllText(name, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 5000)));
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, name);

        (int code, string output, string error) = Verb("print", "bambu-1", relative, "--no-start", "--json");

        Assert.AreEqual(0, code, error);
        Assert.AreEqual(100_000, JsonDocument.Parse(output).RootElement.GetProperty("bytes").GetInt64());
        using HubProgram follow = HubProgram.Start("status", "--follow", "--data", Data);
        follow.WaitFor(() => follow.Out.Contains("idle", StringComparison.Ordinal), "the following verb");
        follow.Interrupt();
        Assert.AreEqual(0, follow.WaitForEnd(), follow.Error);
    }

    [TestMethod]
    public void Socket_AnotherUser_CannotConnect()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName != "root")
        {
            Assert.Inconclusive("only root can act as another user");
            return;
        }

        // Even where the folder itself lets everybody in.
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        using HubProgram run = HubProgram.Start("run", "--data", Data);
        run.WaitFor(() => File.Exists(ControlSocket.PathIn(Data)), "the socket");
        const string Connect = "use IO::Socket::UNIX; exit(defined(IO::Socket::UNIX->new(Peer => $ARGV[0])) ? 0 : 7)";

        Assert.AreEqual(0, ExitOf("perl", "-e", Connect, ControlSocket.PathIn(Data)), "its owner can");
        Assert.AreEqual(7, ExitOf("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e", Connect, ControlSocket.PathIn(Data)), "nobody cannot");
    }

    [TestMethod]
    public async Task Estop_HubHangs_GoesByItselfAndOtherVerbsGiveUp()
    {
        await using Fleet fleet = await StartOctoPrintAsync();
        using HubProgram run = HubProgram.Start("run", "--data", Data);
        run.WaitFor(() => run.Out.Contains("octo-1 idle", StringComparison.Ordinal), "the printer");
        run.Suspend();

        (int code, string output, string error) = Verb("estop", "octo-1");
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(output, "emergency stop sent and taken");
        (code, _, error) = Verb("pause", "octo-1");
        Assert.AreEqual(4, code, error);
        StringAssert.Contains(error, "does not answer");

        // What nobody waits for any more is not done later.
        run.Resume();
        (code, output, error) = Verb("status");
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(output, "octo-1");
        Assert.IsFalse(run.Error.Contains("fault", StringComparison.Ordinal), run.Error);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Print_ClientSignalledDuringTheUpload_TheHubCancelsIt(bool isInterrupt)
    {
        await using Fleet fleet = await StartOctoPrintAsync();
        using HubProgram run = HubProgram.Start("run", "--data", Data);
        run.WaitFor(() => run.Out.Contains("octo-1 idle", StringComparison.Ordinal), "the printer");
        VirtualHttpPrinter printer = (VirtualHttpPrinter)fleet.Printers[0];
        printer.Faults = new VirtualFaults { Silent = true, Path = "/api/files" };
        string big = Path.Combine(_folder.FullName, "big.gcode");
        await File.WriteAllTextAsync(big, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000 ; filling\n", 500_000)));
        using HubProgram print = HubProgram.Start("print", "octo-1", big, "--data", Data);
        run.WaitFor(() => run.Out.Contains("octo-1 uploading big.gcode", StringComparison.Ordinal), "the upload");

        FairWatch watch = FairWatch.StartNew();
        if (isInterrupt)
        {
            print.Interrupt();
            Assert.AreEqual(1, print.WaitForEnd(), print.Out + print.Error);
            StringAssert.Contains(print.Error, "stopped during the upload: nothing was started");
        }
        else
        {
            print.Kill();
        }

        Assert.IsFalse(run.HasExited, run.Error);
        run.WaitFor(() => run.Out.Contains("octo-1 upload of big.gcode failed", StringComparison.Ordinal), "the upload's end");

        // The hub itself would give up on such a printer only after 15 s.
        Assert.IsLessThan(10_000, watch.ElapsedMilliseconds, run.Out);
        printer.Faults = VirtualFaults.None;
        (int code, _, string error) = Verb("print", "octo-1", big, "--no-start");
        Assert.AreEqual(0, code, error);
        Assert.AreEqual(0, printer.Machine.JobsStarted);
        Assert.IsFalse(run.HasExited, run.Error);
        Assert.IsFalse(run.Error.Contains("fault", StringComparison.Ordinal), run.Error);
    }

    /// <summary>One virtual OctoPrint in this process, that the data folder's configuration names.</summary>
    private async Task<Fleet> StartOctoPrintAsync()
    {
        Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1 });
        string printers = Path.Combine(_folder.FullName, "octo.json");
        await File.WriteAllBytesAsync(printers, fleet.PrintersJson());
        Assert.AreEqual(0, Verb("printers", "import", printers).ExitCode);
        return fleet;
    }

    private static int ExitOf(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
