using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>The verbs against a virtual OctoPrint, in this process.</summary>
[TestClass]
public sealed class PrinterVerbsTests : IDisposable
{
    /// <summary>A job heats first, so either is right soon after a start.</summary>
    private static readonly string[] s_systems = ["octoprint", "prusalink", "moonraker", "bambu"];

    private static readonly string[] s_running = ["preparing", "printing"];

    private readonly CliTestBed _bed = new();
    private readonly ReservedPort _nobodys = new();
    private Fleet _fleet = null!;

    private VirtualHttpPrinter OctoPrint => (VirtualHttpPrinter)_fleet.Printers[0];

    [TestInitialize]
    public async Task Start()
    {
        _fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, Speed = 20, AutoAcceptKeysMs = 100 });
        await File.WriteAllBytesAsync(_bed.PathOf("p.json"), _fleet.PrintersJson());
        await Done("printers", "import", _bed.PathOf("p.json"));
        await File.WriteAllTextAsync(_bed.PathOf("cube.gcode"), string.Concat(Enumerable.Repeat("G1 X10 Y10 E1\n", 20_000)));
    }

    [TestCleanup]
    public async Task Stop() => await _fleet.DisposeAsync();

    public void Dispose()
    {
        _bed.Dispose();
        _nobodys.Dispose();
    }

    [TestMethod]
    public async Task Status_Json_HasTheContractsShape()
    {
        JsonElement printer = (await DoneJson("status")).GetProperty("printers")[0];

        Assert.AreEqual("octo-1", printer.GetProperty("id").GetString());
        Assert.AreEqual("octoprint", printer.GetProperty("type").GetString());
        Assert.IsTrue(printer.GetProperty("connected").GetBoolean());
        Assert.AreEqual("idle", printer.GetProperty("state").GetString());
        Assert.IsFalse(printer.GetProperty("tls_verified").GetBoolean());
        Assert.IsGreaterThan(0, printer.GetProperty("temperatures").GetProperty("nozzle").GetDouble());
        foreach (string absent in new[] { "job", "progress_percentage", "remaining_time_seconds", "current_layer", "total_layers", "error_code", "error_message" })
        {
            Assert.IsFalse(printer.TryGetProperty(absent, out _), absent);
        }

        Assert.IsFalse(printer.GetProperty("temperatures").TryGetProperty("chamber", out _));
    }

    [TestMethod]
    public async Task Status_Table_ShowsEachPrinter()
    {
        await Done("printers", "add", "--type", "bambu", "--host", "127.0.0.1", "--mqtt-port", $"{_nobodys.Port}", "--serial", "FAKE0001", "--access-code", "00000000", "--id", "bambu");

        await Done("status");

        StringAssert.Contains(_bed.Out, "idle");
        StringAssert.Contains(_bed.Out, "connection refused");
        Assert.AreEqual("", _bed.Error);
    }

    [TestMethod]
    public async Task PrintPauseResumeCancel_OneJob_EachIsProven()
    {
        JsonElement print = await DoneJson("print", "octo-1", _bed.PathOf("cube.gcode"));
        Assert.AreEqual("octo-1", print.GetProperty("printer").GetString());
        Assert.AreEqual("cube.gcode", print.GetProperty("file").GetString());
        Assert.AreEqual(280_000, print.GetProperty("bytes").GetInt64());
        Assert.IsTrue(print.GetProperty("started").GetBoolean());
        Assert.IsGreaterThanOrEqualTo(0, print.GetProperty("seconds").GetDouble());
        CollectionAssert.Contains(s_running, print.GetProperty("state").GetString());

        Assert.AreEqual("paused", (await DoneJson("pause", "octo-1")).GetProperty("state").GetString());
        CollectionAssert.Contains(s_running, (await DoneJson("resume", "octo-1")).GetProperty("state").GetString());

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("print", "octo-1", _bed.PathOf("cube.gcode")));
        StringAssert.StartsWith(_bed.Error, "octo-1: it has a job already (");

        Assert.AreEqual("cancelled", (await DoneJson("cancel", "octo-1")).GetProperty("state").GetString());
        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("cancel", "octo-1"));
        Assert.HasCount(1, _bed.Error.TrimEnd().Split('\n'));
    }

    [TestMethod]
    public async Task Print_NoStart_UploadsOnly()
    {
        JsonElement print = await DoneJson("print", "octo-1", _bed.PathOf("cube.gcode"), "--no-start");

        Assert.IsFalse(print.GetProperty("started").GetBoolean());
        Assert.AreEqual("idle", print.GetProperty("state").GetString());
    }

    [TestMethod]
    [DataRow("none.gcode", "there is no file")]
    [DataRow("empty.gcode", "is empty")]
    [DataRow(".", "is a folder")]
    public async Task Print_BadFile_FailsBeforeAnythingIsSent(string name, string message)
    {
        await File.WriteAllBytesAsync(_bed.PathOf("empty.gcode"), []);

        Assert.AreEqual(ExitCodes.Failed, await _bed.RunAsync("print", "octo-1", _bed.PathOf(name)));
        StringAssert.Contains(_bed.Error, message);
    }

    [TestMethod]
    public async Task Print_UnpluggedPrinter_IsRefusedBeforeTheUpload()
    {
        OctoPrint.Faults = new VirtualFaults { Serial = "offline" };

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("print", "octo-1", _bed.PathOf("cube.gcode"), "--json"));

        using JsonDocument document = JsonDocument.Parse(_bed.Out);
        Assert.AreEqual("printer_offline", document.RootElement.GetProperty("error").GetProperty("code").GetString());
        StringAssert.Contains(_bed.Error, "its state is offline");
        Assert.IsFalse(_bed.Error.Contains("uploading", StringComparison.Ordinal), _bed.Error);
        await Done("print", "octo-1", _bed.PathOf("cube.gcode"), "--no-start");
    }

    [TestMethod]
    public async Task Print_TimeLimitPassed_IsRefusedBeforeTheUpload()
    {
        OctoPrint.Faults = new VirtualFaults { DelayMs = 1200, Count = 1 };
        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("print", "octo-1", _bed.PathOf("cube.gcode"), "--expires", "1s"));

        Assert.AreEqual("octo-1: the start was not sent before its time limit: nothing was printed", _bed.Error.TrimEnd());
        Assert.AreEqual("", _bed.Out);
        await Done("print", "octo-1", _bed.PathOf("cube.gcode"), "--expires", "1h");
    }

    [TestMethod]
    public async Task Print_StorageFails_SaysThatItIsNotRecorded()
    {
        string jobs = _bed.PathOf(Path.Combine("nvs", "jobs_"));
        if (Directory.Exists(jobs))
        {
            Directory.Delete(jobs, recursive: true);
        }

        await File.WriteAllTextAsync(jobs, "in the way");
        JsonElement print = await DoneJson("print", "octo-1", _bed.PathOf("cube.gcode"));
        Assert.IsFalse(print.GetProperty("recorded").GetBoolean());
        Assert.HasCount(1, _bed.Error.Split('\n').Where(line => line.Contains("not protected against a second one")).ToArray());
        await Done("cancel", "octo-1");
        File.Delete(jobs);
        Assert.IsFalse((await DoneJson("print", "octo-1", _bed.PathOf("cube.gcode"))).TryGetProperty("recorded", out _));
    }

    [TestMethod]
    public async Task Print_CheckBedAfterACancelledPrint_IsRefusedUntilTheBedIsCleared()
    {
        await Done("print", "octo-1", _bed.PathOf("cube.gcode"), "--check-bed");
        await Done("cancel", "octo-1");

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("print", "octo-1", _bed.PathOf("cube.gcode"), "--check-bed"));

        StringAssert.StartsWith(_bed.Error, "octo-1: the bed was not reported clear after 'cube.gcode'");
        Assert.AreEqual("", _bed.Out, "before the upload");
        Assert.AreEqual(1, OctoPrint.Machine.JobsStarted);
        await Done("clear-bed", "octo-1");
        await Done("print", "octo-1", _bed.PathOf("cube.gcode"), "--check-bed");
    }

    [TestMethod]
    public async Task Print_FaultyPrinter_SaysItsFault()
    {
        OctoPrint.Faults = new VirtualFaults { PrinterError = "Thermal Runaway, system stopped! Heater_ID: bed" };

        Assert.AreNotEqual(ExitCodes.Done, await _bed.RunAsync("print", "octo-1", _bed.PathOf("cube.gcode")));

        StringAssert.Contains(_bed.Error, "Thermal Runaway");
        Assert.AreEqual("", _bed.Out);
    }

    [TestMethod]
    public async Task Print_NameThatTheHubRefuses_FailsBeforeAnythingIsSent()
    {
        await File.WriteAllTextAsync(_bed.PathOf("a\\b.gcode"), "G28");

        Assert.AreEqual(ExitCodes.Failed, await _bed.RunAsync("print", "octo-1", _bed.PathOf("a\\b.gcode")));
        StringAssert.Contains(_bed.Error, "rename it");
        Assert.AreEqual("", _bed.Out);
    }

    [TestMethod]
    public async Task Print_RenamedByThePrinter_SaysTheNewName()
    {
        await File.WriteAllTextAsync(_bed.PathOf(".cube.gcode"), "G28");

        await Done("print", "octo-1", _bed.PathOf(".cube.gcode"), "--no-start");

        StringAssert.Contains(_bed.Out, "octo-1: the printer stored it as cube.gcode");
        Assert.AreEqual("cube.gcode", (await DoneJson("print", "octo-1", _bed.PathOf(".cube.gcode"), "--no-start")).GetProperty("stored_as").GetString());
    }

    [TestMethod]
    public async Task Status_SilentServer_SaysThatNothingCame()
    {
        OctoPrint.Faults = new VirtualFaults { Silent = true };

        JsonElement printer = (await DoneJson("status", "--timeout", "1")).GetProperty("printers")[0];

        Assert.AreEqual("timeout", printer.GetProperty("error_code").GetString());
        Assert.AreEqual("no answer within 1 s", printer.GetProperty("error_message").GetString());
    }

    [TestMethod]
    public async Task Test_SilentServer_GivesUpInTime()
    {
        OctoPrint.Faults = new VirtualFaults { Silent = true };
        FairWatch watch = FairWatch.StartNew();

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("printers", "test", "octo-1", "--timeout", "1"));

        Assert.IsLessThan(5000, watch.ElapsedMilliseconds);
    }

    [TestMethod]
    public async Task Print_Stopped_CancelsTheUpload()
    {
        using (FileStream big = File.Create(_bed.PathOf("big.gcode")))
        {
            big.SetLength(400_000_000);
        }

        using SharedText output = new();
        using SharedText error = new();
        using CancellationTokenSource stop = new();
        OctoPrint.Faults = new VirtualFaults { Silent = true, Path = "/api/files" };
        Task<int> print = Task.Run(() => CliApp.RunAsync(["print", "octo-1", _bed.PathOf("big.gcode"), "--any-file", "--data", _bed.Folder], output, error, stop.Token));
        await Patience.UntilAsync(() => output.ToString().Contains("uploading", StringComparison.Ordinal), "the upload", error.ToString);
        FairWatch watch = FairWatch.StartNew();
        await stop.CancelAsync();

        int exitCode = await print;

        OctoPrint.Faults = VirtualFaults.None;
        Assert.AreEqual(ExitCodes.Failed, exitCode);
        StringAssert.Contains(error.ToString(), "stopped");
        Assert.IsLessThan(2500, watch.ElapsedMilliseconds);
        Assert.AreEqual("idle", (await DoneJson("status")).GetProperty("printers")[0].GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task Gcode_TwoLines_AreSent()
    {
        await Done("gcode", "octo-1", "M104 S200", "M140 S60");

        Assert.AreEqual("octo-1: sent 2 line(s)", _bed.Out.TrimEnd());
        JsonElement temperatures = (await DoneJson("status")).GetProperty("printers")[0].GetProperty("temperatures");
        Assert.AreEqual(200, temperatures.GetProperty("nozzle_target").GetDouble());
        Assert.AreEqual(60, temperatures.GetProperty("bed_target").GetDouble());
    }

    [TestMethod]
    public async Task Estop_Printing_StopsThePrinter()
    {
        await Done("print", "octo-1", _bed.PathOf("cube.gcode"));

        await Done("estop", "octo-1");

        Assert.AreEqual("octo-1: emergency stop sent and taken", _bed.Out.TrimEnd());
        JsonElement printer = (await DoneJson("status")).GetProperty("printers")[0];
        Assert.AreEqual("error", printer.GetProperty("state").GetString());
        StringAssert.Contains(printer.GetProperty("error_message").GetString(), "M112");
    }

    [TestMethod]
    public async Task Estop_SilentPrinter_SaysToCutThePower()
    {
        ((VirtualHttpPrinter)_fleet.Printers[0]).Faults = new VirtualFaults { Silent = true };

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("estop", "octo-1", "--timeout", "1"));

        StringAssert.Contains(_bed.Error, "cut its power");
    }

    [TestMethod]
    [DataRow("light octo-1 on")]
    [DataRow("speed octo-1 2")]
    [DataRow("speed octo-1 ludicrous")]
    [DataRow("clear-error octo-1")]
    public async Task Controls_PrinterWithoutThem_AreRefused(string line)
    {
        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync(line.Split(' ')));

        Assert.AreEqual("octo-1: this printer system has no such command", _bed.Error.TrimEnd());
    }

    [TestMethod]
    public async Task Estop_ReadOnlyPrinter_IsRefused()
    {
        string printers = (await File.ReadAllTextAsync(_bed.PathOf("p.json"))).Replace("\"type\"", "\"read_only\": true, \"type\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_bed.PathOf("p.json"), printers);
        await Done("printers", "import", _bed.PathOf("p.json"));

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("estop", "octo-1"));

        StringAssert.Contains(_bed.Error, "read-only");
    }

    [TestMethod]
    public async Task ClearError_StoppedMoonraker_BringsItBack()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { Moonraker = 1, Speed = 20 });
        await File.WriteAllBytesAsync(_bed.PathOf("moon.json"), fleet.PrintersJson());
        await Done("printers", "import", _bed.PathOf("moon.json"));
        await Done("estop", "moon-1");
        Assert.AreEqual("error", await MoonrakerState());
        await Done("clear-error", "moon-1");
        await Patience.UntilAsync(async () => await MoonrakerState() == "idle", "idle");

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("clear-error", "moon-1"));
        StringAssert.Contains(_bed.Error, "no error to clear");
    }

    private async Task<string?> MoonrakerState() =>
        (await DoneJson("status")).GetProperty("printers").EnumerateArray().First(p => p.GetProperty("id").GetString() == "moon-1").GetProperty("state").GetString();

    [TestMethod]
    public async Task Verbs_WrongKey_AreRefusedInOneLineThatHelps()
    {
        await Done("printers", "edit", "octo-1", "--api-key", "fake-but-other");

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("pause", "octo-1"));

        Assert.HasCount(1, _bed.Error.TrimEnd().Split('\n'), _bed.Error);
        StringAssert.StartsWith(_bed.Error, "octo-1: ");
        StringAssert.Contains(_bed.Error, "set it with 'printers edit octo-1 --api-key KEY'");
        Assert.IsFalse(_bed.Error.Contains("fake-but-other", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Verbs_NobodyThere_AreUnreachableInOneLine()
    {
        await Done("printers", "edit", "octo-1", "--url", $"http://127.0.0.1:{_nobodys.Port}");

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("pause", "octo-1"));
        Assert.HasCount(1, _bed.Error.TrimEnd().Split('\n'), _bed.Error);
    }

    [TestMethod]
    public async Task Verbs_BambuNobodyThere_AreUnreachableInOneLine()
    {
        await Done("printers", "add", "--type", "bambu", "--host", "127.0.0.1", "--mqtt-port", $"{_nobodys.Port}", "--serial", "01P00FAKE", "--access-code", "00000000", "--id", "p1s");

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("pause", "p1s", "--timeout", "3"));
        StringAssert.Contains(_bed.Error, "connection refused");
        Assert.HasCount(1, _bed.Error.TrimEnd().Split('\n'), _bed.Error);
    }

    [TestMethod]
    public async Task Test_GoodPrinter_EveryStepIsOk()
    {
        await Done("printers", "test", "octo-1");

        string[] lines = _bed.Out.TrimEnd().Split('\n');
        Assert.HasCount(5, lines);
        Assert.IsTrue(Array.TrueForAll(lines, l => l.StartsWith("ok ", StringComparison.Ordinal)), _bed.Out);
        StringAssert.Contains(_bed.Out, "OctoPrint 1.");
    }

    [TestMethod]
    public async Task Test_PrusaLinkOfBothKinds_EveryStepIsOk()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { PrusaLink = 2, Speed = 20 });
        await File.WriteAllBytesAsync(_bed.PathOf("prusa.json"), fleet.PrintersJson());
        await Done("printers", "import", _bed.PathOf("prusa.json"));
        foreach (string id in new[] { "prusa-1", "prusa-2" })
        {
            await Done("printers", "test", id);
            StringAssert.Contains(_bed.Out, "accepted by PrusaLink");
            await Done("status");
            StringAssert.Contains(_bed.Out, id);
        }

        await Done("printers", "edit", "prusa-2", "--password", "fake-but-other");
        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("printers", "test", "prusa-2"));
        StringAssert.Contains(_bed.Out, "failed  login");
    }

    [TestMethod]
    public async Task Test_WrongKey_FailsAtTheLogin()
    {
        await Done("printers", "edit", "octo-1", "--api-key", "fake-but-other");

        Assert.AreEqual(ExitCodes.Refused, await _bed.RunAsync("printers", "test", "octo-1", "--json"));

        using JsonDocument document = JsonDocument.Parse(_bed.Out);
        JsonElement last = document.RootElement.GetProperty("steps").EnumerateArray().Last();
        Assert.AreEqual("login", last.GetProperty("step").GetString());
        Assert.AreEqual("auth_rejected", last.GetProperty("error_code").GetString());
        Assert.IsFalse(document.RootElement.GetProperty("ok").GetBoolean());
    }

    [TestMethod]
    public async Task Test_NobodyThere_FailsAtTheConnect()
    {
        await Done("printers", "edit", "octo-1", "--url", $"http://127.0.0.1:{_nobodys.Port}");

        Assert.AreEqual(ExitCodes.Unreachable, await _bed.RunAsync("printers", "test", "octo-1"));
        StringAssert.Contains(_bed.Out, "failed  connect");
    }

    [TestMethod]
    public async Task Add_OctoPrintWithoutKey_GetsOneByTheClick()
    {
        await Done("printers", "add", "--id", "clicked", "--type", "octoprint", "--url", OctoPrint.Url);

        StringAssert.Contains(_bed.Out, "click Allow");
        await Done("printers", "test", "clicked");
    }

    [TestMethod]
    public async Task Add_OctoPrintWithoutKeyAndNobodyThere_AddsNothing()
    {
        Assert.AreEqual(
            ExitCodes.Unreachable,
            await _bed.RunAsync("printers", "add", "--id", "x", "--type", "octoprint", "--url", $"http://127.0.0.1:{_nobodys.Port}"));

        StringAssert.StartsWith(_bed.Error, "x: ");
        await Done("printers", "list");
        Assert.IsFalse(_bed.Out.Contains("x ", StringComparison.Ordinal), _bed.Out);
    }

    [TestMethod]
    public async Task Run_ForASecond_ShowsTheChangeAndEndsWithZero()
    {
        await Done("run", "--for", "1.2");

        StringAssert.Contains(_bed.Out, "octo-1 idle");
    }

    [TestMethod]
    public async Task Run_JsonForASecond_EndsWithOneDocument()
    {
        JsonElement root = await DoneJson("run", "--for", "1.2");

        Assert.AreEqual("idle", root.GetProperty("printers")[0].GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task Demo_ForAShortTime_RunsAVirtualPrinter()
    {
        using StringWriter output = new();
        using StringWriter error = new();

        int exitCode = await CliApp.RunAsync(["--demo", "--port", "0", "--speed", "60", "--for", "2", "--json"], output, error, CancellationToken.None);

        Assert.AreEqual(ExitCodes.Done, exitCode, error.ToString());
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        JsonElement printers = document.RootElement.GetProperty("printers");
        CollectionAssert.AreEqual(s_systems, printers.EnumerateArray().Select(p => p.GetProperty("type").GetString()).ToArray());
        JsonElement printer = printers[0];
        CollectionAssert.Contains(s_running, printer.GetProperty("state").GetString());
        Assert.IsFalse(string.IsNullOrEmpty(printer.GetProperty("job").GetString()));
    }

    [TestMethod]
    public async Task Fleet_Out_IsWrittenWhenAllListen()
    {
        string path = _bed.PathOf("fleet.json");

        await Done("fleet", "--octoprint", "2", "--prusalink", "3", "--base-port", "0", "--out", path, "--for", "0.1");

        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(path));
        Assert.AreEqual(5, document.RootElement.GetProperty("printers").GetArrayLength());
        Assert.IsFalse(File.Exists(path + ".part"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        StringAssert.Contains(_bed.Out, "octo-2");
        StringAssert.Contains(_bed.Out, "prusa-3  prusalink");
    }

    [TestMethod]
    public async Task Fleet_Bambu_OutIsImportedWithItsPin()
    {
        string path = _bed.PathOf("bambu.json");
        string ca = _bed.PathOf("ca.pem");

        await Done("fleet", "--bambu", "1", "--bambu-model", "X1C", "--base-port", "0", "--out", path, "--bambu-ca", ca, "--for", "0.1");

        StringAssert.Contains(_bed.Out, "bambu-1  bambu  mqtts://127.0.0.1:");
        Assert.IsFalse(_bed.Out.Contains("octo-1", StringComparison.Ordinal), "only what was asked for");
        StringAssert.StartsWith(await File.ReadAllTextAsync(ca), "-----BEGIN CERTIFICATE-----");
        await Done("printers", "import", path);
        JsonElement root = await DoneJson("printers", "list");
        JsonElement printer = root.GetProperty("printers").EnumerateArray().Single(p => p.GetProperty("id").GetString() == "bambu-1");
        Assert.AreEqual("00M00A000000001", printer.GetProperty("serial").GetString());
    }

    [TestMethod]
    public async Task Fleet_EveryBambuModel_IsAcceptedAsHelpSays()
    {
        Assert.Contains("P2S", BambuModel.Names);
        await _bed.RunAsync("fleet", "--help");
        string help = _bed.Out;
        foreach (string model in BambuModel.Names)
        {
            StringAssert.Contains(help, model);
            await Done("fleet", "--bambu", "1", "--bambu-model", model, "--base-port", "0", "--no-announce", "--for", "0.1");
        }
    }

    private async Task Done(params string[] args) => Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync(args), _bed.Error);

    private async Task<JsonElement> DoneJson(params string[] args)
    {
        await Done([.. args, "--json"]);
        using JsonDocument document = JsonDocument.Parse(_bed.Out);
        return document.RootElement.Clone();
    }
}
