using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Kills;

/// <summary>
/// One seeded story of prints on one printer: hubs that are killed at any write and any moment, restarted, doubled, renamed and moved, a printer that
/// loses, delays and mixes up, a network that breaks. What must hold of it in the end does not depend on the story.
/// </summary>
internal sealed class KillRun
{
    private const int LengthMs = 700000;
    private const int SettleMs = 30000;

    private static readonly ILogSink s_noLog = Mock.Of<ILogSink>();

    private readonly SharedDisk _disk = new();
    private readonly StepTime _time = new();
    private readonly Random _random;
    private readonly ModelPrinter _printer;
    private readonly List<Ask> _asks = [];
    private readonly List<HubProcess> _hubs = [];
    private readonly string _way;
    private readonly HashSet<string> _needClearBed = [];
    private PrinterConfig _config = new();
    private int _files;

    public KillRun(int seed)
    {
        _random = new Random(seed);
        _printer = new ModelPrinter(_random, _time) { Arrived = CheckBed };
        _way = _random.Next(4) switch { 0 => "renamed", 1 => "moved", _ => "" };
    }

    /// <summary>How much of it happened.</summary>
    public int Kills { get; private set; }

    public int Starts => _printer.Arrivals.Values.Sum(times => times.Count);

    public Dictionary<string, int> Outcomes { get; } = [];

    /// <summary>The events that were recorded and the starts that arrived.</summary>
    public string Story() => string.Join("\n", Store().ReadEvents(0, 10000).Select(e =>
            $"{e.TimeMs} {e.Id} {JobEventKinds.Name(e.Kind)} job {e.JobId} '{e.Job}' {e.CommandId} {e.Code}: {e.Cause}"))
        + "\nprinter: " + string.Join(", ", _printer.History) + "\narrived: " + string.Join(", ", _printer.Arrivals.Select(a => $"{a.Key} at {string.Join(" and ", a.Value.Select(ms => _time.UnixMs - _time.NowMs + ms))}"));

    public void Run()
    {
        Boot();
        long endMs = _time.NowMs + LengthMs;
        long nextMs = _time.NowMs;
        while (_time.NowMs < endMs)
        {
            if (_time.NowMs >= nextMs)
            {
                Happen();
                nextMs = _time.NowMs + 1 + _random.Next(_random.Next(3) == 0 ? 3000 : 60000);
            }

            Pass(Math.Min(nextMs, endMs));
        }

        Settle();
        Check();
    }

    /// <summary>Time passes to the next moment at which anything is due.</summary>
    private void Pass(long untilMs)
    {
        long nextMs = Math.Min(untilMs, _printer.NextMs);
        foreach (HubProcess hub in _hubs)
        {
            nextMs = Math.Min(nextMs, hub.WakeMs);
        }

        _time.NowMs = Math.Max(_time.NowMs, nextMs);
        _printer.Advance();
        for (int i = 0; i < _hubs.Count; i++)
        {
            if (_hubs[i].WakeMs <= _time.NowMs)
            {
                _hubs[i].Turn();
            }
        }

        Bury();
        foreach (Ask ask in _asks)
        {
            if (ask.Transfer != null && ask.TransferEndMs <= _time.NowMs)
            {
                EndTransfer(ask);
            }
        }
    }

    private void Happen()
    {
        HubProcess? hub = _hubs.Count == 0 ? null : _hubs[_random.Next(_hubs.Count)];
        int kind = _random.Next(100);
        if (hub == null || (kind < 6 && _hubs.Count < 2))
        {
            Boot();
        }
        else if (kind < 40)
        {
            Continue(hub);
        }
        else if (kind < 52)
        {
            hub.Nvs.DiesAtWrite = 1 + _random.Next(6);
            hub.Nvs.DiesAfterWrite = _random.Next(2) == 0;
            Continue(hub);
        }
        else if (kind < 60)
        {
            hub.Client.DiesAtStart = true;
            Continue(hub);
        }
        else if (kind < 72)
        {
            hub.Nvs.Die();
        }
        else if (kind < 78)
        {
            hub.End();
        }
        else if (kind < 84)
        {
            _printer.Vanish(_random.Next(400000));
        }
        else if (kind < 87)
        {
            _printer.Restart();
        }
        else if (kind < 90 && PrinterStates.CanStart(_printer.State, null))
        {
            _printer.BeginAnother();
        }
        else if (kind < 96)
        {
            hub.ClearBed(_printer);
        }

        Bury();
    }

    /// <summary>Takes a print of this hub one step further, or asks for one.</summary>
    private void Continue(HubProcess hub)
    {
        Ask? ask = _asks.Find(a => a.Hub == hub && !a.IsOver);
        if (ask == null)
        {
            AskFor(hub);
        }
        else if (ask.Transfer == null && !ask.IsStarted && ask.TransferEndMs == 0 && _random.Next(10) < 8)
        {
            ask.TransferBeganMs = _time.NowMs;
            ask.Transfer = hub.BeginTransfer(ask.Request);
            ask.TransferEndMs = _time.NowMs + _random.Next(_random.Next(3) == 0 ? 600000 : 5000);
            ask.IsOver = ask.Transfer == null;
        }
        else if (ask.Transfer == null && !ask.IsStarted && _random.Next(10) < 8)
        {
            ask.IsStarted = true;
            hub.Start(ask.Request, 5000 + _random.Next(300000));
            hub.Turn();
        }
        else if (ask.IsStarted && !hub.IsStarting)
        {
            ask.IsOver = true;
        }
        else if (_random.Next(10) == 0 && !ask.IsStarted)
        {
            if (ask.Transfer != null)
            {
                hub.EndTransfer(ask.Transfer, new HubException(ErrorCode.Cancelled, "cancelled"));
            }

            hub.GiveUp(ask.Request);
            ask.IsOver = true;
        }
    }

    private void AskFor(HubProcess hub)
    {
        Ask ask = new(hub, new PrintRequest("f" + ++_files + ".gcode") { Id = "c" + _files });
        if (_random.Next(2) == 0)
        {
            ask.Request.ExpiresAtMs = _time.UnixMs + _random.Next(400000);
        }

        if (_random.Next(3) == 0)
        {
            ask.Request.NeedsClearBed = true;
            _needClearBed.Add(ask.Request.File);
        }

        ask.LimitMs = ask.Request.ExpiresAtMs == 0 ? _time.NowMs + StartMachine.ValidMs : _time.NowMs + (ask.Request.ExpiresAtMs - _time.UnixMs);
        ask.IsAccepted = hub.Accept(ask.Request);
        ask.MayBeAccepted = ask.IsAccepted || !hub.IsAlive;
        ask.IsOver = !ask.IsAccepted;
        _asks.Add(ask);
        hub.Turn();
    }

    private void EndTransfer(Ask ask)
    {
        ask.TransferMs = _time.NowMs - ask.TransferBeganMs;
        ask.Hub.EndTransfer(ask.Transfer!, _random.Next(10) == 0 ? new HubException(ErrorCode.ConnectionLost, "the upload broke") : null);
        ask.Transfer = null;
        ask.IsOver = !ask.Hub.IsAlive || ask.Request.IsEnded;
    }

    private void Boot()
    {
        _config = new PrinterConfig
        {
            Id = _way == "renamed" ? "p" + _random.Next(3) : "p",
            Type = PrinterTypes.PrusaLink,
            Url = _way == "moved" ? "http://" + _random.Next(3) : "http://p",
            PollMs = 10000,
        };
        HubProcess hub = new(_disk, _time, _printer, _random, _config) { IsUtcSynced = _random.Next(10) > 0 };
        _hubs.Add(hub);
        hub.Turn();
    }

    private void Bury()
    {
        if (_hubs.TrueForAll(hub => hub.IsAlive))
        {
            return;
        }

        Kills += _hubs.RemoveAll(hub => !hub.IsAlive);
        foreach (Ask ask in _asks.Where(ask => !ask.Hub.IsAlive))
        {
            ask.Transfer = null;
            ask.IsOver = true;
        }
    }

    /// <summary>All hubs end, one way or another, and a last one finds what they left.</summary>
    private void Settle()
    {
        foreach (HubProcess hub in _hubs)
        {
            if (_random.Next(2) == 0)
            {
                hub.End();
            }
            else
            {
                hub.Nvs.Die();
            }
        }

        Bury();
        Boot();
        _hubs[0].Client.IsHealthy = true;
        long endMs = _time.NowMs + (2 * StartMachine.NotShownMs);
        long checkMs = _time.NowMs;
        while (_time.NowMs < endMs)
        {
            if (_time.NowMs >= checkMs)
            {
                if (Record().PendingStart == null && !PrinterStates.HasJob(_printer.State))
                {
                    return;
                }

                checkMs = _time.NowMs + SettleMs;
            }

            Pass(Math.Min(checkMs, endMs));
        }
    }

    private void Check()
    {
        JobEvent[] events = Store().ReadEvents(0, 10000);
        for (int i = 0; i < events.Length; i++)
        {
            Assert.AreEqual(i + 1, events[i].Id, "events in order, each once");
        }

        foreach (Ask ask in _asks)
        {
            Check(ask, [.. events.Where(e => e.CommandId == ask.Request.Id && (e.Kind == JobEventKind.Started || (e.Kind == JobEventKind.Failed && e.JobId == 0)))]);
        }
    }

    private void Check(Ask ask, JobEvent[] outcomes)
    {
        List<long> arrivals = _printer.Arrivals.GetValueOrDefault(ask.Request.File) ?? [];
        Assert.IsLessThanOrEqualTo(1, arrivals.Count, ask.Request.File + " was started twice");
        Assert.IsLessThanOrEqualTo(1, outcomes.Length, ask.Request.File + " has two outcomes");
        Assert.IsTrue(!ask.IsAccepted || outcomes.Length == 1, ask.Request.File + " is lost");
        Assert.IsTrue(ask.MayBeAccepted || (outcomes.Length == 0 && arrivals.Count == 0), ask.Request.File + " was refused");
        Assert.IsTrue(arrivals.All(ms => ms < ask.LimitMs + ask.TransferMs), ask.Request.File + " was started after its limit");
        if (outcomes.Length == 0)
        {
            return;
        }

        string outcome = outcomes[0].Code ?? JobEventKinds.Name(outcomes[0].Kind);
        Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        bool mayHaveBegun = outcome == ErrorCodes.Name(ErrorCode.StartNotShown) || outcome == ErrorCodes.Name(ErrorCode.Refused);
        Assert.IsTrue(mayHaveBegun || arrivals.Count == (outcome == "started" ? 1 : 0), $"{ask.Request.File}: '{outcome}', but {arrivals.Count} starts arrived");
    }

    /// <summary>A start that needs a clear bed must not arrive on a job that any hub has seen and nobody has cleared away.</summary>
    private void CheckBed(string file) => Assert.IsFalse(
        _needClearBed.Contains(file) && _printer.IsBedOccupied && _printer.SeenJobs.Contains(_printer.JobNumber), file + " was started on an occupied bed");

    private JobRecord Record()
    {
        JobStore store = Store();
        return store.Read(store.PlaceOf(_config));
    }

    private JobStore Store()
    {
        StepHal hal = new(new DyingNvs(_disk), _time);
        return new JobStore(hal, new Log(s_noLog, hal, LogLevel.Error), JobLogSize.Board);
    }

    /// <summary>One print that was asked for.</summary>
    private sealed class Ask(HubProcess hub, PrintRequest request)
    {
        public HubProcess Hub { get; } = hub;

        public PrintRequest Request { get; } = request;

        public Transfer? Transfer { get; set; }

        public bool IsAccepted { get; set; }

        public bool MayBeAccepted { get; set; }

        public bool IsStarted { get; set; }

        public bool IsOver { get; set; }

        public long LimitMs { get; set; }

        public long TransferBeganMs { get; set; }

        public long TransferEndMs { get; set; }

        public long TransferMs { get; set; }
    }
}
