using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>Moonraker's pushed updates: how soon one updates the printer's status, and what receiving it allocates.</summary>
internal static class PushBench
{
    private const int Frames = 100;
    private const int PauseMs = 2;
    private const int FirstTarget = 1;
    private const int PatienceMs = 10_000;
    private const string What = "pushed updates shown by the status";

    public static Benchmark[] All() =>
    [
        new("push.moonraker.latency", "µs, median", BenchGoal.AtMost, 20_000, () => Latency(ScriptedMoonraker.Update, PatienceMs), "one byte there and back over TCP", () => Measured.Reference(LoopbackEcho.Milliseconds(Frames, PauseMs)[Frames / 2] * 1000)) { WarmUps = 1 },
        new("push.moonraker.allocation", "bytes/notification", BenchGoal.AtMost, 0, () => Allocation(ScriptedMoonraker.Update, PatienceMs), "System.Text.Json JsonDocument of the same update", PeerAllocation) { WarmUps = 1 },
    ];

    /// <summary>From handing the frame to the system until the manager shows it, through the worker's own thread.</summary>
    /// <param name="update">The frame that carries a bed target.</param>
    /// <param name="patienceMs">How long one update may take before the measurement ends.</param>
    internal static Measured Latency(Func<int, byte[]> update, int patienceMs)
    {
        using ScriptedMoonraker peer = new();
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using FarmHub hub = new(hal, new NoLog(), LogLevel.Error);
        hub.Start([Config(peer)]);
        peer.WaitUntilSubscribed();
        PrinterSnapshot printer = hub.Snapshot("bench")!;
        Action refresh = () => Refresh(hub, printer);
        double[] times = new double[Frames];
        long shown = 0;
        for (int i = 0; i < Frames && shown == i; i++)
        {
            Thread.Sleep(PauseMs);
            long start = Stopwatch.GetTimestamp();
            peer.Send(update(FirstTarget + i));
            shown += IsShown(FirstTarget + i, printer.Status, refresh, patienceMs) ? 1 : 0;
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return new Measured(times[times.Length / 2], new Work(What, shown, Frames));
    }

    /// <summary>The client's polls on this thread; another one sends the next update once the last is shown. Allocations while it waits count too.</summary>
    /// <param name="update">The frame that carries a bed target.</param>
    /// <param name="patienceMs">How long one update may take before the measurement ends.</param>
    internal static Measured Allocation(Func<int, byte[]> update, int patienceMs)
    {
        using ScriptedMoonraker peer = new();
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using IPrinterClient client = new PrinterClientFactory(hal).Create(Config(peer));
        client.Connect(CancellationToken.None);
        using AutoResetEvent isShown = new(false);
        Thread sender = new(() =>
        {
            for (int i = 0; i < 2 * Frames && isShown.WaitOne(patienceMs); i++)
            {
                peer.Send(update(FirstTarget + i));
            }
        });
        sender.Start();
        Action poll = () => client.Poll(CancellationToken.None);
        long shown = 0;
        long before = 0;
        for (int i = 0; i < 2 * Frames && shown == i; i++)
        {
            before = i == Frames ? GC.GetAllocatedBytesForCurrentThread() : before;
            isShown.Set();
            shown += IsShown(FirstTarget + i, client.Status, poll, patienceMs) ? 1 : 0;
        }

        double bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        sender.Join();
        return new Measured(bytes / Frames, new Work(What, shown, 2 * Frames));
    }

    private static Measured PeerAllocation()
    {
        byte[] update = ScriptedMoonraker.Update(FirstTarget);
        return BenchClock.Allocated("documents", 1, () =>
        {
            using JsonDocument document = JsonDocument.Parse(update);
            return document.RootElement.ValueKind == JsonValueKind.Object ? 1 : 0;
        });
    }

    /// <summary>Polls until the status shows a bed target; false when it does not in time.</summary>
    private static bool IsShown(int bedTarget, PrinterStatus status, Action poll, int patienceMs)
    {
        long sinceMs = Environment.TickCount64;
        while (status.BedTarget != bedTarget)
        {
            if (Environment.TickCount64 - sinceMs > patienceMs)
            {
                return false;
            }

            poll();
        }

        return true;
    }

    private static void Refresh(FarmHub hub, PrinterSnapshot printer)
    {
        Thread.Yield();
        hub.Refresh(printer);
    }

    private static PrinterConfig Config(ScriptedMoonraker peer) => new() { Id = "bench", Type = PrinterTypes.Moonraker, Url = peer.Url };
}
