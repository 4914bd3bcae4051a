using System.Collections;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Portable;

/// <summary>
/// A printer that prints one job after the other, and one or two hubs that see some of its reports, restart, and lose their power between two
/// writes: random runs from fixed seeds. Whatever comes, each job that was seen is recorded once.
/// </summary>
[TestClass]
public class JobTrackerRandomTests
{
    private const int Seeds = 60;
    private const int Steps = 200;

    private readonly Hashtable _outcomes = new Hashtable();
    private readonly ArrayList _seen = new ArrayList();
    private readonly PrinterState[] _ends = new PrinterState[] { PrinterState.Finished, PrinterState.Cancelled, PrinterState.Error };
    private JobBench[] _hubs = new JobBench[0];
    private int[] _numbers = new int[0];
    private int[] _shown = new int[0];
    private uint _random;
    private int _job;
    private PrinterState _state;
    private string _what = "";

    [TestMethod]
    public void AnyReports_OneHub_RecordEachJobOnce()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Run(seed, 1);
        }
    }

    [TestMethod]
    public void AnyReports_TwoHubs_RecordEachJobOnce()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            Run(1000 + seed, 2);
        }
    }

    private void Run(int seed, int hubs)
    {
        _random = (uint)seed;
        _outcomes.Clear();
        _seen.Clear();
        JobBench first = new JobBench();
        _hubs = new JobBench[hubs];
        _numbers = new int[hubs];
        _shown = new int[hubs];
        for (int i = 0; i < hubs; i++)
        {
            _hubs[i] = i == 0 ? first : first.Another();
        }

        _job = 0;
        _state = PrinterState.Idle;
        See(0);
        for (int step = 0; step < Steps; step++)
        {
            _what = "seed " + seed.ToString() + ", step " + step.ToString();
            int hub = Next(hubs);
            switch (Next(8))
            {
                case 0:
                    Restart(hub);
                    break;
                case 1:
                    SeeAndLosePower(hub);
                    break;
                case 2:
                    Work();
                    break;
                default:
                    Work();
                    SeeAll();
                    break;
            }
        }

        SeeAll();
        Check();
    }

    /// <summary>The printer goes on: a job begins, works or ends.</summary>
    private void Work()
    {
        bool isRunning = PrinterStates.HasJob(_state);
        if (!isRunning && Next(2) == 0)
        {
            _job++;
            _state = PrinterState.Preparing;
        }
        else if (isRunning && Next(3) == 0)
        {
            _state = _ends[Next(_ends.Length)];
        }
        else if (isRunning)
        {
            _state = Next(4) == 0 ? PrinterState.Paused : PrinterState.Printing;
        }
    }

    private void SeeAll()
    {
        for (int i = 0; i < _hubs.Length; i++)
        {
            See(i);
        }
    }

    /// <summary>A hub gets a report, as its client reads it: a job with another id is another one.</summary>
    private void See(int hub)
    {
        if (_job != 0 && _shown[hub] != _job)
        {
            _numbers[hub]++;
            _shown[hub] = _job;
        }

        string key = _job.ToString();
        bool hasJob = _job != 0 && _state != PrinterState.Idle;
        bool isKnown = _hubs[hub].Nvs.WritesLeft > 0;
        if (hasJob && isKnown && PrinterStates.HasJob(_state) && !_seen.Contains(key))
        {
            _seen.Add(key);
        }

        if (hasJob && isKnown && !PrinterStates.HasJob(_state))
        {
            _outcomes[key] = _state;
        }

        _hubs[hub].Report(_state, _numbers[hub], hasJob ? key : null, hasJob ? "job " + key : null, _state == PrinterState.Error ? PrinterErrorCodes.PrintFailed : null);
    }

    private void SeeAndLosePower(int hub)
    {
        _hubs[hub].Nvs.WritesLeft = Next(4);
        Work();
        See(hub);
        _hubs[hub].Nvs.WritesLeft = int.MaxValue;

        // The power of all of them is gone.
        for (int i = 0; i < _hubs.Length; i++)
        {
            Restart(i);
        }
    }

    private void Restart(int hub)
    {
        _hubs[hub] = _hubs[hub].Another();
        _numbers[hub] = 0;
        _shown[hub] = 0;
        See(hub);
    }

    private void Check()
    {
        JobEvent[] events = _hubs[0].Store.ReadEvents(1, 10000);
        Hashtable started = new Hashtable();
        Hashtable ended = new Hashtable();
        long open = 0;
        for (int i = 0; i < events.Length; i++)
        {
            JobEvent item = events[i];
            Assert.AreEqual(events[0].Id + i, item.Id, _what);
            string job = item.Job!.Substring("job ".Length);
            if (item.Kind == JobEventKind.Started)
            {
                Assert.AreEqual(0L, open, _what + ": two jobs at once");
                Assert.IsFalse(started.Contains(job), _what + ": job " + job + " started twice");
                started.Add(job, item);
                open = item.Id;
                continue;
            }

            Assert.IsTrue(JobEventKinds.IsEnd(item.Kind), _what);
            Assert.AreEqual(i == 0 ? item.JobId : open, item.JobId, _what + ": an end without its start");
            Assert.IsFalse(ended.Contains(job), _what + ": job " + job + " ended twice");
            ended.Add(job, item);
            open = 0;
        }

        CheckOutcomes(started, ended);
    }

    private void CheckOutcomes(Hashtable started, Hashtable ended)
    {
        // The ring has dropped the oldest.
        int least = _job - 25;
        for (int i = 0; i < _seen.Count; i++)
        {
            string job = (string)_seen[i]!;
            if (int.Parse(job) > least)
            {
                Assert.IsTrue(started.Contains(job), _what + ": job " + job + " was seen and is not recorded");
            }
        }

        for (int i = least > 1 ? least : 1; i <= _job; i++)
        {
            string job = i.ToString();
            if (!ended.Contains(job) || !_outcomes.Contains(job))
            {
                continue;
            }

            PrinterState state = (PrinterState)_outcomes[job]!;
            JobEventKind expected = state == PrinterState.Finished ? JobEventKind.Finished : state == PrinterState.Cancelled ? JobEventKind.Cancelled : JobEventKind.Failed;
            Assert.AreEqual((int)expected, (int)((JobEvent)ended[job]!).Kind, _what + ": job " + job);
        }
    }

    private int Next(int below)
    {
        _random = (_random * 1664525) + 1013904223;
        return (int)((_random >> 8) % (uint)below);
    }
}
