using System.Text;
using Hub.Core.Printers.PrusaLink;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers.PrusaLink;

[TestClass]
public sealed class PrusaLinkMaterialTests
{
    private readonly PrusaLinkMaterial _material = new();

    [TestMethod]
    [DataRow("""{"telemetry":{"temp-bed":20.1,"material":"PETG"},"temperature":{}}""", "PETG")]
    [DataRow("""{"temperature":{"material":"ABS"},"telemetry":{"material":"PLA"}}""", "PLA")]
    [DataRow("""{"telemetry":{"material":"---"}}""", null, DisplayName = "nothing loaded")]
    [DataRow("""{"telemetry":{"material":" - "}}""", null, DisplayName = "Prusa-Link 0.8.1")]
    [DataRow("""{"telemetry":{"material":""}}""", null)]
    [DataRow("""{"telemetry":{"material":null}}""", null)]
    [DataRow("""{"telemetry":[]}""", null)]
    [DataRow("""{}""", null)]
    public void Read_TelemetryOfPrinter_IsTheMaterial(string json, string? expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.AreEqual(expected, _material.Read(bytes, 0, bytes.Length));
    }
}
