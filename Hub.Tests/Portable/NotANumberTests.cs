using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Comparisons with NaN: on nanoCLR <c>&gt;</c> and <c>&gt;=</c> are true then, and <c>&lt;</c> and <c>&lt;=</c> are false, as they must be.</summary>
[TestClass]
public class NotANumberTests
{
    private double _unknown = double.NaN;

    [TestMethod]
    public void Less_NaN_IsFalseOnBothSides()
    {
        Assert.IsFalse(_unknown < 100, "less");
        Assert.IsFalse(_unknown <= 100, "less or equal");
        Assert.IsFalse(100 < _unknown, "more");
        Assert.IsFalse(100 <= _unknown, "more or equal");
        Assert.IsTrue(!(100 <= _unknown), "not more or equal");
    }

    [TestMethod]
    public void Less_NaNInCondition_DecidesAsAValue()
    {
        int count = 0;
        if (_unknown < 100 || _unknown <= 100 || 100 < _unknown || 100 <= _unknown)
        {
            count++;
        }

        if (!(_unknown < 100) && !(100 <= _unknown))
        {
            count += 2;
        }

        Assert.AreEqual(2, count);
    }

    [TestMethod]
    public void Plausible_NaN_StaysUnknown()
    {
        Assert.IsTrue(double.IsNaN(Plausible.Percent(_unknown)), "percent");
        Assert.IsTrue(double.IsNaN(Plausible.Temperature(_unknown)), "temperature");
        Assert.AreEqual(-1, Plausible.Seconds(_unknown));
    }
}
