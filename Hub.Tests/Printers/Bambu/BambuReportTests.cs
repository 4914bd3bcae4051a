using System;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Tests.Json;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Bambu;

/// <summary>The codec of reports: our own full reports of each family, partial ones, and what printers should not send.</summary>
[TestClass]
public sealed class BambuReportTests
{
    private readonly BambuReport _report = new();

    private BambuValues Values => _report.Values;

    private BambuMessageKind Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private BambuMessageKind Read(byte[] json) => _report.Read(json, 0, json.Length);

    private PrinterStatus Status(string model)
    {
        PrinterStatus status = new();
        new BambuStatus(status).Fill(_report, BambuModel.OfName(model), 0);
        return status;
    }

    private void ReadFull(string name) => Assert.AreEqual(BambuMessageKind.Status, Read(JsonSamples.Report(name)));

    [TestMethod]
    public void Read_FullP1_MapsEveryField()
    {
        ReadFull("bambu-p1");

        PrinterStatus status = Status("P1S");
        Assert.AreEqual(PrinterState.Printing, status.State);
        Assert.AreEqual("Kabelhalter über Tisch 6x \"grau\"", status.Job);
        Assert.AreEqual(42, status.ProgressPercentage);
        Assert.AreEqual(73 * 60, status.RemainingTimeSeconds);
        Assert.AreEqual(87, status.CurrentLayer);
        Assert.AreEqual(210, status.TotalLayers);
        Assert.AreEqual(219.90625, status.Nozzle);
        Assert.AreEqual(220, status.NozzleTarget);
        Assert.AreEqual(54.9375, status.Bed);
        Assert.AreEqual(55, status.BedTarget);
        Assert.IsTrue(double.IsNaN(status.Chamber), "P1 measures no chamber: 5 is a dummy");
        Assert.AreEqual(BambuTexts.HmsCode(50335744, 131077), status.ErrorCode);
        Assert.AreEqual(30003, Values.TaskId);
        Assert.AreEqual(30004, Values.SubtaskId);
        Assert.AreEqual(1, Values.PrintType);
        Assert.IsFalse(Values.NeedsSigning);
    }

    [TestMethod]
    public void Read_FullX1_MapsEveryField()
    {
        ReadFull("bambu-x1");

        PrinterStatus status = Status("X1C");
        Assert.AreEqual(PrinterState.Printing, status.State);
        Assert.AreEqual("Getriebegehäuse links, 2 Farben", status.Job);
        Assert.AreEqual(57, status.ProgressPercentage);
        Assert.AreEqual(214 * 60, status.RemainingTimeSeconds);
        Assert.AreEqual(118, status.CurrentLayer);
        Assert.AreEqual(305, status.TotalLayers);
        Assert.AreEqual(249.71875, status.Nozzle);
        Assert.AreEqual(250, status.NozzleTarget);
        Assert.AreEqual(69.84375, status.Bed);
        Assert.AreEqual(70, status.BedTarget);
        Assert.AreEqual(38, status.Chamber);
        Assert.AreEqual(2, Values.PrintType);
    }

    [TestMethod]
    public void Read_FullH2_TakesThePackedTemperaturesOfTheDevice()
    {
        ReadFull("bambu-h2");

        PrinterStatus status = Status("H2D");
        Assert.AreEqual(PrinterState.Printing, status.State);
        Assert.AreEqual(16384250 & 0xFFFF, status.Nozzle);
        Assert.AreEqual(16384250 >> 16, status.NozzleTarget);
        Assert.AreEqual(4587590 & 0xFFFF, status.Bed);
        Assert.AreEqual(4587590 >> 16, status.BedTarget);
        Assert.AreEqual(38, status.Chamber);
        Assert.AreEqual(118, status.CurrentLayer);
        Assert.IsTrue(Values.NeedsSigning, "bit 29 of fun");
    }

    [TestMethod]
    [DataRow(0x02, 250.0)]
    [DataRow(0x12, 41.0)]
    public void Read_TwoExtruders_TheActiveOneIsTheNozzle(int state, double nozzle)
    {
        JsonNode report = JsonNode.Parse(JsonSamples.Report("bambu-h2"))!;
        report["print"]!["device"]!["extruder"]!["state"] = state;

        Read(report.ToJsonString());

        Assert.AreEqual(nozzle, Values.Nozzle);
    }

    [TestMethod]
    public void Read_OnlyTheSelectedNozzleChanges_TheOtherOnesValuesAreThere()
    {
        Read("""{"print":{"msg":0,"command":"push_status","gcode_state":"RUNNING","stg_cur":0,"mc_percent":4,"bed_temper":60,"print_error":0,"nozzle_temper":38,"nozzle_target_temper":0,"device":{"extruder":{"info":[{"id":0,"temp":38},{"id":1,"temp":14418140}],"state":33042}}}}""");
        Assert.AreEqual(220, Status("H2D").Nozzle);
        Read("""{"print":{"msg":1,"command":"push_status","nozzle_temper":39}}""");
        Assert.AreEqual(220, Status("H2D").Nozzle, "the plain value is that of the right one");

        Read("""{"print":{"msg":1,"command":"push_status","device":{"extruder":{"state":2}}}}""");
        PrinterStatus right = Status("H2D");
        Assert.AreEqual(38, right.Nozzle);
        Assert.AreEqual(0, right.NozzleTarget);

        Read("""{"print":{"msg":1,"command":"push_status","device":{"extruder":{"info":[{"id":0,"temp":14745640}]}}}}""");
        right = Status("H2D");
        Assert.AreEqual(40, right.Nozzle);
        Assert.AreEqual(225, right.NozzleTarget);
        Assert.AreEqual(2, right.Tools.Count);
        Assert.AreEqual("right", right.Tools.Name(0));
        Assert.AreEqual("left", right.Tools.Name(1));
        Assert.AreEqual(220, right.Tools.Temperature(1));
        Assert.AreEqual(0, right.Tools.Active);
    }

    [TestMethod]
    public void Read_TwoNozzlesAndNoneSelected_TheHeatedOneCounts()
    {
        Read("""{"print":{"msg":0,"command":"push_status","gcode_state":"RUNNING","mc_percent":4,"bed_temper":60,"print_error":0,"device":{"extruder":{"info":[{"id":0,"temp":38},{"id":1,"temp":14418140}]}}}}""");
        Assert.AreEqual(220, Status("X2D").Nozzle);
        Assert.AreEqual(1, Status("X2D").Tools.Active);
    }

    [TestMethod]
    public void Read_OneExtruder_HasNoTools()
    {
        Read("""{"print":{"msg":0,"command":"push_status","gcode_state":"IDLE","mc_percent":4,"bed_temper":60,"print_error":0,"nozzle_temper":25,"device":{"extruder":{"info":[{"id":0,"temp":26}],"state":1}}}}""");
        Assert.AreEqual(0, Status("P2S").Tools.Count);
        Assert.AreEqual(26, Status("P2S").Nozzle);
        Read("""{"print":{"msg":1,"command":"push_status","nozzle_temper":27.5}}""");
        Assert.AreEqual(27.5, Status("P2S").Nozzle);
    }

    [TestMethod]
    [DataRow("""{"print":{"sequence_id":"123","param":"G28","result":"success","reason":"success"}}""", true)]
    [DataRow("""{"print":{"sequence_id":123,"result":"SUCCESS"}}""", true)]
    [DataRow("""{"print":{"result":"Success","sequence_id":"123"}}""", true)]
    [DataRow("""{"print":{"sequence_id":"123","command":"","result":"fail","reason":"no"}}""", false)]
    [DataRow("""{"print":{"sequence_id":"123","command":"gcode_line","result":"sUcCeSs"}}""", true)]
    public void Read_AnswerAsFirmwareWritesIt_IsAnAnswer(string json, bool isSuccess)
    {
        ReadFull("bambu-p1");
        string before = Dump();
        Assert.AreEqual(BambuMessageKind.Reply, Read(json));
        Assert.AreEqual(123, _report.Reply.SequenceId);
        Assert.IsTrue(_report.Reply.HasResult);
        Assert.AreEqual(isSuccess, _report.Reply.IsSuccess);
        Assert.AreEqual(before, Dump());
    }

    [TestMethod]
    public void Read_PackedTemperatureOfNoSensor_IsUnknown()
    {
        JsonNode report = JsonNode.Parse(JsonSamples.Report("bambu-h2"))!;
        report["print"]!["device"]!["bed"]!["info"]!["temp"] = 0xFFFFFFFFL;

        Read(report.ToJsonString());

        Assert.IsTrue(double.IsNaN(Values.Bed));
        Assert.IsTrue(double.IsNaN(Values.BedTarget));
    }

    [TestMethod]
    public void Read_A1Shape_DummyChamberAndStageZero()
    {
        // A1: idle stage 0, numbers as on P1, no device.
        Read("""{"print":{"msg":0,"command":"push_status","gcode_state":"IDLE","stg_cur":0,"mc_percent":0,"bed_temper":21.5,"nozzle_temper":22,"chamber_temper":5,"print_error":0,"hms":[],"fun":"0"}}""");

        PrinterStatus status = Status("A1 mini");
        Assert.AreEqual(PrinterState.Idle, status.State);
        Assert.IsTrue(double.IsNaN(status.Chamber));
        Assert.AreEqual(21.5, status.Bed);
        Assert.IsNull(status.Job);
        Assert.IsNull(status.ErrorCode);
    }

    [TestMethod]
    public void Read_X1WithDevice_ChamberOfTheDeviceAndOfInfo()
    {
        ReadFull("bambu-x1");
        Read("""{"print":{"info":{"temp":29},"command":"push_status","msg":1}}""");
        Assert.AreEqual(29, Status("X1C").Chamber);

        Read("""{"print":{"device":{"ctc":{"info":{"temp":"31"}}},"command":"push_status","msg":1}}""");
        Assert.AreEqual(31, Status("X1C").Chamber);
    }

    [TestMethod]
    public void Read_DeltaBeforeFull_ShowsNothing()
    {
        Read("""{"print":{"gcode_state":"IDLE","command":"push_status","msg":1}}""");
        Assert.AreEqual(PrinterState.Unknown, BambuStateRules.Of(Values, _report.Job, 0));

        Read("""{"print":{"gcode_state":"IDLE","command":"push_status"}}""");
        Assert.AreEqual(PrinterState.Unknown, BambuStateRules.Of(Values, _report.Job, 0), "one field alone is no full report");
        Assert.IsNull(Status("P1S").Job);
    }

    [TestMethod]
    public void Read_Deltas_ChangeOnlyWhatTheyHold()
    {
        ReadFull("bambu-p1");
        Read("""{"print":{"mc_percent":43,"command":"push_status","msg":1,"sequence_id":"4712"}}""");
        Assert.AreEqual(43, Values.Percent);
        Assert.AreEqual(87, Values.Layer);
        Assert.AreEqual("Kabelhalter über Tisch 6x \"grau\"", Values.JobName);

        Read("""{"print":{"gcode_state":"PAUSE","command":"push_status","msg":1}}""");
        Assert.AreEqual(PrinterState.Paused, BambuStateRules.Of(Values, _report.Job, 0));
        Assert.AreEqual(43, Values.Percent);

        Read("""{"print":{"hms":[],"command":"push_status","msg":1}}""");
        Assert.AreEqual(0, Values.Hms.Count, "lists are replaced");
    }

    [TestMethod]
    [DataRow("\"\"")]
    [DataRow("\"UNKNOWN\"")]
    [DataRow("\"OFFLINE\"")]
    [DataRow("17")]
    [DataRow("null")]
    [DataRow("{\"a\":[1]}")]
    public void Read_StateWordThatSaysNothing_KeepsTheFormer(string word)
    {
        ReadFull("bambu-p1");
        Read("{\"print\":{\"gcode_state\":" + word + ",\"command\":\"push_status\",\"msg\":1}}");
        Assert.AreEqual(BambuPhase.Running, Values.Phase);
    }

    [TestMethod]
    public void Read_NumbersAsTextAndTextAsNumbers_Understood()
    {
        ReadFull("bambu-p1");
        Read("""{"print":{"mc_percent":"44","mc_remaining_time":"12","layer_num":"90","nozzle_temper":"201.5","bed_target_temper":"60","print_error":"50348044","task_id":77,"subtask_id":"","stg_cur":"255","hms":[{"attr":"50335744","code":"131077"}],"msg":"1","command":"push_status"}}""");

        Assert.AreEqual(44, Values.Percent);
        Assert.AreEqual(12, Values.RemainingMinutes);
        Assert.AreEqual(90, Values.Layer);
        Assert.AreEqual(201.5, Values.Nozzle);
        Assert.AreEqual(60, Values.BedTarget);
        Assert.AreEqual(0x0300400Cu, Values.PrintError);
        Assert.AreEqual(77, Values.TaskId);
        Assert.AreEqual(0, Values.SubtaskId);
        Assert.AreEqual(255, Values.Stage);
        Assert.AreEqual(50335744u, Values.Hms.Attribute(0));
    }

    [TestMethod]
    [DataRow("true")]
    [DataRow("null")]
    [DataRow("[1,2]")]
    [DataRow("{\"x\":1}")]
    [DataRow("\"words\"")]
    [DataRow("1e300")]
    [DataRow("-1e300")]
    public void Read_WrongTypeInAnyField_KeepsTheFormerValue(string wrong)
    {
        ReadFull("bambu-h2");
        string before = Dump();
        JsonObject print = JsonNode.Parse(JsonSamples.Report("bambu-h2"))!["print"]!.AsObject();
        foreach (string key in new[]
        {
            "gcode_state", "stg_cur", "mc_percent", "mc_remaining_time", "layer_num", "total_layer_num", "task_id", "subtask_id",
            "print_error", "hms", "fun", "device", "3D", "info",
        })
        {
            Assert.AreEqual(BambuMessageKind.Status, Read("{\"print\":{\"" + key + "\":" + (key == "hms" && wrong == "[1,2]" ? "7" : wrong) + ",\"command\":\"push_status\",\"msg\":1}}"), key);
            Assert.AreEqual(before, Dump(), key);
        }

        foreach (string device in new[] { "bed", "ctc", "extruder" })
        {
            Read("{\"print\":{\"device\":{\"" + device + "\":" + wrong + "},\"command\":\"push_status\",\"msg\":1}}");
            Read("{\"print\":{\"device\":{\"" + device + "\":{\"info\":" + wrong + ",\"state\":" + (wrong == "true" ? "null" : "true") + "}},\"command\":\"push_status\",\"msg\":1}}");
            Read("{\"print\":{\"device\":{\"" + device + "\":{\"info\":[{\"id\":" + wrong + ",\"temp\":50},5]}},\"command\":\"push_status\",\"msg\":1}}");
            Assert.AreEqual(before, Dump(), device);
        }

        Assert.IsGreaterThan(50, print.Count, "the sample is a real-size report");
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("\"\"")]
    [DataRow("-9999")]
    [DataRow("\"abc\"")]
    [DataRow("[1]")]
    [DataRow("true")]
    [DataRow("1e300")]
    public void Read_TemperatureThatIsNone_IsUnknownAndNothingElse(string wrong)
    {
        ReadFull("bambu-p1");
        Read("{\"print\":{\"nozzle_temper\":" + wrong + ",\"bed_target_temper\":" + wrong + ",\"command\":\"push_status\",\"msg\":1}}");
        PrinterStatus status = Status("P1S");
        Assert.IsTrue(double.IsNaN(status.Nozzle), "a lost sensor must not look alive");
        Assert.IsTrue(double.IsNaN(status.BedTarget));
        Assert.AreEqual(220, status.NozzleTarget);
        Assert.AreEqual(54.9375, status.Bed);
        Assert.AreEqual(42, status.ProgressPercentage);
        Read("""{"print":{"mc_percent":43,"command":"push_status","msg":1}}""");
        Assert.IsTrue(double.IsNaN(Status("P1S").Nozzle), "until the sensor is back");
        Read("""{"print":{"nozzle_temper":219,"command":"push_status","msg":1}}""");
        Assert.AreEqual(219, Status("P1S").Nozzle);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("\"\"")]
    [DataRow("-1")]
    [DataRow("{}")]
    public void Read_PackedTemperatureThatIsNone_IsUnknownAndNothingElse(string wrong)
    {
        ReadFull("bambu-h2");
        Read("{\"print\":{\"device\":{\"bed\":{\"info\":{\"temp\":" + wrong + "}}},\"command\":\"push_status\",\"msg\":1}}");
        Assert.IsTrue(double.IsNaN(Values.Bed) && double.IsNaN(Values.BedTarget));
        Assert.AreEqual(250, Values.Nozzle);
        Read("{\"print\":{\"device\":{\"extruder\":{\"info\":[{\"id\":0,\"temp\":" + wrong + "}]}},\"command\":\"push_status\",\"msg\":1}}");
        PrinterStatus status = Status("H2D");
        Assert.IsTrue(double.IsNaN(status.Nozzle) && double.IsNaN(status.NozzleTarget));
        Assert.AreEqual(2, status.Tools.Count);
        Assert.AreEqual(41, status.Tools.Temperature(1));
        Assert.AreEqual(38, status.Chamber);
    }

    [TestMethod]
    [DataRow("\"0x03000100\"", "\"0x00010003\"")]
    [DataRow("\"0X3000100\"", "\"0x10003\"")]
    [DataRow("50331904", "\"65539\"")]
    public void Read_HealthMessageAsText_IsRead(string attribute, string code)
    {
        Read("{\"print\":{\"msg\":0,\"gcode_state\":\"IDLE\",\"mc_percent\":0,\"bed_temper\":20,\"print_error\":0,\"hms\":[{\"attr\":" + attribute + ",\"code\":" + code + "}]}}");
        Assert.AreEqual("HMS_0300_0100_0001_0003", Status("P1S").ErrorCode);
    }

    [TestMethod]
    [DataRow("\"0x03008004\"", 0x03008004u)]
    [DataRow("\"0xFFFFFFFF\"", 0xFFFFFFFFu)]
    [DataRow("\"0x\"", 0u)]
    [DataRow("\"0x0300800G\"", 0u)]
    [DataRow("\"0x103008004\"", 0u)]
    [DataRow("\"03008004x\"", 0u)]
    public void Read_PrintErrorAsHexadecimalText_IsReadWhenItIsOne(string text, uint expected)
    {
        ReadFull("bambu-p1");
        Read("{\"print\":{\"print_error\":" + text + ",\"fail_reason\":" + text + ",\"command\":\"push_status\",\"msg\":1}}");
        Assert.AreEqual(expected, Values.PrintError);
        Assert.AreEqual(expected, Values.FailReason);
    }

    [TestMethod]
    [DataRow("\"msg\":0,\"gcode_state\":\"IDLE\",\"stg_cur\":255,\"bed_temper\":20,\"nozzle_temper\":20,\"subtask_name\":\"\",\"gcode_file\":\"\"", true)]
    [DataRow("\"gcode_state\":\"IDLE\",\"stg_cur\":255,\"bed_temper\":20,\"bed_target_temper\":0,\"nozzle_temper\":20,\"nozzle_target_temper\":0,\"subtask_name\":\"\",\"gcode_file\":\"\",\"task_id\":\"0\",\"print_type\":\"idle\"", true)]
    [DataRow("\"msg\":0,\"gcode_state\":\"IDLE\",\"bed_temper\":20", false)]
    [DataRow("\"gcode_state\":\"IDLE\",\"stg_cur\":255,\"bed_temper\":20,\"nozzle_temper\":20,\"subtask_name\":\"\",\"gcode_file\":\"\"", false)]
    [DataRow("\"msg\":1,\"gcode_state\":\"IDLE\",\"mc_percent\":1,\"bed_temper\":20,\"print_error\":0,\"nozzle_temper\":20,\"subtask_name\":\"\",\"gcode_file\":\"\"", false)]
    public void Read_ReportThatLeavesOutWhatIsEmpty_IsFullByItsMarkOrItsFields(string fields, bool isFull)
    {
        Read("{\"print\":{\"command\":\"push_status\"," + fields + "}}");
        Assert.AreEqual(isFull, Values.IsFull);
        Assert.AreEqual(isFull ? PrinterState.Idle : PrinterState.Unknown, Status("X1C").State);
    }

    [TestMethod]
    public void Read_NumbersThatAreNone_KeepTheFormerAndTheRestIsRead()
    {
        ReadFull("bambu-p1");
        Assert.AreEqual(BambuMessageKind.Status, Read("""{"print":{"command":"push_status","msg":1,"nozzle_temper":NaN,"bed_temper":Infinity,"layer_num":-Infinity,"mc_percent":41}}"""));
        Assert.IsTrue(double.IsNaN(Values.Nozzle) && double.IsNaN(Values.Bed));
        Assert.AreEqual(87, Values.Layer);
        Assert.AreEqual(41, Values.Percent);
    }

    [TestMethod]
    public void Read_OtherRoots_AreIgnored()
    {
        ReadFull("bambu-p1");
        string before = Dump();
        Assert.AreEqual(BambuMessageKind.Other, Read("""{"mc_print":{"param":"x","gcode_state":"FAILED"},"liveview":[1,{"a":2}],"xcam":7,"event":null,"upgrade":"y"}"""));
        Assert.AreEqual(BambuMessageKind.Other, Read("{}"));
        Assert.AreEqual(BambuMessageKind.Other, Read("""{"print":null}"""));
        Assert.AreEqual(before, Dump());
    }

    [TestMethod]
    public void Read_AnswerToACommand_IsNoStatus()
    {
        ReadFull("bambu-p1");
        string before = Dump();
        BambuMessageKind kind = Read("""{"print":{"subtask_name":"another","task_id":"9","gcode_state":"IDLE","sequence_id":"123","result":"FAILED","reason":"mqtt message verify failed","err_code":84033543,"command":"project_file"}}""");

        Assert.AreEqual(BambuMessageKind.Reply, kind);
        Assert.AreEqual(before, Dump());
        Assert.AreEqual(123, _report.Reply.SequenceId);
        Assert.IsTrue(_report.Reply.HasResult);
        Assert.IsFalse(_report.Reply.IsSuccess);
        Assert.AreEqual(84033543, _report.Reply.ErrorCode);
        Assert.AreEqual("mqtt message verify failed", _report.Reply.Reason);

        Read("""{"system":{"sequence_id":"124","command":"ledctrl","result":"SUCCESS","reason":""}}""");
        Assert.IsTrue(_report.Reply.IsSuccess);
        Assert.IsNull(_report.Reply.Reason);
    }

    [TestMethod]
    [DataRow("""{"name":"ota","sw_ver":"01.08.02.00","product_name":"Bambu Lab P1S"},{"name":"esp32","project_name":"","sw_ver":"9"}""", "P1S")]
    [DataRow("""{"name":"ota","sw_ver":"01.08.02.00"},{"name":"esp32","project_name":"C11","hw_ver":"AP04"}""", "P1P")]
    [DataRow("""{"name":"rv1126","hw_ver":"AP05","sw_ver":"1"},{"name":"ota","sw_ver":"01.08.02.00"}""", "X1C")]
    [DataRow("""{"name":"ap","hw_ver":"AP02"},{"name":"ota","sw_ver":"01.08.02.00"}""", "X1E")]
    [DataRow("""{"name":"ota","sw_ver":"01.08.02.00","product_name":"Bambu Lab A1 mini"}""", "A1MINI")]
    [DataRow("""{"name":"ota","sw_ver":"01.08.02.00","product_name":"Bambu Lab H2D Pro"},7,null""", "H2DPRO")]
    public void Read_Version_TellsModelAndFirmware(string modules, string model)
    {
        Assert.AreEqual(BambuMessageKind.Version, Read("{\"info\":{\"command\":\"get_version\",\"module\":[" + modules + "],\"sequence_id\":\"0\"}}"));
        Assert.AreEqual(model, BambuModel.OfName(_report.ModelName).Name);
        Assert.AreEqual("01.08.02.00", _report.Firmware);
    }

    [TestMethod]
    public void Read_NotUtf8_KeepsTheReport()
    {
        byte[] json = JsonSamples.Report("bambu-p1");
        json[Encoding.UTF8.GetString(json).IndexOf("Kabelhalter", StringComparison.Ordinal)] = 0xFF;
        Assert.AreEqual(BambuMessageKind.Status, Read(json));
        Assert.AreEqual(42, Values.Percent);
        Assert.IsTrue(Values.JobName!.Contains('\uFFFD') && Values.JobName.EndsWith("\"grau\"", StringComparison.Ordinal), Values.JobName);
    }

    [TestMethod]
    [DataRow("bambu-p1")]
    [DataRow("bambu-x1")]
    [DataRow("bambu-h2")]
    public void Read_CutAtAnyByte_ChangesNothing(string name)
    {
        ReadFull("bambu-p1");
        string before = Dump();
        byte[] json = JsonSamples.Report(name);
        int end = Encoding.UTF8.GetString(json).TrimEnd().Length;
        int last = Array.LastIndexOf(json, (byte)'}');
        for (int length = 0; length < last; length++)
        {
            HubException error = Assert.ThrowsExactly<HubException>(() => _report.Read(json, 0, length), name + " cut at " + length);
            Assert.AreEqual(ErrorCode.BadJson, error.Code);
            Assert.AreEqual(before, Dump(), name + " cut at " + length);
        }

        Assert.IsGreaterThan(2000, end);
        Read(json);
        Assert.AreEqual(57.0, name == "bambu-p1" ? 57.0 : Values.Percent);
    }

    [TestMethod]
    public void Read_HundredKilobytes_TakesTheWholeReport()
    {
        JsonNode report = JsonNode.Parse(JsonSamples.Report("bambu-x1"))!;
        JsonArray filler = [];
        for (int i = 0; i < 4000; i++)
        {
            filler.Add(JsonNode.Parse("{\"id\":" + i + ",\"v\":\"0123456789\"}"));
        }

        report["print"]!["zzz"] = filler;
        report["print"]!["mc_percent"] = 58;
        string json = report.ToJsonString();
        Assert.IsGreaterThan(100 * 1024, json.Length);

        Assert.AreEqual(BambuMessageKind.Status, Read(json));
        Assert.AreEqual(58, Values.Percent);
    }

    [TestMethod]
    public void Read_RandomDamage_NeverBreaksTheReader()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        int taken = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] json = JsonMutation.Apply(JsonSamples.Report(JsonSamples.ReportNames[round % 3]), random, random.Next(256));
            try
            {
                Read(json);
                taken++;
                CheckSane("seed " + seed + ", round " + round);
            }
            catch (HubException e)
            {
                Assert.AreEqual(ErrorCode.BadJson, e.Code, "seed " + seed + ", round " + round);
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail("seed " + seed + ", round " + round + ": " + e);
            }
        }

        Assert.IsGreaterThan(300, taken, "seed " + seed + ": most damages leave the document readable");
    }

    [TestMethod]
    public void Read_SameReportAgain_AllocatesNothing()
    {
        byte[][] reports = [JsonSamples.Report("bambu-p1"), JsonSamples.Report("bambu-x1"), JsonSamples.Report("bambu-h2")];
        PrinterStatus status = new();
        BambuStatus filler = new(status);
        BambuModel model = BambuModel.OfName("X1C");
        foreach (byte[] report in reports)
        {
            Read(report);
            filler.Fill(_report, model, 0);
            Read(report);
            long allocated = Allocated.By(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    Read(report);
                    filler.Fill(_report, model, 0);
                }
            });
            Assert.AreEqual(0, allocated);
        }
    }

    [TestMethod]
    public void Read_SpoolsThatChange_AllocateNothingAfterTheFirstOfEach()
    {
        byte[][] changes =
        [
            Encoding.UTF8.GetBytes("""{"print":{"ams":{"ams":[{"id":"0","tray":[{"id":"0","tray_type":"PLA","tray_color":"FF0000FF","remain":9},{"id":"1","state":9}]}],"tray_now":"0","tray_exist_bits":"3"},"command":"push_status","msg":1}}"""),
            Encoding.UTF8.GetBytes("""{"print":{"ams":{"ams":[{"id":"0","tray":[{"id":"0","tray_type":"ABS","cols":["00FF00FF","0000FFFF"]},{"id":"1","tray_type":"PETG"}]}],"tray_now":"1","tray_exist_bits":"3"},"vt_tray":{"id":"254","tray_type":"TPU"},"command":"push_status","msg":1}}"""),
        ];
        PrinterStatus status = new();
        BambuStatus filler = new(status);
        BambuModel model = BambuModel.OfName("X1C");
        Read(JsonSamples.Report("bambu-x1"));
        // The least: Support/Allocated.cs says why.
        long allocated = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Read(changes[0]);
            filler.Fill(_report, model, 0);
            Read(changes[1]);
            filler.Fill(_report, model, 0);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual("ABS", status.Filaments[0].Type);
        Assert.AreEqual(0L, allocated);
    }

    private void CheckSane(string where)
    {
        PrinterStatus status = Status("X1C");
        Assert.IsFalse(status.ProgressPercentage < 0 || status.ProgressPercentage > 100, where);
        Assert.IsTrue(status.RemainingTimeSeconds >= -1 && status.CurrentLayer >= -1 && status.TotalLayers >= -1, where);
        Assert.IsFalse(status.Nozzle > 70000 || status.Bed > 70000, where);
        Assert.IsTrue(status.Job == null || status.Job.Length <= 403, where);
    }

    private string Dump() => string.Join('|', new object?[]
    {
        Values.IsFull, Values.Phase, Values.Stage, Values.PrintType, Values.Percent, Values.RemainingMinutes, Values.Layer, Values.TotalLayers,
        Values.Nozzle, Values.NozzleTarget, Values.Bed, Values.BedTarget, Values.PlainChamber, Values.DeviceChamber, Values.JobName,
        Values.GcodeFile, Values.TaskId, Values.SubtaskId, Values.PrintError, Values.FailReason, Values.Selected, Values.Extruder(0), Values.Extruder(1), Values.NeedsSigning,
        Values.Hms.Count, Values.Hms.Count > 0 ? Values.Hms.Attribute(0) : 0,
    });
}
