using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>A verb says and returns the same whether a hub runs or not: scripts need not know.</summary>
[TestClass]
public sealed class ParityTests
{
    private static readonly (int ExitCode, string Input, string[] Arguments)[] s_verbs =
    [
        (0, "", ["status", "--json"]),
        (0, "", ["status"]),
        (0, "", ["status", "--json", "--verbose"]),
        (0, "", ["printers", "list", "--json"]),
        (0, "", ["printers", "list"]),
        (0, "", ["printers", "export"]),
        (0, "", ["printers", "export", "--with-secrets"]),
        (3, "", ["pause", "octo-1"]),
        (3, "", ["pause", "octo-1", "--json"]),
        (1, "", ["pause", "no-such"]),
        (1, "", ["pause", "no-such", "--json"]),
        (2, "", ["printers", "add", "--type", "octoprint", "--url", "ftp://x", "--json"]),
        (2, "", ["gcode", "octo-1", ""]),
        (2, "", ["gcode", "octo-1", "", "--json"]),
        (0, "", ["gcode", "octo-1", "M105"]),
        (1, "", ["print", "octo-1", "missing.gcode", "--json"]),
        (2, "", ["pause"]),
        (2, "", ["status", "--no-such-flag"]),
        (3, "", ["light", "octo-1", "on", "--json"]),
        (1, "", ["printers", "remove", "no-such", "--json"]),
        (1, "no JSON at all", ["printers", "import", "-", "--json"]),
        (0, """{"printers":[]}""", ["printers", "import", "-"]),
        (0, """{"printers":[{"id":"piped","type":"moonraker","url":"http://127.0.0.1:9","enabled":false}]}""", ["printers", "import", "-", "--json"]),
        (0, "", ["printers", "edit", "piped", "--name", "Still \"there\""]),
        (0, "", ["printers", "remove", "piped", "--json"]),
    ];

    [TestMethod]
    public async Task Verbs_HubRunsOrNot_SayAndReturnTheSame()
    {
        await using RunningHub hub = await RunningHub.StartAsync(new FleetOptions { OctoPrint = 1 });
        hub.WaitFor(() => hub.Out.Contains("octo-1 idle", System.StringComparison.Ordinal), "the printer");
        List<string> hosted = await RunAllAsync(hub.Folder);
        Assert.AreEqual(0, await hub.StopAsync());
        List<string> alone = await RunAllAsync(hub.Folder);

        StringBuilder differences = new();
        for (int i = 0; i < s_verbs.Length; i++)
        {
            if (hosted[i] != alone[i] || !alone[i].StartsWith($"exit code {s_verbs[i].ExitCode}\n", System.StringComparison.Ordinal))
            {
                differences.Append($"{string.Join(' ', s_verbs[i].Arguments)} (expected {s_verbs[i].ExitCode})\n  with a hub: {hosted[i]}\n  alone: {alone[i]}\n");
            }
        }

        Assert.AreEqual("", differences.ToString());
    }

    private static async Task<List<string>> RunAllAsync(string folder)
    {
        List<string> results = [];
        foreach ((_, string input, string[] arguments) in s_verbs)
        {
            using SharedText output = new();
            using SharedText error = new();
            using StringReader reader = new(input);
            VerbConsole console = new(output, error, reader);
            int exitCode = await Task.Run(() => CliApp.RunAsync([.. arguments, "--data", folder], console, CancellationToken.None));

            // With --verbose there is the log as well, and that of a hub is the hub's own.
            string lines = System.Array.IndexOf(arguments, "--verbose") < 0 ? error.ToString() : "";
            results.Add($"exit code {exitCode}\nout: {output}err: {lines}");
        }

        return results;
    }
}
