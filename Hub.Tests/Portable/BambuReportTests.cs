using System.Text;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The codec of Bambu reports on both CLRs: full reports of each family, partial ones in sequence, and answers.</summary>
[TestClass]
public class BambuReportTests
{
    private readonly BambuReport _report = new BambuReport();

    private BambuValues Values => _report.Values;

    [TestMethod]
    public void Read_FullP1_MapsEveryField()
    {
        ReadStatus(SampleReports.BambuP1);

        PrinterStatus status = Status("P1S");
        AssertState(PrinterState.Printing);
        Assert.AreEqual("Kabelhalter über Tisch 6x \"grau\"", status.Job);
        Assert.AreEqual(42.0, status.ProgressPercentage);
        Assert.AreEqual(73 * 60, status.RemainingTimeSeconds);
        Assert.AreEqual(87, status.CurrentLayer);
        Assert.AreEqual(210, status.TotalLayers);
        Assert.AreEqual(219.90625, status.Nozzle);
        Assert.AreEqual(220.0, status.NozzleTarget);
        Assert.AreEqual(54.9375, status.Bed);
        Assert.AreEqual(55.0, status.BedTarget);
        Assert.IsTrue(double.IsNaN(status.Chamber), "P1 measures no chamber: 5 is a dummy");
        Assert.AreEqual(BambuTexts.HmsCode(50335744, 131077), status.ErrorCode);
        Assert.AreEqual(30003L, Values.TaskId);
        Assert.AreEqual(30004L, Values.SubtaskId);
        Assert.AreEqual(1, Values.PrintType);
        Assert.IsFalse(Values.NeedsSigning);
    }

    [TestMethod]
    public void Read_FullX1_MapsEveryField()
    {
        ReadStatus(SampleReports.BambuX1);

        PrinterStatus status = Status("X1C");
        AssertState(PrinterState.Printing);
        Assert.AreEqual("Getriebegehäuse links, 2 Farben", status.Job);
        Assert.AreEqual(57.0, status.ProgressPercentage);
        Assert.AreEqual(214 * 60, status.RemainingTimeSeconds);
        Assert.AreEqual(118, status.CurrentLayer);
        Assert.AreEqual(305, status.TotalLayers);
        Assert.AreEqual(249.71875, status.Nozzle);
        Assert.AreEqual(250.0, status.NozzleTarget);
        Assert.AreEqual(69.84375, status.Bed);
        Assert.AreEqual(70.0, status.BedTarget);
        Assert.AreEqual(38.0, status.Chamber);
        Assert.AreEqual(2, Values.PrintType);
    }

    [TestMethod]
    public void Read_FullH2_TakesThePackedTemperaturesOfTheDevice()
    {
        ReadStatus(SampleReports.BambuH2);

        PrinterStatus status = Status("H2D");
        AssertState(PrinterState.Printing);
        Assert.AreEqual((double)(16384250 & 0xFFFF), status.Nozzle);
        Assert.AreEqual((double)(16384250 >> 16), status.NozzleTarget);
        Assert.AreEqual((double)(4587590 & 0xFFFF), status.Bed);
        Assert.AreEqual((double)(4587590 >> 16), status.BedTarget);
        Assert.AreEqual(38.0, status.Chamber);
        Assert.AreEqual(118, status.CurrentLayer);
        Assert.IsTrue(Values.NeedsSigning, "bit 29 of fun");
    }

    [TestMethod]
    public void Read_DeltaBeforeFull_ShowsNothing()
    {
        ReadStatus("""{"print":{"gcode_state":"IDLE","command":"push_status","msg":1}}""");
        AssertState(PrinterState.Unknown);

        ReadStatus("""{"print":{"gcode_state":"IDLE","command":"push_status"}}""");
        AssertState(PrinterState.Unknown);
        Assert.IsNull(Status("P1S").Job);
    }

    [TestMethod]
    public void Read_Deltas_ChangeOnlyWhatTheyHold()
    {
        ReadStatus(SampleReports.BambuP1);
        ReadStatus("""{"print":{"mc_percent":43,"command":"push_status","msg":1,"sequence_id":"4712"}}""");
        Assert.AreEqual(43.0, Values.Percent);
        Assert.AreEqual(87, Values.Layer);
        Assert.AreEqual("Kabelhalter über Tisch 6x \"grau\"", Values.JobName);

        ReadStatus("""{"print":{"gcode_state":"PAUSE","command":"push_status","msg":1}}""");
        AssertState(PrinterState.Paused);
        Assert.AreEqual(43.0, Values.Percent);

        ReadStatus("""{"print":{"hms":[],"nozzle_temper":"201.5","layer_num":"90","command":"push_status","msg":"1"}}""");
        Assert.AreEqual(0, Values.Hms.Count, "lists are replaced");
        Assert.AreEqual(201.5, Values.Nozzle);
        Assert.AreEqual(90, Values.Layer);

        ReadStatus("""{"print":{"gcode_state":"FINISH","mc_percent":100,"command":"push_status","msg":1}}""");
        Assert.AreEqual(100.0, Values.Percent);
        Assert.AreEqual((int)BambuPhase.Finish, (int)Values.Phase);
        Assert.AreEqual(219.90625, ReadAgain(SampleReports.BambuP1).Nozzle);
    }

    [TestMethod]
    public void Read_LargestCodes_AreTakenWhole()
    {
        ReadStatus(SampleReports.BambuP1);
        ReadStatus("""{"print":{"print_error":4294967295,"hms":[{"attr":4294967295,"code":"2147483648"}],"fun":"FFFFFFFF20000000","command":"push_status","msg":1}}""");
        Assert.AreEqual(4294967295L, (long)Values.PrintError);
        Assert.AreEqual(4294967295L, (long)Values.Hms.Attribute(0));
        Assert.AreEqual(2147483648L, (long)Values.Hms.Code(0));
        Assert.IsTrue(Values.NeedsSigning);
    }

    [TestMethod]
    public void Read_NumberThatNoFieldHolds_KeepsTheFormerValue()
    {
        ReadStatus(SampleReports.BambuP1);
        ReadStatus("""{"print":{"layer_num":1e10,"mc_percent":1e300,"nozzle_temper":-1e300,"print_error":99999999999999999999,"task_id":null,"command":"push_status","msg":1}}""");
        Assert.AreEqual(87, Values.Layer);
        Assert.AreEqual(42.0, Values.Percent);
        Assert.IsTrue(double.IsNaN(Values.Nozzle), "a lost sensor must not look alive");
        Assert.AreEqual(30003L, Values.TaskId);
    }

    [TestMethod]
    public void Read_AnswerToACommand_IsNoStatus()
    {
        ReadStatus(SampleReports.BambuP1);
        int kind = Read("""{"print":{"subtask_name":"another","gcode_state":"IDLE","sequence_id":"123","result":"FAILED","reason":"mqtt message verify failed","err_code":84033543,"command":"project_file"}}""");

        Assert.AreEqual((int)BambuMessageKind.Reply, kind);
        AssertState(PrinterState.Printing);
        Assert.AreEqual(123L, _report.Reply.SequenceId);
        Assert.IsTrue(_report.Reply.HasResult);
        Assert.IsFalse(_report.Reply.IsSuccess);
        Assert.AreEqual(84033543L, _report.Reply.ErrorCode);
        Assert.AreEqual("mqtt message verify failed", _report.Reply.Reason);
    }

    [TestMethod]
    public void Read_Version_TellsModelAndFirmware()
    {
        int kind = Read("""{"info":{"command":"get_version","module":[{"name":"rv1126","hw_ver":"AP05","sw_ver":"1"},{"name":"ota","sw_ver":"01.08.02.00"}],"sequence_id":"0"}}""");
        Assert.AreEqual((int)BambuMessageKind.Version, kind);
        Assert.AreEqual("X1C", BambuModel.OfName(_report.ModelName).Name);
        Assert.AreEqual("01.08.02.00", _report.Firmware);
    }

    [TestMethod]
    public void Read_CutReport_ChangesNothing()
    {
        ReadStatus(SampleReports.BambuP1);
        byte[] json = Encoding.UTF8.GetBytes(SampleReports.BambuX1);
        for (int length = 0; length < json.Length - 10; length += 97)
        {
            try
            {
                _report.Read(json, 0, length);
                Assert.Fail("cut at " + length.ToString());
            }
            catch (HubException e)
            {
                Assert.AreEqual((int)ErrorCode.BadJson, (int)e.Code);
            }

            Assert.AreEqual(42.0, Values.Percent, "cut at " + length.ToString());
            Assert.AreEqual(87, Values.Layer);
        }
    }

    private int Read(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        return (int)_report.Read(bytes, 0, bytes.Length);
    }

    private void ReadStatus(string json) => Assert.AreEqual((int)BambuMessageKind.Status, Read(json));

    private BambuValues ReadAgain(string json)
    {
        ReadStatus(json);
        return Values;
    }

    private void AssertState(PrinterState expected) => Assert.AreEqual((int)expected, (int)BambuStateRules.Of(Values, _report.Job, 0));

    private PrinterStatus Status(string model)
    {
        PrinterStatus status = new PrinterStatus();
        new BambuStatus(status).Fill(_report, BambuModel.OfName(model), 0);
        return status;
    }
}
