using System;
using System.IO;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual.Bambu;

[TestClass]
public sealed class BambuCommandTests : BambuTestBase
{
    private const int Cancelled = 50348044;

    private BambuPeer _peer = null!;

    [TestCleanup]
    public void Leave() => _peer?.Dispose();

    [TestMethod]
    public async Task ProjectFile_FromStartToFinish_ShowsEveryState()
    {
        await OpenAsync();
        PlaceArchive();
        JsonObject reply = await _peer.AskAsync("project_file", Project("file:///sdcard/part.gcode.3mf", "\"subtask_name\":\"part\",\"subtask_id\":\"77\",\"task_id\":\"78\",\"use_ams\":false"));
        Assert.AreEqual("success", (string?)reply["result"]);
        Assert.AreEqual("77", (string?)reply["subtask_id"], "the request's fields come back");

        JsonObject now = await AfterAsync(1);
        Assert.AreEqual("PREPARE", (string?)now["gcode_state"]);
        Assert.AreEqual("part", (string?)now["subtask_name"]);
        Assert.AreEqual("77", (string?)now["subtask_id"]);
        Assert.AreEqual("/data/Metadata/plate_1.gcode", (string?)now["gcode_file"]);
        Assert.AreEqual("local", (string?)now["print_type"]);
        Assert.AreEqual(220, (double)now["nozzle_target_temper"]!);
        Assert.AreNotEqual("100", (string?)(await AfterAsync(4))["gcode_file_prepare_percent"]);
        now = await AfterAsync(10);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"]);
        Assert.AreEqual(2, (int)now["stg_cur"]!, "the bed heats");
        Assert.AreEqual(7, (int)(await AfterAsync(12))["stg_cur"]!, "the hotend heats");
        now = await AfterAsync(14 + 50);
        Assert.AreEqual(0, (int)now["stg_cur"]!);
        Assert.IsInRange(49, 51, (int)now["mc_percent"]!);
        Assert.AreEqual(1, (int)now["mc_remaining_time"]!, "minutes");
        Assert.AreEqual(2, (int)now["total_layer_num"]!);
        now = await AfterAsync(60);
        Assert.AreEqual("FINISH", (string?)now["gcode_state"]);
        Assert.AreEqual(100, (int)now["mc_percent"]!);
        Assert.AreEqual("part", (string?)now["subtask_name"]);
        Assert.AreEqual("FINISH", (string?)(await AfterAsync(1000))["gcode_state"], "it stays");
        Assert.AreEqual(0, (int)now["print_error"]!);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task PauseResumeStop_WhilePrinting_EndsFailedWithTheCancelCode()
    {
        await OpenPrintingAsync();
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("pause", "\"param\":\"\""))["result"]);
        JsonObject now = await AfterAsync(2);
        Assert.AreEqual("PAUSE", (string?)now["gcode_state"]);
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("resume"))["result"]);
        Assert.AreEqual("RUNNING", (string?)(await AfterAsync(1))["gcode_state"]);
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("stop"))["result"]);
        now = await AfterAsync(2);
        Assert.AreEqual("FAILED", (string?)now["gcode_state"]);
        Assert.AreEqual(Cancelled, (int)now["print_error"]!);
        await _peer.AskAsync("clean_print_error");
        now = await AfterAsync(1);
        Assert.AreEqual(0, (int)now["print_error"]!);
        Assert.AreEqual("FAILED", (string?)now["gcode_state"]);
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("stop"))["result"]);
    }

    [TestMethod]
    public async Task ProjectFile_WhileBusy_IsRefusedWithItsCode()
    {
        await OpenPrintingAsync();
        JsonObject reply = await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf"));
        Assert.AreEqual("fail", (string?)reply["result"]);
        Assert.AreEqual(0x05004004, (int)reply["err_code"]!);
        JsonObject now = await AfterAsync(1);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"]);
        Assert.AreEqual(0x05004004, (int)now["print_error"]!);
        Assert.AreEqual(1, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    [DataRow("P1S", "file:///sdcard/part.gcode.3mf", true)]
    [DataRow("P1S", "file:///mnt/sdcard/part.gcode.3mf", true)]
    [DataRow("P1S", "ftp:///part.gcode.3mf", true)]
    [DataRow("P1S", "ftp://part.gcode.3mf", true)]
    [DataRow("P1S", "file:///part.gcode.3mf", false)]
    [DataRow("P1S", "ftp:///../part.gcode.3mf", false)]
    [DataRow("P1S", "ftp:///other.gcode.3mf", false)]
    [DataRow("H2D", "ftp:///part.gcode.3mf", true)]
    [DataRow("H2D", "file:///sdcard/part.gcode.3mf", false)]
    public async Task ProjectFile_UrlForms_AsTheModelTakesThem(string model, string url, bool isTaken)
    {
        await OpenAsync(model);
        PlaceArchive();
        JsonObject reply = await _peer.AskAsync("project_file", Project(url));
        Assert.AreEqual(isTaken ? "success" : "fail", ((string)reply["result"]!).ToLowerInvariant());
        Assert.AreEqual(isTaken, Printer.Machine.Read().IsActive);
    }

    [TestMethod]
    public async Task ProjectFile_PlateMissingOrNoArchiveOrWrongMd5_FailsAfterwards()
    {
        await OpenAsync();
        PlaceArchive();
        File.WriteAllText(Path.Combine(Printer.Storage.Root, "no.gcode.3mf"), "this is no zip");
        foreach (string more in new[]
        {
            "\"param\":\"Metadata/plate_2.gcode\",\"url\":\"ftp:///part.gcode.3mf\"",
            "\"param\":\"Metadata/plate_1.gcode\",\"url\":\"ftp:///no.gcode.3mf\"",
            "\"param\":\"Metadata/plate_1.gcode\",\"url\":\"ftp:///part.gcode.3mf\",\"md5\":\"00000000000000000000000000000000\"",
        })
        {
            Assert.AreEqual("success", (string?)(await _peer.AskAsync("project_file", more))["result"]);
            JsonObject now = await AfterAsync(1);
            Assert.AreEqual("FAILED", (string?)now["gcode_state"], more);
            Assert.AreEqual(0x05004003, (int)now["print_error"]!);
        }

        Assert.AreEqual(0, Printer.Machine.JobsStarted);
        const string Md5OfThePlate = "CD5A1F48C6802C2DEC503E00B3EE9D7A";
        await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf", $"\"md5\":\"{Md5OfThePlate}\""));
        Assert.AreEqual("PREPARE", (string?)(await AfterAsync(1))["gcode_state"]);
    }

    [TestMethod]
    public async Task ProjectFile_UseAmsAsText_IsRefused()
    {
        await OpenAsync();
        PlaceArchive();
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf", "\"use_ams\":\"false\"")))["result"]);
    }

    [TestMethod]
    [DataRow("P1S", "false", "[-1]", "[{\"ams_id\":255,\"slot_id\":0}]", 0)]
    [DataRow("P1S", "true", "[3]", "", 0)]
    [DataRow("P1S", "true", "[3]", "[{\"ams_id\":0,\"slot_id\":3}]", 0)]
    [DataRow("P1S", "true", "[0,-1]", "[{\"ams_id\":0,\"slot_id\":0},{\"ams_id\":255,\"slot_id\":0}]", 0)]
    [DataRow("P1S", "true", "[254]", "[{\"ams_id\":254,\"slot_id\":0}]", 0x07008012)]
    [DataRow("P1S", "true", "[-1]", "[{\"ams_id\":255,\"slot_id\":0}]", 0x07FF8012)]
    [DataRow("P1S", "false", "[-1]", "[{\"ams_id\":254,\"slot_id\":0}]", 0x07FF8012)]
    [DataRow("P1S", "true", "[7]", "[{\"ams_id\":1,\"slot_id\":3}]", 0x07008012)]
    [DataRow("P1S", "true", "[3]", "[{\"ams_id\":0,\"slot_id\":2}]", 0x07008012)]
    [DataRow("P1S", "true", "[0]", "[]", 0x07FF8012)]
    [DataRow("P1S", "true", "", "", 0x07FF8012)]
    [DataRow("X1C", "false", "", "", 0x07FF8012)]
    [DataRow("X1C", "false", "[-1]", "", 0x07FF8012)]
    [DataRow("X1C", "false", "\"\"", "", 0x07FF8012)]
    [DataRow("X1C", "false", "[0]", "", 0)]
    [DataRow("X1C", "true", "[13]", "[{\"ams_id\":3,\"slot_id\":1}]", 0)]
    [DataRow("H2D", "false", "[-1,-1]", "[{\"ams_id\":254,\"slot_id\":0},{\"ams_id\":255,\"slot_id\":0}]", 0)]
    [DataRow("H2D", "true", "[0,254]", "[{\"ams_id\":0,\"slot_id\":0},{\"ams_id\":254,\"slot_id\":0}]", 0x07008012)]
    [DataRow("H2D", "true", "[0]", "", 0x07FF8012)]
    public async Task ProjectFile_Filament_IsJudgedOnceItIsNeeded(string model, string usesAms, string mapping, string places, int error)
    {
        await OpenAsync(model);
        PlaceArchive();
        string more = $"\"use_ams\":{usesAms}{(mapping.Length == 0 ? "" : ",\"ams_mapping\":" + mapping)}{(places.Length == 0 ? "" : ",\"ams_mapping2\":" + places)}";
        JsonObject reply = await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf", more));
        Assert.AreEqual("success", ((string)reply["result"]!).ToLowerInvariant(), "the list is not looked at yet");
        Time.Pass(1);
        Assert.AreEqual("PREPARE", Printer.Print.Read().State);
        Time.Pass(50);
        BambuMoment now = Printer.Print.Read();
        Assert.AreEqual(error == 0 ? "RUNNING" : "PAUSE", now.State);
        Assert.AreEqual(error, now.PrintError);
    }

    [TestMethod]
    public async Task ProjectFile_FewerEntriesThanFilaments_IsNoMapping()
    {
        await OpenAsync();
        PlaceArchive();
        using (ZipArchive zip = ZipFile.Open(Path.Combine(Printer.Storage.Root, "part.gcode.3mf"), ZipArchiveMode.Update))
        using (StreamWriter info = new(zip.CreateEntry("Metadata/slice_info.config").Open()))
        {
            info.Write("<config><plate><metadata key=\"index\" value=\"1\"/><filament id=\"1\"/><filament id=\"3\"/></plate></config>");
        }

        const string Spool = "{\"ams_id\":255,\"slot_id\":0}";
        await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf", $"\"use_ams\":false,\"ams_mapping\":[-1,-1,-1],\"ams_mapping2\":[{Spool},{Spool},{Spool}]"));
        Assert.AreEqual("RUNNING", (string?)(await AfterAsync(50))["gcode_state"]);
        await _peer.AskAsync("stop");
        await AfterAsync(5);
        await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf", $"\"use_ams\":false,\"ams_mapping\":[-1],\"ams_mapping2\":[{Spool}]"));
        Assert.AreEqual(0x07FF8012, (int)(await AfterAsync(60))["print_error"]!);
    }

    [TestMethod]
    public async Task GcodeFile_PlainGcode_Prints()
    {
        await OpenAsync();
        File.WriteAllText(Path.Combine(Printer.Storage.Root, "plain.gcode"), ";TIME:60\nM104 S200\n");
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("gcode_file", "\"param\":\"/sdcard/none.gcode\""))["result"]);
        foreach (string elsewhere in new[] { "plain.gcode", "/plain.gcode", "/mnt/sdcard/plain.gcode" })
        {
            Assert.AreEqual("success", (string?)(await _peer.AskAsync("gcode_file", $"\"param\":\"{elsewhere}\""))["result"]);
            Assert.AreEqual("IDLE", (string?)(await AfterAsync(1))["gcode_state"], "said, not done: " + elsewhere);
        }

        Assert.AreEqual("success", (string?)(await _peer.AskAsync("gcode_file", "\"param\":\"/sdcard/plain.gcode\""))["result"]);
        JsonObject now = await AfterAsync(1);
        Assert.AreEqual("PREPARE", (string?)now["gcode_state"]);
        Assert.AreEqual("plain.gcode", (string?)now["subtask_name"]);
    }

    [TestMethod]
    public async Task GcodeLine_SeveralLines_ReachTheMachine()
    {
        await OpenAsync();
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("gcode_line", "\"param\":\"M104 S200\\nM140 S45\\n\""))["result"]);
        CollectionAssert.AreEqual(new[] { "M104 S200", "M140 S45" }, Printer.Machine.ReadGcodeLog());
        JsonObject now = await AfterAsync(1);
        Assert.AreEqual(45, (double)now["bed_target_temper"]!);
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("gcode_line", "\"param\":\"\""))["result"]);
    }

    [TestMethod]
    public async Task GcodeLine_EmergencyStop_FailsThePrint()
    {
        await OpenPrintingAsync();
        await _peer.AskAsync("gcode_line", "\"param\":\"M112\\n\"");
        JsonObject now = await AfterAsync(2);
        Assert.AreEqual("FAILED", (string?)now["gcode_state"]);
        Assert.AreNotEqual(0, (int)now["print_error"]!);
        Assert.AreNotEqual(Cancelled, (int)now["print_error"]!);
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf")))["result"], "it can print again");
    }

    [TestMethod]
    public async Task Ledctrl_AndSpeed_ShowInTheReport()
    {
        await OpenAsync();
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("ledctrl", "\"led_node\":\"chamber_light\",\"led_mode\":\"off\"", "system"))["result"]);
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("ledctrl", "\"led_node\":\"disco\",\"led_mode\":\"off\"", "system"))["result"]);
        Assert.AreEqual("success", (string?)(await _peer.AskAsync("print_speed", "\"param\":\"4\""))["result"]);
        Assert.AreEqual("fail", (string?)(await _peer.AskAsync("print_speed", "\"param\":\"5\""))["result"]);
        JsonObject now = await AfterAsync(1);
        Assert.AreEqual("off", (string?)now["lights_report"]![0]!["mode"]);
        Assert.AreEqual(4, (int)now["spd_lvl"]!);
        Assert.AreEqual(166, (int)now["spd_mag"]!);
    }

    [TestMethod]
    [DataRow("P1S", "C12")]
    [DataRow("X1C", "BL-P001")]
    public async Task GetVersion_Any_NamesModelAndFirmware(string model, string code)
    {
        await OpenAsync(model);
        JsonObject info = await _peer.AskAsync("get_version", group: "info");
        JsonNode ota = info["module"]![0]!;
        Assert.AreEqual("ota", (string?)ota["name"]);
        Assert.AreEqual(code, (string?)ota["project_name"]);
        Assert.AreEqual(Printer.Serial, (string?)ota["sn"]);
        StringAssert.Contains((string)ota["product_name"]!, model);
        Assert.AreEqual("success", ((string)info["result"]!).ToLowerInvariant());
    }

    [TestMethod]
    public async Task RejectCommands_AuthorizationControl_RefusesAndShowsIt()
    {
        await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { RejectCommands = true };
        PlaceArchive();
        foreach (string command in new[] { "pause", "gcode_line", "project_file" })
        {
            JsonObject reply = await _peer.AskAsync(command, Project("ftp:///part.gcode.3mf"));
            Assert.AreEqual("failed", (string?)reply["result"]);
            Assert.AreEqual("mqtt message verify failed", (string?)reply["reason"]);
            Assert.AreEqual(84033543, (int)reply["err_code"]!);
        }

        Assert.AreEqual("success", (string?)(await _peer.AskAsync("ledctrl", "\"led_node\":\"chamber_light\",\"led_mode\":\"off\"", "system"))["result"], "the light is free");
        JsonObject now = await AfterAsync(1);
        Assert.AreNotEqual(0, Convert.ToInt64((string)now["fun"]!, 16) & 0x20000000);
        Assert.AreEqual(0x05000500, (int)now["hms"]![0]!["attr"]!);
        Assert.AreEqual(0x00010007, (int)now["hms"]![0]!["code"]!);
        Assert.AreEqual(0, Printer.Machine.JobsStarted);
    }

    [TestMethod]
    public async Task PrintError_Fault_FailsThePrint()
    {
        await OpenPrintingAsync();
        Printer.Faults = new VirtualBambuFaults { PrintError = "03008004" };
        JsonObject now = await AfterAsync(2);
        Assert.AreEqual("FAILED", (string?)now["gcode_state"]);
        Assert.AreEqual(0x03008004, (int)now["print_error"]!);
    }

    [TestMethod]
    public async Task LoseReplies_Command_IsDoneAllTheSame()
    {
        await OpenAsync();
        Printer.Faults = new VirtualBambuFaults { LoseReplies = true };
        await _peer.PublishAsync("{\"print\":{\"sequence_id\":\"1\",\"command\":\"print_speed\",\"param\":\"3\"}}");
        Assert.IsTrue(await _peer.IsQuietAsync());
        Printer.Faults = VirtualBambuFaults.None;
        Assert.AreEqual(3, (int)(await _peer.PushAllAsync())["spd_lvl"]!);
    }

    [TestMethod]
    public async Task StartDemoJob_Idle_PrintsOnce()
    {
        await OpenAsync();
        Assert.IsTrue(Fleet.StartDemoJob(0));
        Assert.IsFalse(Fleet.StartDemoJob(0));
        JsonObject now = await AfterAsync(60);
        Assert.AreEqual("RUNNING", (string?)now["gcode_state"]);
        Assert.AreEqual("demo", (string?)now["subtask_name"]);
    }

    private static string Project(string url, string more = "") => $"\"param\":\"Metadata/plate_1.gcode\",\"url\":\"{url}\"{(more.Length == 0 ? "" : "," + more)}";

    private async Task OpenAsync(string model = "P1S")
    {
        await StartAsync(model);
        _peer = await ConnectAsync();
    }

    private async Task OpenPrintingAsync()
    {
        await OpenAsync();
        PlaceArchive();
        await _peer.AskAsync("project_file", Project("ftp:///part.gcode.3mf"));
        Time.Pass(50);
        Assert.AreEqual(MachineState.Printing, Printer.Machine.Read().State);
    }

    private async Task<JsonObject> AfterAsync(double seconds)
    {
        Time.Pass(seconds);
        return await _peer.PushAllAsync();
    }
}
