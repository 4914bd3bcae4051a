using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Cli;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>The job history over a hub that is killed in the middle of a job.</summary>
[TestClass]
[TestCategory("Program")]
public sealed class JobProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-jobs-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    public async Task HubKilledInMidJob_JobsEndWithoutIt_AreInTheHistoryWithTheirOutcome()
    {
        await using Fleet fleet = await Fleet.StartAsync(new FleetOptions { OctoPrint = 1, PrusaLink = 1, Moonraker = 1, Speed = 120 });
        string printers = Path.Combine(_folder.FullName, "printers.json");
        await File.WriteAllBytesAsync(printers, fleet.PrintersJson());
        string file = Path.Combine(_folder.FullName, "box.gcode");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 5000)));
        Done("printers", "import", printers);
        string[] ids = ["octo-1", "prusa-1", "moon-1"];
        using (HubProgram run = HubProgram.Start("run", "--data", Data))
        {
            run.WaitFor(() => ids.All(id => run.Out.Contains(id + " idle", StringComparison.Ordinal)), "the printers");
            foreach (string id in ids)
            {
                Done("print", id, file);
            }

            // Leaving this block kills it.
        }

        Assert.IsTrue(ids.All(id => Outcome(id) == "running"), "recorded before it was killed");
        Patience.Until(() => fleet.Printers.All(p => p.Machine.Read().State == MachineState.Idle), "the end of the jobs", () => "");
        Done("status");

        foreach (string id in ids)
        {
            Assert.AreEqual("finished", Outcome(id), id);
        }

        Done("status");
        Assert.AreEqual(ids.Length, JsonDocument.Parse(Done("history", "--json")).RootElement.GetProperty("jobs").GetArrayLength());
    }

    private string Outcome(string id) =>
        JsonDocument.Parse(Done("history", id, "--json")).RootElement.GetProperty("jobs")[0].GetProperty("outcome").GetString()!;

    private string Done(params string[] arguments)
    {
        (int code, string output, string error) = HubProgram.Run([.. arguments, "--data", Data]);
        Assert.AreEqual(0, code, error);
        return output;
    }
}
