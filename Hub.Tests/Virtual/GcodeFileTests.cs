using System.IO;
using Hub.Simulator.Virtual;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Virtual;

[TestClass]
public sealed class GcodeFileTests
{
    [TestMethod]
    [DataRow("; estimated printing time (normal mode) = 1h 2m 3s\n", 3723)]
    [DataRow("; estimated printing time (normal mode) = 1d 0h 0m 1s\n", 86401)]
    [DataRow("G1\n;TIME:123\n", 123)]
    [DataRow(";TIME:6666.5\n", 6666)]
    [DataRow("; model printing time: 5m 3s; total estimated time: 6m 20s\n", 380)]
    public void ReadEstimate_SlicerComment_GivesSeconds(string gcode, double seconds) => Assert.AreEqual(seconds, GcodeFile.ReadEstimate(gcode));

    [TestMethod]
    [DataRow("G28\n")]
    [DataRow("M117 ;TIME:12\n")]
    [DataRow(";TIME:0\n")]
    [DataRow("; estimated printing time (normal mode) = soon\n")]
    [DataRow("")]
    public void ReadEstimate_NoUsableComment_GivesNull(string gcode) => Assert.IsNull(GcodeFile.ReadEstimate(gcode));

    [TestMethod]
    public void ReadJob_EstimateAtTheEndOfALargeFile_IsFound()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "M104 S0\nM104 S230\nM190 S85\n" + new string('G', 300_000) + "\n; estimated printing time (normal mode) = 2m 5s\n");
            MachineJob job = GcodeFile.ReadJob(path, "x/y.gcode");
            Assert.AreEqual(125.0, job.EstimateSeconds);
            Assert.AreEqual(230.0, job.NozzleTarget);
            Assert.AreEqual(85.0, job.BedTarget);
            Assert.AreEqual("y.gcode", job.Name);
            Assert.AreEqual(new FileInfo(path).Length, job.SizeBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
