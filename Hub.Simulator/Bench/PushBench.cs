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
    private const int PatienceMs = 10_000;

    public static Benchmark[] All() =>
    [
        new("push.moonraker.latency", "µs, median", BenchGoal.AtMost, 20_000, Latency, "one byte there and back over TCP", () => LoopbackEcho.Milliseconds(Frames, PauseMs)[Frames / 2] * 1000) { WarmUps = 1 },
        new("push.moonraker.allocation", "bytes/notification", BenchGoal.AtMost, 0, Allocation, "System.Text.Json JsonDocument of the same update", PeerAllocation) { WarmUps = 1 },
    ];

    /// <summary>From handing the frame to the system until the manager shows it, through the worker's own thread.</summary>
    private static double Latency()
    {
        using ScriptedMoonraker peer = new();
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using FarmHub hub = new(hal, new NoLog(), LogLevel.Error);
        hub.Start([Config(peer)]);
        peer.WaitUntilSubscribed();
        PrinterSnapshot printer = hub.Snapshot("bench")!;
        return MedianMicroseconds(round =>
        {
            int target = 30 + round;
            peer.Send(ScriptedMoonraker.Update(target));
            long sinceMs = Environment.TickCount64;
            do
            {
                Thread.Yield();
                hub.Refresh(printer);
                ThrowIfLate(sinceMs);
            }
            while (printer.Status.BedTarget != target);
        });
    }

    /// <summary>The client's polls on this thread while another one sends; allocations while it waits between two frames count too.</summary>
    private static double Allocation()
    {
        using ScriptedMoonraker peer = new();
        using DesktopHal hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
        using IPrinterClient client = new PrinterClientFactory(hal).Create(Config(peer));
        client.Connect(CancellationToken.None);
        Thread sender = new(() =>
        {
            for (int target = 1; target <= 2 * Frames; target++)
            {
                peer.Send(ScriptedMoonraker.Update(target));
                Thread.Sleep(PauseMs);
            }
        });
        sender.Start();
        PollUntil(client, Frames);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PollUntil(client, 2 * Frames);
        double bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        sender.Join();
        return bytes / Frames;
    }

    private static double PeerAllocation()
    {
        byte[] update = ScriptedMoonraker.Update(30);
        return BenchClock.AllocatedBytes(() => JsonDocument.Parse(update).Dispose());
    }

    private static void PollUntil(IPrinterClient client, int bedTarget)
    {
        long sinceMs = Environment.TickCount64;
        while (!(client.Status.BedTarget >= bedTarget))
        {
            client.Poll(CancellationToken.None);
            ThrowIfLate(sinceMs);
        }
    }

    private static PrinterConfig Config(ScriptedMoonraker peer) => new() { Id = "bench", Type = PrinterTypes.Moonraker, Url = peer.Url };

    private static void ThrowIfLate(long sinceMs)
    {
        if (Environment.TickCount64 - sinceMs > PatienceMs)
        {
            throw new TimeoutException("an update did not arrive");
        }
    }

    private static double MedianMicroseconds(Action<int> work)
    {
        double[] times = new double[Frames];
        for (int i = 0; i < times.Length; i++)
        {
            Thread.Sleep(PauseMs);
            long start = Stopwatch.GetTimestamp();
            work(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
