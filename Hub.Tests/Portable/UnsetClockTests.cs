using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>Jobs while the clock is not set, or is set in the middle of them.</summary>
[TestClass]
public class UnsetClockTests
{
    private const long HourMs = 60 * 60 * 1000L;

    private JobBench _hub = new JobBench();

    [TestInitialize]
    public void Begin() => _hub = new JobBench();

    [TestMethod]
    public void Events_ClockIsSetInTheSameBoot_AreDatedForGood()
    {
        Begin(false);
        long beganMs = _hub.Clock.NowMs;
        JobEvent undated = _hub.Event(1);
        Assert.AreEqual(0L, undated.TimeMs);
        Assert.AreEqual(beganMs, undated.UptimeMs);
        Assert.AreEqual(0L, JobHistory.Read(_hub.Store, null, 1)[0].StartedMs);
        _hub.Clock.Advance(10 * HourMs);
        Assert.AreEqual(_hub.Clock.NowMs - beganMs, _hub.Store.AgeMs(undated));

        _hub.Clock.IsUtcSynced = true;
        Assert.AreEqual(TimeAt(beganMs), _hub.Event(1).TimeMs, "what is read has its time at once");
        _hub.Store.Date(undated);
        Assert.AreEqual(TimeAt(beganMs), undated.TimeMs, "so has what was read before");
        Assert.AreEqual(JobEvent.UnknownMs, _hub.Store.AgeMs(undated));
        _hub.Clock.SetByMs = -HourMs;
        Assert.AreEqual(TimeAt(beganMs) + HourMs, _hub.Event(1).TimeMs, "and it stays, whatever becomes of the clock");
        _hub.Clock.SetByMs = 0;

        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        JobBench after = _hub.Another();
        Assert.AreEqual(TimeAt(beganMs), after.Event(1).TimeMs, "a report has written it");
        Assert.AreEqual(TimeAt(beganMs), JobHistory.Read(after.Store, null, 1)[0].StartedMs);
        after.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", after.Events());
    }

    [TestMethod]
    public void Events_OfABootThatNeverHadATime_StayWithoutAndInOrder()
    {
        Begin(false);
        long boot = _hub.Event(1).Boot;
        _hub.Clock.Advance(HourMs);
        JobBench after = _hub.Another();
        after.Clock.IsUtcSynced = true;
        after.Report(PrinterState.Printing, 1, "a.gcode");
        after.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", after.Events());
        Assert.AreEqual(0L, after.Event(1).TimeMs);
        Assert.AreEqual(boot, after.Event(1).Boot);
        Assert.AreEqual(JobEvent.UnknownMs, after.Store.AgeMs(after.Event(1)));
        Assert.AreEqual(0L, after.Event(2).Boot);
        Assert.AreEqual(after.Store.NowMs, after.Event(2).TimeMs);
        Assert.AreEqual(JobEvent.UnknownMs, after.Event(2).DurationMs, "it began in another boot, and nobody knows when");
    }

    [TestMethod]
    public void Duration_ClockIsSetDuringTheJob_IsThatOfTheUptime()
    {
        Begin(false);
        long beganMs = _hub.Clock.NowMs;
        Print(100);
        _hub.Clock.IsUtcSynced = true;
        Print(100);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        long tookMs = _hub.Clock.NowMs - beganMs;
        JobEntry job = JobHistory.Read(_hub.Store, null, 1)[0];
        Assert.AreEqual(tookMs, job.DurationMs);
        Assert.AreEqual(tookMs, job.EndedMs - job.StartedMs);
    }

    [TestMethod]
    public void Duration_ClockIsSetByAnyTime_IsThatOfTheUptime()
    {
        long[] setBy = { -HourMs, -24 * 365 * HourMs, 30 * 1000, 25 * HourMs, 24 * 365 * HourMs };
        for (int i = 0; i < setBy.Length; i++)
        {
            Begin();
            Begin(true);
            long beganMs = _hub.Clock.NowMs;
            _hub.Clock.SetByMs = setBy[i];
            _hub.Report(PrinterState.Finished, 1, "a.gcode");
            Assert.AreEqual(_hub.Clock.NowMs - beganMs, _hub.Event(2).DurationMs, "set by " + setBy[i].ToString());
            Assert.AreEqual(_hub.Store.NowMs, _hub.Event(2).TimeMs);
            Assert.AreEqual("1 started a.gcode; 2 finished a.gcode of 1", _hub.Events());
        }
    }

    [TestMethod]
    public void Duration_LaptopSleptDuringTheJob_CountsTheSleep()
    {
        Begin(true);
        long beganMs = _hub.Store.NowMs;
        _hub.Clock.SetByMs = 2 * HourMs;
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual(_hub.Store.NowMs - beganMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Duration_OverARestart_IsThatOfTheClock()
    {
        Begin(true);
        long beganMs = _hub.Store.NowMs;
        JobBench after = _hub.Another();
        after.Report(PrinterState.Printing, 1, "a.gcode");
        after.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual(after.Store.NowMs - beganMs, after.Event(2).DurationMs);
    }

    [TestMethod]
    public void Storage_FailsBeforeTheClockIsSet_EventHasTheTimeOfTheReport()
    {
        _hub.Clock.IsUtcSynced = false;
        _hub.Idle(0);
        _hub.Nvs.WritesLeft = 0;
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
        long beganMs = _hub.Clock.NowMs;
        Print(10);
        _hub.Clock.IsUtcSynced = true;
        _hub.Nvs.WritesLeft = int.MaxValue;
        Print(10);
        Assert.AreEqual("1 started a.gcode", _hub.Events());
        Assert.AreEqual(TimeAt(beganMs), _hub.Event(1).TimeMs);
        _hub.Report(PrinterState.Finished, 1, "a.gcode");
        Assert.AreEqual(_hub.Clock.NowMs - beganMs, _hub.Event(2).DurationMs);
    }

    [TestMethod]
    public void Dates_CutBeforeEveryWrite_AreWrittenLaterAndLoseNothing()
    {
        for (int cut = 0; cut < 8; cut++)
        {
            Begin();
            _hub.Clock.IsUtcSynced = false;
            _hub.Idle(0);
            for (int i = 1; i <= 10; i++)
            {
                _hub.Report(PrinterState.Printing, i, "a.gcode");
                _hub.Report(PrinterState.Finished, i, "a.gcode");
            }

            string events = _hub.Events();
            _hub.Clock.IsUtcSynced = true;
            _hub.Nvs.WritesLeft = cut;
            _hub.Idle(10);
            _hub.Nvs.WritesLeft = int.MaxValue;
            Assert.AreEqual(events, _hub.Another().Events(), "the power was cut before write " + cut.ToString());
            for (int i = 0; i < 4; i++)
            {
                _hub.Idle(10);
            }

            JobBench after = _hub.Another();
            after.ClearBed();
            Assert.AreEqual(events + "; 21 bed_cleared a.gcode", after.Events());
            for (int id = 1; id <= 21; id++)
            {
                Assert.AreNotEqual(0L, after.Event(id).TimeMs, "event " + id.ToString());
            }
        }
    }

    [TestMethod]
    public void Codec_UptimeAndBoot_ReadAsWrittenAndCostLittle()
    {
        JobEvent item = SampleEvents.At(4000);
        int dated = Length(item);
        item.UptimeMs = 40 * 24 * HourMs;
        item.Boot = 0x7FFFFFFF;
        JobEvent read = JobEventCodec.Read(new FieldReader(Bytes(item), 0, Length(item)));
        Assert.AreEqual(item.UptimeMs, read.UptimeMs);
        Assert.AreEqual(item.Boot, read.Boot);
        Assert.IsTrue(Length(item) - dated <= 16, "docs/jobs.md says how much longer such an event is");
    }

    private static byte[] Bytes(JobEvent item)
    {
        FieldWriter fields = new FieldWriter(64);
        JobEventCodec.Write(item, fields);
        return fields.ToArray();
    }

    private static int Length(JobEvent item) => Bytes(item).Length;

    /// <summary>The time of day at an uptime.</summary>
    private long TimeAt(long uptimeMs) => UnixTime.NowMs(_hub.Clock) - _hub.Clock.NowMs + uptimeMs;

    /// <summary>A job begins.</summary>
    private void Begin(bool isSynced)
    {
        _hub.Clock.IsUtcSynced = isSynced;
        _hub.Idle(0);
        _hub.Report(PrinterState.Printing, 1, "a.gcode");
    }

    private void Print(int reports)
    {
        for (int i = 0; i < reports; i++)
        {
            _hub.Report(PrinterState.Printing, 1, "a.gcode");
        }
    }
}
