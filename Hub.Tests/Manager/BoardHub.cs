using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>A manager within the board's limits, with a look at its sockets and at the age of what it knows.</summary>
internal sealed class BoardHub : IDisposable
{
    private readonly DesktopHal _hal;
    private readonly TestLog _log = new();

    /// <param name="change">Changes how the board behaves; its handshakes are short here.</param>
    public BoardHub(Action<BoardBehaviour>? change = null)
    {
        DesktopHalOptions options = DesktopHalOptions.OfBoard();
        options.Nvs = new MemoryNvs();
        options.Board!.MinHandshakeMs = 200;
        options.Board.MaxHandshakeMs = 400;
        change?.Invoke(options.Board);
        _hal = new DesktopHal("unused", options);
        Manager = new PrinterManager(_hal, _log.Log, new PrinterClientFactory(_hal, _log.Log));
    }

    public PrinterManager Manager { get; }

    /// <summary>Most sockets that were seen open at once.</summary>
    public int MostOpen { get; private set; }

    /// <summary>Longest time that every thread stood still at once, in ms.</summary>
    public long LongestFreezeMs => _hal.Core!.LongestFreezeMs;

    /// <summary>Oldest report that was seen since the last <see cref="Forget"/>, by printer.</summary>
    public Dictionary<string, long> OldestMs { get; } = [];

    public void Register(Fleet fleet)
    {
        foreach (VirtualPrinter printer in fleet.Printers)
        {
            Manager.Register(printer.ToBoardConfig());
        }
    }

    public void Forget() => OldestMs.Clear();

    /// <summary>Looks at everything until the condition holds; false when it does not in time.</summary>
    public bool WatchUntil(Func<bool> condition, int timeoutMs)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < timeoutMs)
        {
            Look();
            if (condition())
            {
                return true;
            }

            Thread.Sleep(20);
        }

        return condition();
    }

    public void WaitFor(Func<bool> condition, string what) => Assert.IsTrue(WatchUntil(condition, Patience.LimitMs), "waited for: " + what + "\n" + Describe());

    public int Online() => Manager.Snapshot().Count(s => s.Link == LinkState.Online && s.Status.IsConnected && s.Status.LastReportMs >= 0);

    /// <summary>Ids of printers that wait for a socket and say so.</summary>
    public string[] Waiting() =>
        [.. Manager.Snapshot().Where(s => !s.Status.IsConnected && s.Status.ErrorMessage?.StartsWith("waits for a free connection: ", StringComparison.Ordinal) == true).Select(s => s.Config.Id)];

    public void AssertWithinLimits(int atLeastOpen)
    {
        Assert.IsFalse(_log.Has("sockets are in use"), "somebody opened a connection without a lease\n" + _log);
        Assert.AreEqual(0, _hal.Core!.BlindReads, "a read of what had not arrived would have stopped the board");
        _log.AssertNoErrors();
        Assert.IsLessThanOrEqualTo(_hal.Sockets.MaxSockets, MostOpen);
        Assert.IsGreaterThanOrEqualTo(atLeastOpen, MostOpen, "the test does not load what it is about");
    }

    public string Describe() => string.Join('\n', Manager.Snapshot().Select(s =>
        s.Config.Id + " " + s.Link + " age " + (_hal.Clock.NowMs - s.Status.LastReportMs) + " ms " + s.Status.ErrorMessage)) + "\n" + _log;

    public void Dispose()
    {
        Manager.Dispose();
        _hal.Dispose();
    }

    private void Look()
    {
        MostOpen = Math.Max(MostOpen, _hal.Sockets.OpenSockets);
        long nowMs = _hal.Clock.NowMs;
        foreach (PrinterSnapshot printer in Manager.Snapshot())
        {
            long ageMs = printer.Status.LastReportMs < 0 ? long.MaxValue : nowMs - printer.Status.LastReportMs;
            OldestMs[printer.Config.Id] = Math.Max(ageMs, OldestMs.GetValueOrDefault(printer.Config.Id));
        }
    }
}
