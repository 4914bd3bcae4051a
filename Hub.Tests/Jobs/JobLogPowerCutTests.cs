using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Tests.Hal;
using Hub.Tests.Portable;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Jobs;

/// <summary>The power is cut at every byte of an append, on the slot files of the board and of the laptop.</summary>
[TestClass]
public sealed class JobLogPowerCutTests
{
    private const int Capacity = 6;
    private const int SegmentEvents = 2;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    public void Append_CutAtEveryByte_IsThereOrNotAndNothingElseChanges(int before)
    {
        foreach (bool isInPlace in new[] { false, true })
        {
            CuttableFiles files = new() { IsInPlace = isInPlace };
            if (before > 0)
            {
                Open(files).Append(SampleEvents.From(1, before));
            }

            string? id = Open(files).LogId;
            int bytes = AppendCut(files.Copy(), isInPlace, before, int.MaxValue);
            Assert.IsGreaterThan(100, bytes);
            int kept = 0;
            for (int cut = 0; cut <= bytes; cut++)
            {
                CuttableFiles after = files.Copy();
                AppendCut(after, isInPlace, before, cut);
                after.BytesLeft = int.MaxValue;
                JobLog log = Open(after);
                bool isKept = log.LastId == before + 1;
                kept += isKept ? 1 : 0;
                AssertHolds(log, isKept ? before + 1 : before, $"cut at byte {cut} of {bytes}");
                Assert.IsTrue(before == 0 ? log.LogId != null || !isKept : log.LogId == id, $"log id after a cut at byte {cut}");
                log.Append(SampleEvents.From(log.LastId + 1, 1));
                AssertHolds(Open(after), log.LastId, $"next append after a cut at byte {cut}");
            }

            Assert.IsGreaterThan(0, kept);
        }
    }

    private static int AppendCut(CuttableFiles files, bool isInPlace, int before, int bytes)
    {
        files.IsInPlace = isInPlace;
        files.BytesLeft = bytes;
        try
        {
            Open(files).Append(SampleEvents.From(before + 1, 1));
        }
        catch (HubException e)
        {
            Assert.AreEqual(ErrorCode.StorageFailed, e.Code);
        }

        return bytes - files.BytesLeft;
    }

    private static void AssertHolds(JobLog log, long lastId, string what)
    {
        long[] ids = [.. log.Read(1, 100).Select(e => e.Id)];
        Assert.AreEqual(lastId, log.LastId, what);
        CollectionAssert.AreEqual(Enumerable.Range(0, ids.Length).Select(i => lastId - ids.Length + 1 + i).ToArray(), ids, what);
        Assert.IsGreaterThanOrEqualTo(lastId < Capacity ? lastId : Capacity, ids.Length, what);
    }

    private static JobLog Open(CuttableFiles files)
    {
        JobLog log = new(new SlotNvs(files), Capacity, SegmentEvents, new SampleEntropy());
        log.Refresh();
        return log;
    }
}
