using System;
using System.Linq;
using System.Text;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>Cuts the power at every byte of every change: the key holds the old value or the new one.</summary>
[TestClass]
public sealed class SlotNvsPowerCutTests
{
    private const string Long = "the old value, which is longer than the new one";

    [TestMethod]
    public void Write_FirstCutAnywhere_AbsentOrNew() => CutEverywhere(history: [], change: "new", old: null);

    [TestMethod]
    public void Write_SecondCutAnywhere_OldOrNew() => CutEverywhere(history: [Long], change: "new", old: Long);

    [TestMethod]
    public void Write_ThirdCutAnywhere_OldOrNew() => CutEverywhere(history: ["oldest", Long], change: "new", old: Long);

    [TestMethod]
    public void Write_LongerCutAnywhere_OldOrNew() => CutEverywhere(history: ["a", "b", "c"], change: Long, old: "c");

    [TestMethod]
    public void Write_AfterDeleteCutAnywhere_AbsentOrNew() => CutEverywhere(history: ["a", "b", null], change: "new", old: null);

    [TestMethod]
    public void Delete_AfterOneWriteCutAnywhere_OldOrAbsent() => CutEverywhere(history: [Long], change: null, old: Long);

    [TestMethod]
    public void Delete_AfterManyWritesCutAnywhere_OldOrAbsent() => CutEverywhere(history: ["a", "b", Long], change: null, old: Long);

    /// <summary>Two cuts: the change is cut, then a second change on what was left is cut as well.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Change_CutTwice_IsOneOfTheThreeValues(bool isInPlace)
    {
        foreach (string? first in new[] { "first", null })
        {
            foreach (string? second in new[] { "second", null })
            {
                for (int cut = 0; cut < 120; cut++)
                {
                    CuttableFiles files = Prepared(["old"]);
                    bool isFirstDone = Apply(files, first, cut, isInPlace);
                    string? between = Text(files);
                    Assert.AreEqual(isFirstDone ? first : between, between);
                    for (int again = 0; again < 120; again++)
                    {
                        CuttableFiles twice = files.Copy();
                        bool isDone = Apply(twice, second, again, isInPlace);
                        string? now = Text(twice);
                        Assert.IsTrue(now == second || (!isDone && now == between), $"{between} -> {second}, cuts {cut} and {again}: {now}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Read_BothSlotsDamaged_FailsAndNamesTheKey()
    {
        CuttableFiles files = Prepared(["a", "b"]);
        files.Damage("ns_/key_0");
        files.Damage("ns_/key_1");
        var nvs = new SlotNvs(files);
        HubException error = Assert.ThrowsExactly<HubException>(() => nvs.Read("ns", "key"));
        Assert.AreEqual(ErrorCode.StorageFailed, error.Code);
        StringAssert.Contains(error.Message, "ns/key");
        Assert.IsFalse(nvs.IsHealthy);
        CollectionAssert.AreEqual(new[] { "key" }, nvs.Keys("ns"));
        byte[] left = nvs.ReadDamaged("ns", "key")!;
        CollectionAssert.AreEqual(files.Read("ns_", "key_0")!.Concat(files.Read("ns_", "key_1")!).ToArray(), left);

        nvs.Write("ns", "key", [1]);
        CollectionAssert.AreEqual(new byte[] { 1 }, nvs.Read("ns", "key"));
        Assert.IsTrue(nvs.IsHealthy);
        Assert.IsNull(nvs.ReadDamaged("ns", "key"));
    }

    /// <summary>A value written once, or again after a delete, stands in both slots: either may be lost.</summary>
    [TestMethod]
    [DataRow("ns_/key_0")]
    [DataRow("ns_/key_1")]
    public void Read_OneSlotOfAFirstWriteDamaged_GivesTheValue(string damaged)
    {
        CuttableFiles files = Prepared(["gone", null, "a"]);
        files.Damage(damaged);
        Assert.AreEqual("a", Text(files));
    }

    [TestMethod]
    public void Delete_Done_LeavesNoFiles() => Assert.IsEmpty(Prepared(["a", "b", null]).Names);

    [TestMethod]
    [DataRow("ns_/key_0")]
    [DataRow("ns_/key_1")]
    public void Delete_OneRemovalLostInACut_StaysDeleted(string restored)
    {
        foreach (string?[] history in new string?[][] { ["a", null], ["a", "b", null] })
        {
            CuttableFiles files = Prepared(history);
            files.Restore(restored);
            Assert.IsNull(Text(files));
        }
    }

    [TestMethod]
    public void Write_MediumFails_IsUnhealthyUntilAWriteWorks()
    {
        CuttableFiles files = Prepared(["a"]);
        var nvs = new SlotNvs(files);
        files.BytesLeft = 10;
        Assert.ThrowsExactly<HubException>(() => nvs.Write("ns", "key", [1]));
        Assert.IsFalse(nvs.IsHealthy);
        Assert.AreEqual("a", Encoding.ASCII.GetString(nvs.Read("ns", "key")!));
        files.BytesLeft = int.MaxValue;
        nvs.Write("ns", "key", [1]);
        Assert.IsTrue(nvs.IsHealthy);
    }

    private static void CutEverywhere(string?[] history, string? change, string? old)
    {
        foreach (bool isInPlace in new[] { false, true })
        {
            bool isDone = false;
            int olds = 0;
            for (int cut = 0; !isDone; cut++)
            {
                CuttableFiles files = Prepared(history);
                isDone = Apply(files, change, cut, isInPlace);
                string? now = Text(files);
                Assert.IsTrue(now == change || (!isDone && now == old), $"cut after {cut} bytes: {now}");
                olds += now == old ? 1 : 0;
            }

            Assert.IsGreaterThan(20, olds, "the cuts hit nothing");
        }
    }

    private static CuttableFiles Prepared(string?[] history)
    {
        var files = new CuttableFiles();
        Assert.IsTrue(history.All(value => Apply(files, value, int.MaxValue, isInPlace: true)));
        return files;
    }

    /// <summary>False when the power was cut before the change returned.</summary>
    private static bool Apply(CuttableFiles files, string? value, int cut, bool isInPlace)
    {
        files.BytesLeft = cut;
        files.IsInPlace = isInPlace;
        try
        {
            var nvs = new SlotNvs(files);
            if (value == null)
            {
                nvs.Delete("ns", "key");
            }
            else
            {
                nvs.Write("ns", "key", Encoding.ASCII.GetBytes(value));
            }

            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }

    private static string? Text(CuttableFiles files)
    {
        byte[]? value = new SlotNvs(files).Read("ns", "key");
        return value == null ? null : Encoding.ASCII.GetString(value);
    }
}
