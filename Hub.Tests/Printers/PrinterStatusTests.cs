using System;
using System.Reflection;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

[TestClass]
public class PrinterStatusTests
{
    [TestMethod]
    public void SameAs_Copy_IsTrueThoughItsReportIsNewer()
    {
        PrinterStatus one = new PrinterStatus { Job = "a", Nozzle = 20.5 };
        PrinterStatus other = new PrinterStatus();
        other.CopyFrom(one);
        other.LastReportMs = 5000;
        Assert.IsTrue(one.SameAs(other), "what is not known equals itself");
    }

    [TestMethod]
    public void SameAs_AnyOtherValueDiffers_IsFalse()
    {
        foreach (PropertyInfo property in typeof(PrinterStatus).GetProperties())
        {
            if (property.Name is nameof(PrinterStatus.Tools) or nameof(PrinterStatus.Filaments))
            {
                // Below.
                continue;
            }

            PrinterStatus one = new PrinterStatus();
            PrinterStatus other = new PrinterStatus();
            property.SetValue(other, Other(property));
            bool counts = property.Name is not (nameof(PrinterStatus.LastReportMs) or nameof(PrinterStatus.JobKey) or nameof(PrinterStatus.JobNumber));
            Assert.AreEqual(!counts, one.SameAs(other), property.Name);
            one.CopyFrom(other);
            Assert.AreEqual(property.GetValue(other), property.GetValue(one), "not copied: " + property.Name);
        }
    }

    [TestMethod]
    [DataRow("left", 20.5, 0.0, 0, true)]
    [DataRow("right", 20.5, 0.0, 0, false)]
    [DataRow("left", 21.5, 0.0, 0, false)]
    [DataRow("left", 20.5, 215.0, 0, false)]
    [DataRow("left", 20.5, 0.0, -1, false)]
    public void SameAs_Tool_EachOfItsValuesCounts(string name, double temperature, double target, int active, bool isSame)
    {
        PrinterStatus one = new PrinterStatus();
        Assert.IsTrue(one.SameAs(new PrinterStatus()));
        one.Tools.Add("left", 20.5, 0);
        one.Tools.Active = 0;
        PrinterStatus other = new PrinterStatus();
        Assert.IsFalse(one.SameAs(other), "a tool more");
        other.Tools.Add(name, temperature, target);
        other.Tools.Active = active;
        Assert.AreEqual(isSame, one.SameAs(other));
        one.CopyFrom(other);
        Assert.IsTrue(one.SameAs(other), "not copied");
    }

    [TestMethod]
    public void SameAs_Filament_EachOfItsValuesCounts()
    {
        foreach (PropertyInfo property in typeof(Filament).GetProperties())
        {
            PrinterStatus one = new();
            PrinterStatus other = new();
            one.Filaments.Add(0);
            Assert.IsFalse(one.SameAs(other), "a slot more");
            Filament changed = other.Filaments.Add(0)!;
            Assert.IsTrue(one.SameAs(other));
            property.SetValue(changed, property.Name == nameof(Filament.Colors) ? new[] { "#FFFFFF" } : property.PropertyType == typeof(TriState) ? TriState.Yes : Other(property));
            Assert.IsFalse(one.SameAs(other), property.Name);
            one.CopyFrom(other);
            Assert.IsTrue(one.SameAs(other), "not copied: " + property.Name);
            one.Filaments.Clear();
            one.Filaments.Add(0);
            Assert.IsFalse(one.SameAs(other), "a slot that is used again begins without " + property.Name);
        }
    }

    [TestMethod]
    public void Filaments_MoreThanAnyPrinterHas_AreNotShown()
    {
        FilamentReadings readings = new();
        for (int i = 0; i < FilamentReadings.Most; i++)
        {
            Assert.IsNotNull(readings.Add(i));
        }

        Assert.IsNull(readings.Add(99));
        Assert.AreEqual(FilamentReadings.Most, readings.Count);
    }

    private static object Other(PropertyInfo property) => Type.GetTypeCode(property.PropertyType) switch
    {
        TypeCode.String => "other",
        TypeCode.Double => 1.5,
        TypeCode.Boolean => true,
        TypeCode.Int64 => 5L,
        _ => property.PropertyType == typeof(PrinterState) ? PrinterState.Printing : 7,
    };
}
