using Hub.Core.Json;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

[TestClass]
public class PlausibleTests
{
    [TestMethod]
    [DataRow(-100, true)]
    [DataRow(1000, true)]
    [DataRow(-100.1, false)]
    [DataRow(1000.1, false)]
    [DataRow(double.NaN, false)]
    [DataRow(double.PositiveInfinity, false)]
    public void Temperature_OutsideWhatPrintersMean_IsUnknown(double celsius, bool isKnown) =>
        Assert.AreEqual(isKnown, !double.IsNaN(Plausible.Temperature(celsius)));

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(86400.9, 86400)]
    [DataRow(-1, -1)]
    [DataRow(2147483646, -1)]
    [DataRow(1e300, -1)]
    [DataRow(double.NaN, -1)]
    public void Seconds_NegativeOrOverAYear_IsUnknown(double seconds, int expected) =>
        Assert.AreEqual(expected, Plausible.Seconds(seconds));

    [TestMethod]
    [DataRow(9, 3, -1, -1)]
    [DataRow(750, 94, -1, -1)]
    [DataRow(94, 94, 94, 94)]
    [DataRow(5, 0, 5, -1)]
    [DataRow(5, -1, 5, -1)]
    public void Clean_LayersThatContradict_AreUnknown(int layer, int total, int expectedLayer, int expectedTotal)
    {
        PrinterStatus status = new() { CurrentLayer = layer, TotalLayers = total };
        Plausible.Clean(status);
        Assert.AreEqual(expectedLayer, status.CurrentLayer);
        Assert.AreEqual(expectedTotal, status.TotalLayers);
    }

    [TestMethod]
    public void Tools_MoreThanOne_StandInTheJson()
    {
        PrinterStatus status = new() { Nozzle = 220, NozzleTarget = 220 };
        status.Tools.Add("tool0", 24, 0);
        status.Tools.Add("tool1", 220, 220);
        status.Tools.Add("tool2", 99999, double.NaN);
        status.Tools.Active = 1;
        Plausible.Clean(status);
        PrinterStatus copy = new();
        copy.CopyFrom(status);
        Assert.IsTrue(copy.SameAs(status));
        JsonWriter writer = new(256, 4096);
        PrinterStatusJson.Write(writer, "p", "octoprint", copy);
        StringAssert.Contains(
            System.Text.Encoding.UTF8.GetString(writer.Buffer, 0, writer.Length),
            "\"temperatures\":{\"nozzle\":220,\"nozzle_target\":220,\"tools\":[{\"name\":\"tool0\",\"nozzle\":24,\"nozzle_target\":0,\"active\":false},"
            + "{\"name\":\"tool1\",\"nozzle\":220,\"nozzle_target\":220,\"active\":true},{\"name\":\"tool2\",\"active\":false}]}");
        copy.Tools.Active = 0;
        Assert.IsFalse(copy.SameAs(status));
        copy.ClearTemperatures();
        Assert.AreEqual(0, copy.Tools.Count);
    }

    [TestMethod]
    [DataRow(0, TriState.No, 0)]
    [DataRow(100, TriState.Unknown, 100)]
    [DataRow(101, TriState.No, -1)]
    [DataRow(-2, TriState.No, -1)]
    [DataRow(50, TriState.Yes, -1)]
    public void Clean_WhatCannotBeLeftOfAFilament_IsUnknown(int percent, TriState isEmpty, int expected)
    {
        PrinterStatus status = new();
        Filament filament = status.Filaments.Add(0)!;
        filament.RemainingPercent = percent;
        filament.IsEmpty = isEmpty;
        Plausible.Clean(status);
        Assert.AreEqual(expected, filament.RemainingPercent);
    }
}
