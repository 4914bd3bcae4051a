using Hub.Core.Errors;
using Hub.Core.Printers.PrusaLink;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public class PrusaLinkGcodeTests
{
    [TestMethod]
    [DataRow("M104 S215", "/api/printer/tool", """{"command":"target","targets":{"tool0":215}}""")]
    [DataRow("m104 t0 s0 ; off", "/api/printer/tool", """{"command":"target","targets":{"tool0":0}}""")]
    [DataRow("M140 S60.5", "/api/printer/bed", """{"command":"target","target":60.5}""")]
    [DataRow("G28", "/api/printer/printhead", """{"command":"home","axes":["x","y","z"]}""")]
    [DataRow(" G28  X Z", "/api/printer/printhead", """{"command":"home","axes":["x","z"]}""")]
    [DataRow("G1 X10 Y-2.5 F3000", "/api/printer/printhead", """{"command":"jog","absolute":true,"x":10,"y":-2.5,"feedrate":3000}""")]
    [DataRow("G0 Z0", "/api/printer/printhead", """{"command":"jog","absolute":true,"z":0}""")]
    public void Translate_KnownLine_IsItsRequest(string line, string target, string json)
    {
        PrusaLinkGcode gcode = new PrusaLinkGcode();
        gcode.Translate(line);
        Assert.AreEqual(target, gcode.Target);
        Assert.AreEqual(json, gcode.Json);
    }

    [TestMethod]
    [DataRow("M109 S215")]
    [DataRow("M112")]
    [DataRow("M104")]
    [DataRow("M104 S")]
    [DataRow("M104 S2e5")]
    [DataRow("M104 S1 S2")]
    [DataRow("M104 S007")]
    [DataRow("M104 S1.")]
    [DataRow("M104 S.5")]
    [DataRow("M104 S1.2.3")]
    [DataRow("M104 S--1")]
    [DataRow("M104 S1000000000")]
    [DataRow("M104 T1 S20")]
    [DataRow("M104 S20,\"x\":1")]
    [DataRow("M140 R60")]
    [DataRow("G28 W")]
    [DataRow("G1 X1 E5")]
    [DataRow("G1 F3000")]
    [DataRow("G1")]
    [DataRow("G10 X1")]
    [DataRow("G91 X1")]
    [DataRow("hello")]
    public void Translate_AnythingElse_IsRefused(string line)
    {
        PrusaLinkGcode gcode = new PrusaLinkGcode();
        HubException error = Assert.ThrowsExactly<HubException>(() => gcode.Translate(line));
        Assert.AreEqual(ErrorCode.NotSupported, error.Code);
        StringAssert.Contains(error.Message, line);
    }

    [TestMethod]
    public void Translate_RelativeMode_CountsForTheLinesBehindIt()
    {
        PrusaLinkGcode gcode = new PrusaLinkGcode();
        gcode.Translate("G91");
        Assert.IsNull(gcode.Target);
        gcode.Translate("G1 X1");
        StringAssert.Contains(gcode.Json, "\"absolute\":false");
        gcode.Translate("; a comment");
        Assert.IsNull(gcode.Target);
        gcode.Translate("G90");
        gcode.Translate("G1 X1");
        StringAssert.Contains(gcode.Json, "\"absolute\":true");
    }
}
