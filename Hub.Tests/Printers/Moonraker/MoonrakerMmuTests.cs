using System.Text;
using Hub.Core.Printers;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.Moonraker;

/// <summary>The gates of a multi-material unit with Happy Hare.</summary>
[TestClass]
public sealed class MoonrakerMmuTests
{
    private readonly MoonrakerReport _report = new();
    private readonly MoonrakerSpool _spool = new();
    private readonly FilamentReadings _readings = new();

    [TestMethod]
    public void Read_Gates_ShowsEachAsItIs()
    {
        Result("""{"mmu":{"gate":1,"filament":"Loaded","gate_status":[0,1,2,-1],"gate_material":["ABS","PLA","",7],"gate_color":["ff0000","00ff0080","red",null],"gate_spool_id":[3,2,-1,4]}}""");
        Assert.AreEqual("0 Yes   No -1, 1 No PLA #00FF0080 Yes -1, 2 No   No -1, 3 Unknown   No -1", Shown());

        Update("""{"mmu":{"filament":"Unloaded","gate_status":[1,1,0,-1]}}""");
        Assert.AreEqual("0 No ABS #FF0000 No -1, 1 No PLA #00FF0080 No -1, 2 Yes   No -1, 3 Unknown   No -1", Shown());

        Update("""{"mmu":{"filament":"Unknown","gate":-1}}""");
        Assert.AreEqual("0 No ABS #FF0000 Unknown -1, 1 No PLA #00FF0080 Unknown -1, 2 Yes   Unknown -1, 3 Unknown   Unknown -1", Shown());
    }

    [TestMethod]
    public void Read_SpoolOfAGate_SaysWhatIsLeft()
    {
        _spool.Connected(true);
        _spool.Next(1000, false);
        Feed("""{"spool_id":2}""");
        _spool.Next(1000, false);
        Feed("""{"response":{"id":2,"filament":{"material":"PLA","weight":1000},"remaining_weight":420},"error":null}""");
        Result("""{"mmu":{"gate":0,"filament":"Loaded","gate_status":[0,1],"gate_material":["ABS","PLA"],"gate_color":["",""],"gate_spool_id":[1,2]}}""");
        Assert.AreEqual("0 No ABS  Yes -1, 1 No PLA  No 42", Shown(), "the end of a spool is in the nozzle still");
    }

    [TestMethod]
    public void Query_OnlyWhereKlipperListsAnMmu_AsksForIt()
    {
        Assert.DoesNotContain("mmu", MoonrakerQuery.Target(Objects("""{"objects":["webhooks"]}""")));
        StringAssert.EndsWith(MoonrakerQuery.Target(Objects("""{"objects":["mmu","mmu_machine"]}""")).Split("&extruder")[0], "&mmu=gate,filament,gate_status,gate_material,gate_color,gate_spool_id");
        Assert.DoesNotContain("mmu", MoonrakerQuery.Target(MoonrakerObjectList.Unknown));
    }

    private static MoonrakerObjectList Objects(string json) => MoonrakerObjectList.Read(Encoding.UTF8.GetBytes(json), 0, json.Length);

    private void Result(string status)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"status\":" + status + "}");
        _report.MergeResult(bytes, 0, bytes.Length);
    }

    private void Update(string status)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("[" + status + ",1.5]");
        _report.MergeUpdate(bytes, 0, bytes.Length);
    }

    private void Feed(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _spool.Read(bytes, 0, bytes.Length);
    }

    private string Shown()
    {
        _readings.Clear();
        _report.Mmu.Fill(_readings, _spool);
        string[] gates = new string[_readings.Count];
        for (int i = 0; i < gates.Length; i++)
        {
            Filament gate = _readings[i];
            gates[i] = $"{gate.Slot} {gate.IsEmpty} {gate.Type} {gate.Colors?[0]} {gate.IsActive} {gate.RemainingPercent}";
        }

        return string.Join(", ", gates);
    }
}
