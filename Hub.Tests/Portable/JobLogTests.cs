using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>The job log on a storage whose writes are atomic: a ring, whatever is cut, appended and acknowledged.</summary>
[TestClass]
public class JobLogTests
{
    private const int Capacity = 12;
    private const int SegmentEvents = 4;

    private readonly SampleEntropy _entropy = new SampleEntropy();
    private CutNvs _nvs = new CutNvs();

    [TestInitialize]
    public void Begin() => _nvs = new CutNvs();

    [TestMethod]
    public void Codec_AllFields_ReadAsWritten()
    {
        JobEvent written = new JobEvent
        {
            Id = 4000000000,
            TimeMs = 1764458355123,
            PrinterId = "moon-1",
            Kind = JobEventKind.Failed,
            JobId = 3999999999,
            Job = "Gehäuse – Teil 1.gcode",
            CommandId = "c-17",
            Code = "0300_8017",
            Cause = "Foreign objects were detected on the heatbed",
            DurationMs = 0,
        };
        JobEvent read = Copy(written);
        Assert.AreEqual(written.Id, read.Id);
        Assert.AreEqual(written.TimeMs, read.TimeMs);
        Assert.AreEqual(written.PrinterId, read.PrinterId);
        Assert.AreEqual((int)written.Kind, (int)read.Kind);
        Assert.AreEqual(written.JobId, read.JobId);
        Assert.AreEqual(written.Job, read.Job);
        Assert.AreEqual(written.CommandId, read.CommandId);
        Assert.AreEqual(written.Code, read.Code);
        Assert.AreEqual(written.Cause, read.Cause);
        Assert.AreEqual(0L, read.DurationMs);
    }

    [TestMethod]
    public void Codec_AbsentFields_StayAbsent()
    {
        JobEvent read = Copy(new JobEvent { Id = 1, Kind = JobEventKind.BedCleared });
        Assert.AreEqual(0L, read.TimeMs);
        Assert.AreEqual("", read.PrinterId);
        Assert.IsNull(read.Job);
        Assert.IsNull(read.CommandId);
        Assert.IsNull(read.Code);
        Assert.IsNull(read.Cause);
        Assert.AreEqual(JobEvent.UnknownMs, read.DurationMs);
    }

    [TestMethod]
    public void Codec_LongText_IsCutBetweenCharacters()
    {
        string text = "";
        for (int i = 0; i < 300; i++)
        {
            text += "ä";
        }

        JobEvent read = Copy(new JobEvent { Id = 1, Kind = JobEventKind.Error, Cause = "x" + text });
        Assert.AreEqual("x" + text.Substring(0, 199), read.Cause);
    }

    [TestMethod]
    public void Codec_NumbersOfEveryLength_ReadAsWritten()
    {
        for (int shift = 0; shift < 63; shift++)
        {
            long value = 1L << shift;
            Assert.AreEqual(value, Copy(new JobEvent { Id = value }).Id);
            Assert.AreEqual(value - 1, Copy(new JobEvent { JobId = value - 1 }).JobId);
            Assert.AreEqual(-value, Copy(new JobEvent { JobId = -value }).JobId);
        }
    }

    [TestMethod]
    public void Read_EmptyLog_HasNothingAndStoresNothing()
    {
        JobLog log = Open();
        Assert.AreEqual(0, log.Read(1, 100).Length);
        Assert.AreEqual(0L, log.LastId);
        Assert.AreEqual(1L, log.FirstId);
        Assert.AreEqual(0, _nvs.Writes);
    }

    [TestMethod]
    public void Append_OneByOne_KeepsAtLeastTheCapacityInOrder()
    {
        JobLog log = Open();
        for (int id = 1; id <= 100; id++)
        {
            log.Append(SampleEvents.From(id, 1));
            AssertHolds(Open(), id);
        }
    }

    [TestMethod]
    public void Append_ManyAtOnce_FillsSegments()
    {
        for (int count = 1; count <= 2 * Capacity; count++)
        {
            Begin();
            Open().Append(SampleEvents.From(1, count));
            Open().Append(SampleEvents.From(count + 1, 3));
            AssertHolds(Open(), count + 3);
        }
    }

    [TestMethod]
    public void Read_FromAndMax_GivesTheEventsBetween()
    {
        JobLog log = Open();
        log.Append(SampleEvents.From(1, 11));
        JobEvent[] found = Open().Read(6, 3);
        Assert.AreEqual(3, found.Length);
        Assert.AreEqual(6L, found[0].Id);
        Assert.AreEqual(8L, found[2].Id);
        Assert.AreEqual(0, log.Read(12, 3).Length);
        Assert.AreEqual(11, log.Read(-5, 100).Length);
    }

    [TestMethod]
    public void Refresh_FullRing_ReadsHeadAndNewestSegmentAlone()
    {
        Open().Append(SampleEvents.From(1, 100));
        int before = _nvs.Reads;
        JobLog log = Open();
        Assert.AreEqual(100L, log.LastId);
        Assert.AreEqual(2, _nvs.Reads - before);
    }

    [TestMethod]
    public void Append_Unacknowledged_IsKeptAndWhatGoesIsCounted()
    {
        JobLog log = Open();
        log.Append(SampleEvents.From(1, 16));
        Assert.AreEqual(0L, log.Dropped, "it all fits");
        log.Ack(2);
        log.Append(SampleEvents.From(17, 1));
        Assert.AreEqual(5L, log.FirstId);
        Assert.AreEqual(2L, log.Dropped, "3 and 4 were not acknowledged");
        log.Ack(100);
        Assert.AreEqual(17L, Open().AckedId);
        log.Append(SampleEvents.From(18, 100));
        Assert.AreEqual(17L - 17L + 2L + DroppedOf(118, 17), Open().Dropped);
    }

    [TestMethod]
    public void Ack_OlderThanBefore_ChangesNothing()
    {
        JobLog log = Open();
        log.Append(SampleEvents.From(1, 6));
        log.Ack(5);
        log.Ack(3);
        Assert.AreEqual(5L, log.AckedId);
        Assert.AreEqual(6, log.Read(1, 10).Length, "acknowledged events stay for the history");
    }

    [TestMethod]
    public void Append_CutBeforeEveryWrite_LosesOnlyWhatIsBeingWritten()
    {
        for (int cut = 0; cut < 120; cut++)
        {
            Begin();
            _nvs.WritesLeft = cut;
            long done = 0;
            try
            {
                JobLog log = Open();
                for (int id = 1; id <= 60; id++)
                {
                    log.Append(SampleEvents.From(id, 1));
                    done = id;
                    if (id % 10 == 0)
                    {
                        log.Ack(id - 1);
                    }
                }
            }
            catch (HubException)
            {
                // The power is cut.
            }

            _nvs.WritesLeft = int.MaxValue;
            AssertHolds(Open(), done);
            Open().Append(SampleEvents.From(done + 1, 7));
            AssertHolds(Open(), done + 7);
        }
    }

    [TestMethod]
    public void Append_TwoLogsOnOneStorage_NumberTheirEventsTogether()
    {
        JobLog one = Open();
        JobLog other = Open();
        for (int id = 1; id <= 50; id++)
        {
            JobLog log = (id * 7) % 3 == 0 ? one : other;
            log.Refresh();
            Assert.AreEqual(id - 1L, log.LastId);
            log.Append(SampleEvents.From(id, 1));
        }

        AssertHolds(Open(), 50);
    }

    [TestMethod]
    public void Refresh_NewestSegmentDamaged_UsesNoneOfItsIdsAgain()
    {
        Open().Append(SampleEvents.From(1, 10));
        _nvs.Damaged = NvsNamespaces.JobLog + "/s2";
        JobLog log = Open();
        Assert.AreEqual(12L, log.LastId);
        log.Append(SampleEvents.From(13, 1));
        JobEvent[] found = Open().Read(1, 100);
        Assert.AreEqual(9, found.Length);
        Assert.AreEqual(8L, found[7].Id);
        Assert.AreEqual(13L, found[8].Id);
    }

    [TestMethod]
    public void Refresh_HeadDamaged_IsMadeAgainFromTheNewestSegment()
    {
        Open().Append(SampleEvents.From(1, 30));
        _nvs.Damaged = NvsNamespaces.JobLog + "/head";
        AssertHolds(Open(), 30);
        Open().Append(SampleEvents.From(31, 5));
        AssertHolds(Open(), 35);
    }

    [TestMethod]
    public void Append_AfterAFactoryResetThatWasCut_HasNothingOfBefore()
    {
        Open().Append(SampleEvents.From(1, 10));
        _nvs.Delete(NvsNamespaces.JobLog, "head");
        JobLog log = Open();
        Assert.AreEqual(0, log.Read(1, 100).Length);
        log.Append(SampleEvents.From(1, 1));
        Assert.AreEqual(1, Open().Read(1, 100).Length);
    }

    [TestMethod]
    public void LogId_OfALog_LastsAsLongAsItDoes()
    {
        Assert.IsNull(Open().LogId, "no log yet");
        Open().Append(SampleEvents.From(1, 1));
        string id = Open().LogId!;
        Assert.AreEqual(16, id.Length);
        JobLog log = Open();
        log.Append(SampleEvents.From(2, 100));
        log.Ack(90);
        Assert.AreEqual(id, log.LogId);
        Assert.AreEqual(id, Open().LogId);
        _nvs.Damaged = NvsNamespaces.JobLog + "/head";
        Assert.AreEqual(id, Open().LogId, "the newest segment knows it");
    }

    [TestMethod]
    public void LogId_AfterAReset_IsAnother()
    {
        JobLog log = Open();
        log.Append(SampleEvents.From(1, 10));
        string former = log.LogId!;
        string[] keys = _nvs.Keys(NvsNamespaces.JobLog);
        for (int i = 0; i < keys.Length; i++)
        {
            _nvs.Delete(NvsNamespaces.JobLog, keys[i]);
        }

        log.Refresh();
        Assert.IsNull(log.LogId);
        log.Append(SampleEvents.From(1, 1));
        Assert.AreNotEqual(former, log.LogId, "the same process goes on");
        Assert.AreEqual(log.LogId, Open().LogId);
    }

    [TestMethod]
    public void LogId_OfALogOfAFormerVersion_StaysAbsent()
    {
        FieldWriter head = new FieldWriter(16);
        head.Append(new byte[] { 1 }, 0, 1);
        head.Put(1, SegmentEvents);
        head.Put(2, (Capacity / SegmentEvents) + 1);
        _nvs.Write(NvsNamespaces.JobLog, "head", head.ToArray());
        JobLog log = Open();
        log.Append(SampleEvents.From(1, 30));
        log.Ack(20);
        AssertHolds(Open(), 30);
        Assert.IsNull(Open().LogId);
    }

    [TestMethod]
    public void Refresh_OtherSizeConfigured_KeepsTheStoredOne()
    {
        Open().Append(SampleEvents.From(1, 10));
        JobLog log = new JobLog(_nvs, 100, 10, new SampleEntropy());
        log.Refresh();
        log.Append(SampleEvents.From(11, 40));
        AssertHolds(Open(), 50);
    }

    private static long DroppedOf(long last, long acked)
    {
        long first = (((last - 1) / SegmentEvents) - (Capacity / SegmentEvents)) * SegmentEvents;
        return first - acked;
    }

    private static JobEvent Copy(JobEvent item)
    {
        FieldWriter writer = new FieldWriter(16);
        JobEventCodec.Write(item, writer);
        return JobEventCodec.Read(new FieldReader(writer.ToArray(), 0, writer.Length));
    }

    /// <summary>The newest events are all there, each once and in order, at least as many as the capacity.</summary>
    private static void AssertHolds(JobLog log, long lastId)
    {
        Assert.AreEqual(lastId, log.LastId);
        JobEvent[] found = log.Read(1, 1000);
        Assert.AreEqual(lastId - log.FirstId + 1, (long)found.Length);
        Assert.IsTrue(found.Length >= (lastId < Capacity ? lastId : Capacity), "only " + found.Length.ToString() + " of " + lastId.ToString());
        Assert.IsTrue(found.Length <= Capacity + SegmentEvents, "too many");
        for (int i = 0; i < found.Length; i++)
        {
            long id = log.FirstId + i;
            Assert.AreEqual(id, found[i].Id);
            Assert.AreEqual("part " + id.ToString() + ".gcode", found[i].Job);
        }
    }

    private JobLog Open()
    {
        JobLog log = new JobLog(_nvs, Capacity, SegmentEvents, _entropy);
        log.Refresh();
        return log;
    }
}
