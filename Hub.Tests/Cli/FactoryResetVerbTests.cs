using System;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Control;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Spectre.Console;

namespace Hub.Tests.Cli;

/// <summary>factory-reset asks first, forgets, and says what.</summary>
[TestClass]
public sealed class FactoryResetVerbTests : IDisposable
{
    private readonly CliTestBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [TestMethod]
    public async Task Reset_WithoutATerminal_NeedsYes()
    {
        await AddPrinter();

        Assert.AreEqual(ExitCodes.WrongUsage, await _bed.RunWithInputAsync("yes\n", "factory-reset"));

        Assert.AreEqual("factory-reset forgets everything that was set up: give --yes to do that", _bed.Error.TrimEnd());
        StringAssert.Contains(await Printers(), "octo-1");
    }

    [TestMethod]
    public async Task Reset_Yes_ForgetsAndSaysWhat()
    {
        await AddPrinter();

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("factory-reset", "--yes"), _bed.Error);

        StringAssert.Contains(_bed.Out, "deleted config/printers.json\n");
        StringAssert.EndsWith(_bed.Out, "reset; the device id stays\n");
        StringAssert.Contains(await Printers(), "no printers yet");
        await _bed.RunAsync("factory-reset", "--yes");
        Assert.AreEqual("nothing was set up\n", _bed.Out);
    }

    [TestMethod]
    public async Task Reset_Json_ListsWhatWasDeletedAndKept()
    {
        await AddPrinter();

        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("factory-reset", "--yes", "--json"), _bed.Error);

        using JsonDocument document = JsonDocument.Parse(_bed.Out);
        Assert.AreEqual("reset", document.RootElement.GetProperty("result").GetString());
        Assert.AreEqual(2, document.RootElement.GetProperty("deleted").GetArrayLength());
        Assert.AreEqual("device id", document.RootElement.GetProperty("kept")[0].GetString());
    }

    [TestMethod]
    [DataRow("yes\n", ExitCodes.Done)]
    [DataRow("y\n", ExitCodes.Failed)]
    [DataRow("", ExitCodes.Failed)]
    public async Task Reset_InATerminal_AsksFirst(string typed, int expected)
    {
        await AddPrinter();
        using StringWriter output = new();
        using StringWriter error = new();
        using StringReader input = new(typed);
        TerminalTraits terminal = new()
        {
            IsTerminal = true, CanAsk = true, ErrorSharesTerminal = true, Columns = 80, Lines = 24, Ansi = false, Unicode = true, Colors = ColorSystem.NoColors,
        };

        int exitCode = await CliApp.RunAsync(
            ["factory-reset", "--data", _bed.Folder], VerbConsole.Remote(output, error, input, terminal, _ => throw new InvalidOperationException("no secret")), CancellationToken.None);

        Assert.AreEqual(expected, exitCode, error.ToString());
        StringAssert.Contains(error.ToString(), "Type yes to do that: ");
        StringAssert.Contains(await Printers(), expected == ExitCodes.Done ? "no printers yet" : "octo-1");
    }

    [TestMethod]
    public async Task Reset_ConfigurationThatCannotBeRead_IsTheWayOut()
    {
        await AddPrinter();
        foreach (string file in Directory.GetFiles(Path.Combine(_bed.Folder, "nvs", "config_")))
        {
            await File.WriteAllTextAsync(file, "damaged");
        }

        Assert.AreEqual(ExitCodes.Failed, await _bed.RunAsync("printers", "list"));
        Assert.AreEqual(ExitCodes.Done, await _bed.RunAsync("factory-reset", "--yes"), _bed.Error);
        Assert.AreEqual("", _bed.Error);
        StringAssert.Contains(await Printers(), "no printers yet");
    }

    [TestMethod]
    public async Task Reset_OfARunningHub_ItsPrintersGoAndItRunsOn()
    {
        await using RunningHub hub = await RunningHub.StartAsync(new FleetOptions { OctoPrint = 1, PrusaLink = 0, Moonraker = 0, Bambu = 0 });
        StringAssert.Contains(await hub.Done("printers", "list"), "octo-1");

        StringAssert.Contains(await hub.Done("factory-reset", "--yes"), "deleted config/printers.json\n");

        StringAssert.Contains(await hub.Done("printers", "list"), "no printers yet");
        hub.WaitFor(() => hub.Log.Contains("octo-1 removed", StringComparison.Ordinal) || hub.Log.Contains("octo-1: removed", StringComparison.Ordinal), "the hub to drop its printer:\n" + hub.Log);
        await hub.Done("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key");
        StringAssert.Contains(await hub.Done("printers", "list"), "octo-1");
    }

    private async Task AddPrinter() =>
        Assert.AreEqual(0, await _bed.RunAsync("printers", "add", "--type", "octoprint", "--url", "http://127.0.0.1:9", "--no-key"), _bed.Error);

    private async Task<string> Printers()
    {
        Assert.AreEqual(0, await _bed.RunAsync("printers", "list"), _bed.Error);
        return _bed.Out;
    }
}
