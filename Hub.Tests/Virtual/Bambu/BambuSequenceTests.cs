using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

/// <summary>The order in which real printers show a start and an end.</summary>
[TestClass]
public sealed class BambuSequenceTests : BambuTestBase
{
    private const int Cancelled = 50348044;

    private BambuPeer _peer = null!;

    [TestCleanup]
    public void Leave() => _peer?.Dispose();

    private static string Project(string id, string more = "\"use_ams\":false,\"ams_mapping\":[-1],\"ams_mapping2\":[{\"ams_id\":255,\"slot_id\":0}]") =>
        "\"param\":\"Metadata/plate_1.gcode\",\"url\":\"ftp:///part.gcode.3mf\",\"subtask_name\":\"job " + id + "\",\"subtask_id\":\"" + id + "\",\"task_id\":\"" + id + "\"," + more;

    private async Task OpenAsync(string model)
    {
        await StartAsync(model);
        _peer = await ConnectAsync();
        PlaceArchive();
    }

    /// <summary>The full report after so many seconds; not over the broker, where one of an earlier second may still be on its way.</summary>
    private JsonObject After(double seconds)
    {
        Time.Pass(seconds);
        return (JsonObject)JsonNode.Parse(Printer.Reporter.PushAll())!["print"]!;
    }

    [TestMethod]
    public async Task Cancel_P2S_ShowsFailedLongBeforeItsReason()
    {
        await OpenAsync("P2S");
        await _peer.AskAsync("project_file", Project("7"));
        After(60);
        await _peer.AskAsync("stop");
        JsonObject now = After(3);
        Assert.AreEqual("FAILED", (string?)now["gcode_state"]);
        Assert.AreEqual(0, (int)now["print_error"]!);
        Assert.AreEqual("0", (string?)now["fail_reason"]);
        now = After(5);
        Assert.AreEqual(Cancelled, (int)now["print_error"]!);
        Assert.AreEqual("50348044", (string?)now["fail_reason"]);
        await _peer.AskAsync("project_file", Project("8"));
        now = After(6);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"]);
        Assert.AreEqual("50348044", (string?)now["fail_reason"], "stale");
    }

    [TestMethod]
    public async Task Start_P2S_FinishUnderTheNewNameThenRunningWithTheOldLayer()
    {
        await OpenAsync("P2S");
        await _peer.AskAsync("project_file", Project("7"));
        JsonObject now = After(200);
        Assert.AreEqual("FINISH", (string?)now["gcode_state"]);
        int layers = (int)now["layer_num"]!;
        Assert.IsGreaterThan(0, layers);

        await _peer.AskAsync("project_file", Project("8"));
        now = After(1);
        Assert.AreEqual("FINISH", (string?)now["gcode_state"]);
        Assert.AreEqual("job 8", (string?)now["subtask_name"]);
        Assert.AreEqual("8", (string?)now["subtask_id"]);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
        now = After(2);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"], "never PREPARE");
        Assert.AreEqual(layers, (int)now["layer_num"]!);
        Assert.AreEqual(0, (int)now["mc_percent"]!);
        now = After(2);
        Assert.AreEqual(0, (int)now["layer_num"]!);
        Assert.AreEqual(2, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task StartDelay_OldStateUnderTheNewNameAndASecondStartTakesItsPlace()
    {
        await OpenAsync("P1S");
        Printer.Faults = new VirtualBambuFaults { StartDelaySeconds = 30 };
        await _peer.AskAsync("project_file", Project("7"));
        JsonObject now = After(25);
        Assert.AreEqual("IDLE", (string?)now["gcode_state"]);
        Assert.AreEqual("job 7", (string?)now["subtask_name"]);
        await _peer.AskAsync("project_file", Project("8"));
        now = After(25);
        Assert.AreEqual("IDLE", (string?)now["gcode_state"], "the first one is lost");
        now = After(6);
        Assert.AreEqual("PREPARE", (string?)now["gcode_state"]);
        Assert.AreEqual("8", (string?)now["subtask_id"]);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task StartError_AcceptedAndShownBesideTheOldState()
    {
        await OpenAsync("P1S");
        Printer.Faults = new VirtualBambuFaults { StartError = "0500C010" };
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("project_file", Project("7")))["result"]);
        JsonObject now = After(2);
        Assert.AreEqual("IDLE", (string?)now["gcode_state"]);
        Assert.AreEqual(0x0500C010, (int)now["print_error"]!);
        Assert.AreEqual(0, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task PrintError_OfTheFormerJob_StandsUntilTheNextOneRuns()
    {
        await OpenAsync("P1S");
        await _peer.AskAsync("project_file", Project("7"));
        After(60);
        Printer.Faults = new VirtualBambuFaults { PrintError = "03004006" };
        Printer.Faults = VirtualBambuFaults.None;
        After(2);
        await _peer.AskAsync("project_file", Project("8"));
        JsonObject now = After(2);
        Assert.AreEqual("PREPARE", (string?)now["gcode_state"]);
        Assert.AreEqual(0x03004006, (int)now["print_error"]!);
        now = After(20);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"]);
        Assert.AreEqual(0, (int)now["print_error"]!);
    }

    [TestMethod]
    public async Task Print_OfSeveralFilaments_ChangesThemInMidPrint()
    {
        await OpenAsync("P1S");
        await _peer.AskAsync("project_file", Project("7", "\"use_ams\":true,\"ams_mapping\":[0]"));
        Time.Pass(40);
        string stages = "";
        for (int i = 0; i < 110; i++)
        {
            JsonObject now = After(1);
            if ((string?)now["gcode_state"] == "RUNNING")
            {
                stages += "," + now["stg_cur"];
            }
        }

        StringAssert.Contains(stages, ",0,22,4,24,0");
    }

    [TestMethod]
    public async Task Answer_OfAnA1_NamesNoCommand()
    {
        await OpenAsync("A1");
        JsonObject reply = await _peer.AskAsync("gcode_line", "\"param\":\"G28\\n\"");
        Assert.IsFalse(reply.ContainsKey("command"));
        Assert.AreEqual("success", (string?)reply["result"]);
        Printer.Faults = new VirtualBambuFaults { BareEcho = true };
        Assert.IsFalse((await _peer.AskAsync("gcode_line", "\"param\":\"G28\\n\"")).ContainsKey("result"));
    }

    [TestMethod]
    public async Task Hms_Fault_IsListed()
    {
        await OpenAsync("X1C");
        Printer.Faults = new VirtualBambuFaults { Hms = "0300960000030001" };
        JsonObject now = After(1);
        Assert.AreEqual(0x03009600, (int)now["hms"]![0]!["attr"]!);
        Assert.AreEqual(0x00030001, (int)now["hms"]![0]!["code"]!);
        Assert.ThrowsExactly<System.Text.Json.JsonException>(() => Printer.WriteFaults("{\"hms\":\"12\"}"u8.ToArray()));
        Assert.ThrowsExactly<System.Text.Json.JsonException>(() => Printer.WriteFaults("{\"startError\":\"nonsense\"}"u8.ToArray()));
    }
}
