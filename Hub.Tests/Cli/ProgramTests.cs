using System;
using System.IO;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cli;

/// <summary>The command line end to end, as processes: a fleet in one, the hub's verbs in others.</summary>
[TestClass]
[TestCategory("Program")]
public sealed class ProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-program-");

    private string Data => Path.Combine(_folder.FullName, "data");

    private string PrintersFile => Path.Combine(_folder.FullName, "printers.json");

    public void Dispose() => _folder.Delete(recursive: true);

    private HubProgram StartFleet(int printers, string speed = "100")
    {
        HubProgram fleet = HubProgram.Start("fleet", "--octoprint", printers.ToString(), "--base-port", "0", "--speed", speed, "--out", PrintersFile);
        fleet.WaitFor(() => File.Exists(PrintersFile), "the fleet's printers.json");
        Assert.AreEqual(0, Hub("printers", "import", PrintersFile).ExitCode);
        return fleet;
    }

    private (int ExitCode, string Out, string Error) Hub(params string[] arguments) =>
        HubProgram.Run([.. arguments, "--data", Data]);

    private string GcodeFile(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, string.Concat(System.Linq.Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 5000)));
        return path;
    }

    private static JsonElement State(string json, int index) =>
        JsonDocument.Parse(json).RootElement.GetProperty("printers")[index];

    [TestMethod]
    public void Stdin_ClosedOrEmpty_IsAClearErrorAtOnce()
    {
        string[] add = ["printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:1", "--api-key", "-", "--data", Data];
        (int code, _, string error) = HubProgram.RunWithoutStdin("printers", "import", "-", "--data", Data);
        Assert.AreEqual(1, code);
        Assert.AreEqual("there is nothing on stdin: is it closed?", error.TrimEnd());
        Assert.AreEqual("there is nothing on stdin: is it closed?", Hub("printers", "import", "-").Error.TrimEnd());
        (code, _, error) = HubProgram.RunWithoutStdin(add);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "stdin holds no line");
    }

    [TestMethod]
    public void Stdin_Pipe_IsRead()
    {
        (int code, _, string error) = HubProgram.RunWithInput(
            "obviously-fake-piped-key\n", "printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:1", "--api-key", "-", "--data", Data);
        Assert.AreEqual(0, code, error);
        string exported = Hub("printers", "export", "--with-secrets").Out;
        StringAssert.Contains(exported, "obviously-fake-piped-key");
        (code, _, error) = HubProgram.RunWithInput(exported, "printers", "import", "-", "--data", Data + "2");
        Assert.AreEqual(0, code, error);
    }

    [TestMethod]
    public void PrintPauseResumeCancel_TwoPrinters_OnlyTheOneMeantMoves()
    {
        using HubProgram fleet = StartFleet(2, "20");
        (int code, string output, string error) = Hub("print", "octo-2", GcodeFile("my box.gcode"), "--json");
        Assert.AreEqual(0, code, error);
        JsonElement printed = JsonDocument.Parse(output).RootElement;
        Assert.IsTrue(printed.GetProperty("started").GetBoolean());
        Assert.AreEqual(100_000, printed.GetProperty("bytes").GetInt64());

        Assert.AreEqual(0, Hub("pause", "octo-2").ExitCode);
        output = Hub("status", "--json").Out;
        Assert.AreEqual("idle", State(output, 0).GetProperty("state").GetString());
        Assert.AreEqual("paused", State(output, 1).GetProperty("state").GetString());
        Assert.AreEqual("my box.gcode", State(output, 1).GetProperty("job").GetString());
        Assert.IsFalse(State(output, 0).TryGetProperty("job", out _), "what is not known is absent");

        Assert.AreEqual(0, Hub("resume", "octo-2").ExitCode);
        Assert.AreEqual(0, Hub("cancel", "octo-2").ExitCode);
        (code, _, error) = Hub("pause", "octo-2");
        Assert.AreEqual(3, code);
        Assert.AreEqual("octo-2: there is nothing to pause: it is idle\n", error);
    }

    [TestMethod]
    public void Run_WholePrint_ShowsItsStatesAndStopsOnInterrupt()
    {
        using HubProgram fleet = StartFleet(1, "400");
        using HubProgram run = HubProgram.Start("run", "--data", Data);
        run.WaitFor(() => run.Out.Contains("octo-1 idle", StringComparison.Ordinal), "idle");
        Assert.AreEqual(0, Hub("print", "octo-1", GcodeFile("a.gcode")).ExitCode);
        run.WaitFor(() => run.Out.Contains("octo-1 printing a.gcode", StringComparison.Ordinal), "printing");
        run.WaitFor(() => run.Out.Contains("octo-1 finished a.gcode", StringComparison.Ordinal), "finished");
        run.Interrupt();
        Assert.AreEqual(0, run.WaitForEnd(), run.Error);
        Assert.IsFalse(run.Error.Contains(" at ", StringComparison.Ordinal), run.Error);
    }

    [TestMethod]
    public void Run_SecondOnTheSameFolder_SaysSoAndStops()
    {
        using HubProgram first = HubProgram.Start("run", "--data", Data);
        first.WaitFor(() => first.Out.Contains("Ctrl+C", StringComparison.Ordinal), "the first run");
        (int code, _, string error) = Hub("run", "--for", "5");
        Assert.AreEqual(1, code);
        Assert.AreEqual(1, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, error);
        first.Terminate();
        Assert.AreEqual(0, first.WaitForEnd());
        Assert.AreEqual(0, Hub("run", "--for", "1").ExitCode, "the folder is free again");
    }

    [TestMethod]
    public void Demo_Interrupted_PrintsAndTakesThePrintersAwaySilently()
    {
        using HubProgram demo = HubProgram.Start("--demo", "--port", "0", "--speed", "1000");
        demo.WaitFor(() => demo.Out.Contains("octo-1 finished demo.gcode", StringComparison.Ordinal), "the end of the demo's job");
        demo.Interrupt();
        Assert.AreEqual(0, demo.WaitForEnd(), demo.Error);
        Assert.IsFalse((demo.Out + demo.Error).Contains("removed", StringComparison.Ordinal), "taking the virtual printers away is no news: " + demo.Error);
    }

    [TestMethod]
    public void Demo_ForSomeSeconds_EndsByItself()
    {
        (int code, string output, string error) = HubProgram.Run("--demo", "--port", "0", "--speed", "1000", "--for", "2");
        Assert.AreEqual(0, code, error);
        Assert.IsFalse((output + error).Contains("removed", StringComparison.Ordinal), "taking the virtual printers away is no news: " + error);
    }

    [TestMethod]
    [DataRow(1, "print", "octo-1", "no-such-file.gcode")]
    [DataRow(2, "print", "octo-1")]
    [DataRow(2, "frobnicate")]
    [DataRow(2, "discover", "--probe", "10.0.0.0/8")]
    [DataRow(4, "pause", "octo-9")]
    public void Verb_BadInput_OneLineAndTheRightExitCode(int expected, params string[] arguments)
    {
        Assert.AreEqual(0, Hub("printers", "add", "--id", "octo-9", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--api-key", "obviously-fake-obviously-fake-000").ExitCode);
        Assert.AreEqual(0, Hub("printers", "add", "--id", "octo-1", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--api-key", "obviously-fake-obviously-fake-000").ExitCode);
        (int code, _, string error) = Hub(arguments);
        Assert.AreEqual(expected, code, error);
        Assert.IsFalse(error.Contains("obviously-fake", StringComparison.Ordinal), error);
        Assert.IsFalse(error.Contains("   at ", StringComparison.Ordinal), error);
        Assert.IsTrue(error.Length > 0);
    }

    [TestMethod]
    public void Print_WrongKey_IsRefusedWithCode3()
    {
        using HubProgram fleet = StartFleet(1);
        Assert.AreEqual(0, Hub("printers", "edit", "octo-1", "--api-key", "obviously-wrong-obviously-wrong-00").ExitCode);
        (int code, _, string error) = Hub("print", "octo-1", GcodeFile("a.gcode"));
        Assert.AreEqual(3, code, error);
        StringAssert.StartsWith(error, "octo-1: ");
        Assert.AreEqual(1, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, error);
    }
}
