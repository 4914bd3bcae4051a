using System.Text;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Loaded filament in Bambu reports, on both CLRs: what each field means, and how partial reports merge.</summary>
[TestClass]
public class BambuFilamentTrayTests
{
    private const string Fields = "\"gcode_state\":\"IDLE\",\"mc_percent\":0,\"bed_temper\":20,\"print_error\":0,\"home_flag\":384,";
    private const string Pla = "{\"id\":\"0\",\"remain\":80,\"tag_uid\":\"7B45A8FF00000100\",\"tray_type\":\"PLA\",\"tray_color\":\"DE4343FF\",\"cols\":[\"DE4343FF\"],\"state\":11}";
    private const string Petg = "{\"id\":\"1\",\"remain\":-1,\"tag_uid\":\"0000000000000000\",\"tray_type\":\"PETG-CF\",\"tray_color\":\"00000000\",\"state\":11}";
    private const string Rest = "{\"id\":\"2\",\"state\":10},{\"id\":\"3\",\"state\":9}";

    private readonly BambuReport _report = new BambuReport();
    private readonly PrinterStatus _status = new PrinterStatus();
    private readonly BambuStatus _filler;

    public BambuFilamentTrayTests()
    {
        _filler = new BambuStatus(_status);
    }

    [TestMethod]
    public void Read_FullReport_ShowsEachSlotAsItIs()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));

        Assert.AreEqual(
            "[{\"slot\":0,\"empty\":false,\"type\":\"PLA\",\"color\":\"#DE4343\",\"remaining\":80,\"active\":false},"
            + "{\"slot\":1,\"empty\":false,\"type\":\"PETG-CF\",\"color\":\"#00000000\",\"active\":true},"
            + "{\"slot\":2,\"empty\":true,\"active\":false},{\"slot\":3,\"empty\":false,\"active\":false}]",
            Written("P1S"));
    }

    [TestMethod]
    public void Read_PartialReport_ChangesOnlyWhatItHolds()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[{\"id\":\"0\",\"remain\":79}]}],\"tray_now\":\"0\"}");
        Assert.AreEqual(79, At(0).RemainingPercent);
        Assert.AreEqual("PLA", At(0).Type);
        Assert.AreEqual("#DE4343", At(0).Colors![0]);
        Assert.AreEqual((int)TriState.Yes, (int)At(0).IsActive);
        Assert.AreEqual("PETG-CF", At(1).Type);

        Partial("\"mc_percent\":1");
        Assert.AreEqual(4, Fill("P1S").Count);
    }

    [TestMethod]
    public void Read_NextFullReport_KeepsNothingThatItLacks()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1") + ",\"vt_tray\":{\"id\":\"254\",\"tray_type\":\"TPU\"}");
        Assert.AreEqual(5, Fill("P1S").Count);
        Full(Units("{\"id\":\"0\",\"tray_type\":\"PLA\",\"state\":11},{\"id\":\"1\",\"remain\":5,\"state\":11}", "b", "1"));
        Assert.AreEqual(3, Fill("P1S").Count);
        Assert.AreEqual("PLA", At(0).Type);
        Assert.IsNull(At(0).Colors);
        Assert.AreEqual(-1, At(0).RemainingPercent);
        Assert.IsNull(At(1).Type);
        Assert.AreEqual("TPU", At(2).Type, "a report without any external spool says nothing about it");
    }

    [TestMethod]
    public void Read_BrokenReport_ChangesNothing()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        string json = "{\"print\":{\"ams\":{\"tray_exist_bits\":\"0\",\"tray_now\":\"0\",\"ams\":[{\"id\":\"0\",\"tray\":[{\"id\":\"0\",\"tray_type\":\"ABS\"}]}";
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        try
        {
            _report.Read(bytes, 0, bytes.Length);
            Assert.Fail("it is cut");
        }
        catch (HubException e)
        {
            Assert.AreEqual((int)ErrorCode.BadJson, (int)e.Code);
        }

        Assert.AreEqual("PLA", At(0).Type);
        Partial("\"ams\":{\"tray_now\":\"0\"}");
        Assert.AreEqual("PLA", At(0).Type);
        Assert.AreEqual((int)TriState.No, (int)At(0).IsEmpty);
    }

    [TestMethod]
    public void Read_SpoolTakenOut_IsEmptyAndForgotten()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"ams\":{\"tray_exist_bits\":\"a\"}");
        Assert.AreEqual((int)TriState.Yes, (int)At(0).IsEmpty);
        Assert.IsNull(At(0).Type);

        Partial("\"ams\":{\"tray_exist_bits\":\"b\"}");
        Assert.AreEqual((int)TriState.No, (int)At(0).IsEmpty, "a spool is there again");
        Assert.IsNull(At(0).Type, "and it need not be the former one");
    }

    [TestMethod]
    public void Read_SlotWithItsStateAlone_HasAnUnknownSpool()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[{\"id\":\"0\",\"state\":9}]}]}");
        Assert.AreEqual((int)TriState.No, (int)At(0).IsEmpty);
        Assert.IsNull(At(0).Type);
        Assert.IsNull(At(0).Colors);
        Assert.AreEqual(-1, At(0).RemainingPercent);
    }

    [TestMethod]
    public void Read_AnotherMaterial_TakesNothingOverFromTheFormerSpool()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[{\"id\":\"0\",\"tray_type\":\"ABS\"}]}]}");
        Assert.AreEqual("ABS", At(0).Type);
        Assert.IsNull(At(0).Colors);
        Assert.AreEqual(-1, At(0).RemainingPercent);
    }

    [TestMethod]
    public void Read_EmptyTagInAPartialReport_KeepsTheTag()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[{\"id\":\"0\",\"tag_uid\":\"0000000000000000\",\"remain\":78}]}]}");
        Assert.AreEqual(78, At(0).RemainingPercent);
    }

    [TestMethod]
    public void Read_PrinterDoesNotMeasure_RemainingIsUnknown()
    {
        Full(Units(Pla + "," + Petg + "," + Rest, "b", "1"));
        Partial("\"home_flag\":256");
        Assert.AreEqual(-1, At(0).RemainingPercent);
    }

    [TestMethod]
    public void Read_UnitUnplugged_ItsSlotsAreGone()
    {
        string two = "{\"id\":\"0\",\"tray\":[" + Pla + "]},{\"id\":\"1\",\"tray\":[" + Petg + "]}";
        Full("\"ams\":{\"ams\":[" + two + "],\"ams_exist_bits\":\"3\",\"tray_exist_bits\":\"21\",\"tray_now\":\"255\"}");
        Assert.AreEqual(2, Fill("P1S").Count);
        Assert.AreEqual(5, At(1).Slot);

        Partial("\"ams\":{\"ams_exist_bits\":\"1\",\"tray_exist_bits\":\"1\"}");
        Assert.AreEqual(1, Fill("P1S").Count);

        Full("\"ams\":{\"ams\":[],\"ams_exist_bits\":\"0\",\"tray_exist_bits\":\"0\",\"tray_now\":\"255\"}");
        Assert.AreEqual(0, Fill("P1S").Count);
    }

    [TestMethod]
    public void Read_UnitSwitchedOff_IsNotTakenForEmpty()
    {
        Full("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[" + Pla + ",{\"id\":\"1\"}]}],\"ams_exist_bits\":\"1\",\"tray_exist_bits\":\"0\",\"power_on_flag\":false}");
        Assert.AreEqual((int)TriState.Unknown, (int)At(0).IsEmpty);
        Assert.AreEqual("PLA", At(0).Type);
        Assert.AreEqual((int)TriState.Yes, (int)At(1).IsEmpty);
    }

    [TestMethod]
    public void Read_AmsHtThatIsBitZero_IsNotTakenForEmpty()
    {
        // ha-bambulab pybambu/tests MOCK-MISC.json
        Full("\"ams\":{\"ams\":[{\"id\":\"128\",\"tray\":[" + Pla + "]}],\"ams_exist_bits\":\"1\",\"tray_exist_bits\":\"f\",\"tray_now\":\"128\"}");
        Assert.AreEqual(128, At(0).Slot);
        Assert.AreEqual((int)TriState.Unknown, (int)At(0).IsEmpty);
        Assert.AreEqual("PLA", At(0).Type);
        Assert.AreEqual((int)TriState.Yes, (int)At(0).IsActive);
    }

    [TestMethod]
    public void Read_AmsLiteOfAnA2L_HasTheNumbersOfAStart()
    {
        // ha-bambulab pybambu/tests MOCK-A2L.json
        Full("\"ams\":{\"ams\":[{\"tray\":[{\"id\":\"0\"}," + Petg + "],\"id\":\"16\"}],\"ams_exist_bits\":\"1000\",\"tray_exist_bits\":\"2000000\",\"tray_now\":\"1\"}");
        Assert.AreEqual(24, At(0).Slot);
        Assert.AreEqual((int)TriState.Yes, (int)At(0).IsEmpty);
        Assert.AreEqual(25, At(1).Slot);
        Assert.AreEqual("PETG-CF", At(1).Type);
        Assert.AreEqual((int)TriState.Yes, (int)At(1).IsActive);
    }

    [TestMethod]
    public void Read_TwoNozzles_EachSlotHasItsNozzleAndEachNozzleItsFilament()
    {
        Full(
            "\"ams\":{\"ams\":[{\"id\":\"0\",\"info\":\"2103\",\"tray\":[" + Pla + "]},{\"id\":\"128\",\"info\":\"2004\",\"tray\":[" + Pla + "]},{\"id\":\"1\",\"info\":\"2e03\",\"tray\":[" + Pla
            + "]}],\"ams_exist_bits\":\"13\",\"tray_exist_bits\":\"10011\",\"tray_now\":\"0\"},"
            + "\"device\":{\"extruder\":{\"info\":[{\"id\":0,\"snow\":32768,\"temp\":20},{\"id\":1,\"snow\":65024,\"temp\":20}],\"state\":2}},"
            + "\"vt_tray\":{\"id\":\"255\",\"tray_type\":\"TPU\"},\"vir_slot\":[{\"id\":\"254\",\"tray_type\":\"PLA\",\"tray_color\":\"76D9F4FF\",\"remain\":0},{\"id\":\"255\",\"tray_type\":\"\",\"tray_color\":\"00000000\"}]");

        Assert.AreEqual(
            "[{\"slot\":0,\"empty\":false,\"type\":\"PLA\",\"color\":\"#DE4343\",\"remaining\":80,\"nozzle\":\"left\",\"active\":false},"
            + "{\"slot\":4,\"empty\":false,\"type\":\"PLA\",\"color\":\"#DE4343\",\"remaining\":80,\"active\":false},"
            + "{\"slot\":128,\"empty\":false,\"type\":\"PLA\",\"color\":\"#DE4343\",\"remaining\":80,\"nozzle\":\"right\",\"active\":true},"
            + "{\"slot\":254,\"empty\":false,\"type\":\"PLA\",\"color\":\"#76D9F4\",\"nozzle\":\"left\",\"active\":true},"
            + "{\"slot\":255,\"nozzle\":\"right\",\"active\":false}]",
            Written("H2D"));
    }

    [TestMethod]
    public void Read_OneNozzle_ItsSpoolIs255()
    {
        Full("\"ams\":{\"ams\":[],\"ams_exist_bits\":\"0\",\"tray_exist_bits\":\"0\",\"tray_now\":\"254\"},\"vt_tray\":{\"id\":\"254\",\"tray_type\":\"PETG\",\"tray_color\":\"BCBCBCFF\",\"remain\":0}");
        Assert.AreEqual("[{\"slot\":255,\"empty\":false,\"type\":\"PETG\",\"color\":\"#BCBCBC\",\"active\":true}]", Written("P1P"));

        Partial("\"ams\":{\"tray_now\":\"255\"}");
        Assert.AreEqual("[{\"slot\":255,\"type\":\"PETG\",\"color\":\"#BCBCBC\",\"active\":false}]", Written("P1P"));
    }

    [TestMethod]
    public void Read_SeveralColors_ShowsAllOfThem()
    {
        string silk = "{\"id\":\"0\",\"tray_type\":\"PLA\",\"tray_color\":\"F4E2A1FF\",\"cols\":[\"F4E2A1FF\",\"00C8FF80\"],\"ctype\":1}";
        Full(Units(silk, "1", "255"));
        Assert.AreEqual("[{\"slot\":0,\"empty\":false,\"type\":\"PLA\",\"color\":\"#F4E2A1\",\"colors\":[\"#F4E2A1\",\"#00C8FF80\"],\"active\":false}]", Written("P1S"));
    }

    [TestMethod]
    public void Read_WhatNoPrinterShouldSend_IsUnknown()
    {
        string odd = "{\"id\":\"0\",\"tray_type\":7,\"tray_color\":\"red\",\"remain\":\"?\"},{\"id\":\"1\",\"tray_type\":\"PLA\",\"tray_color\":\"12345\",\"cols\":[\"1\",null],\"remain\":-3},"
            + "{\"id\":\"9\",\"tray_type\":\"PLA\"},{\"tray_type\":\"PLA\"},null,[]";
        Full("\"ams\":{\"ams\":[{\"id\":\"0\",\"info\":\"x\",\"tray\":[" + odd + "]},{\"id\":\"7\",\"tray\":[" + Pla + "]},{\"tray\":{}},5],\"ams_exist_bits\":7,\"tray_exist_bits\":\"zz\",\"tray_now\":null}");
        Assert.AreEqual("[{\"slot\":0},{\"slot\":1,\"type\":\"PLA\"}]", Written("P1S"));
    }

    [TestMethod]
    public void Read_BeforeTheFirstFullReport_ShowsNothing()
    {
        Partial("\"ams\":{\"ams\":[{\"id\":\"0\",\"tray\":[" + Pla + "]}],\"ams_exist_bits\":\"1\",\"tray_exist_bits\":\"1\",\"tray_now\":\"0\"}");
        Assert.AreEqual(0, Fill("P1S").Count);

        Full(Units(Pla, "1", "0"));
        Assert.AreEqual(1, Fill("P1S").Count);
        _report.Clear();
        Assert.AreEqual(0, Fill("P1S").Count);
    }

    private static string Units(string trays, string bits, string now) =>
        "\"ams\":{\"ams\":[{\"id\":\"0\",\"info\":\"1003\",\"tray\":[" + trays + "]}],\"ams_exist_bits\":\"1\",\"tray_exist_bits\":\"" + bits + "\",\"tray_now\":\"" + now + "\",\"power_on_flag\":false}";

    private void Full(string members) => Read("{\"print\":{" + Fields + members + ",\"command\":\"push_status\",\"msg\":0}}");

    private void Partial(string members) => Read("{\"print\":{" + members + ",\"command\":\"push_status\",\"msg\":1}}");

    private void Read(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.AreEqual((int)BambuMessageKind.Status, (int)_report.Read(bytes, 0, bytes.Length));
    }

    private FilamentReadings Fill(string model)
    {
        _filler.Fill(_report, BambuModel.OfName(model), 0);
        return _status.Filaments;
    }

    private Filament At(int index) => Fill("P1S")[index];

    /// <summary>The member "filaments" of the status.</summary>
    private string Written(string model)
    {
        Fill(model);
        JsonWriter writer = new JsonWriter(64, 8192);
        PrinterStatusJson.Write(writer, "p", "bambu", _status);
        string json = writer.ToString();
        int start = json.IndexOf("\"filaments\":");
        Assert.IsTrue(start > 0, json);
        int end = json.IndexOf(",\"tls_verified\"");
        return json.Substring(start + "\"filaments\":".Length, end - start - "\"filaments\":".Length);
    }
}
