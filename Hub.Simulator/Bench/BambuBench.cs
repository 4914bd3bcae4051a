using System;
using System.Collections.Generic;
using System.Linq;

namespace Hub.Simulator.Bench;

/// <summary>From a Bambu report in the receive buffer to the updated status, through the real client.</summary>
internal static class BambuBench
{
    internal const string What = "reports shown by the status";

    private const string Peer = "System.Text.Json Utf8JsonReader over the same bytes";
    private const int HeldPrinters = 50;
    private const int MaxHeldBytes = 32 * 1024;

    public static IEnumerable<Benchmark> Create() => ReportSamples.Load().SelectMany(sample => Create(sample, pollMs: 0));

    /// <summary>All benchmarks of a report.</summary>
    /// <param name="sample">A full report.</param>
    /// <param name="pollMs">0, so that the client reads every full report; with more it drops those that come sooner.</param>
    internal static IEnumerable<Benchmark> Create(ReportSample sample, int pollMs)
    {
        byte[] report = sample.Bytes;
        string name = sample.Name.StartsWith("bambu-", StringComparison.Ordinal) ? sample.Name["bambu-".Length..] : sample.Name;
        long expected = JsonBench.ReadWithPeer(report);
        Lazy<BambuReading> reading = new(() => BambuReading.Connect(report, pollMs));
        yield return new Benchmark(
            $"bambu.{name}.speed",
            "MB/s",
            BenchGoal.RatioToPeer,
            0.5,
            () => BenchClock.Speed(What, 1, report.Length, reading.Value.ReadOne),
            Peer,
            () => BenchClock.Speed(JsonBench.What, expected, report.Length, () => JsonBench.ReadWithPeer(report)));
        yield return new Benchmark(
            $"bambu.{name}.allocated",
            "bytes/report",
            BenchGoal.AtMost,
            0,
            () => BenchClock.Allocated(What, 1, reading.Value.ReadOne),
            Peer,
            () => BenchClock.Allocated(JsonBench.What, expected, () => JsonBench.ReadWithPeer(report)));
        yield return new Benchmark(
            $"bambu.{name}.held", "bytes/printer", BenchGoal.AtMost, MaxHeldBytes, () => Held(reading.Value), "none", () => Measured.Reference(0)) { Rounds = 3, WarmUps = 1 };
    }

    /// <summary>Memory that one connected printer keeps, without the receive buffer of its MQTT session (one block of the pool).</summary>
    private static Measured Held(BambuReading reading)
    {
        BenchBroker[] brokers = [.. Enumerable.Range(0, HeldPrinters).Select(_ => reading.NewBroker())];
        BambuReading[] printers = new BambuReading[HeldPrinters];
        long shown = 0;
        long before = GC.GetTotalMemory(true);
        for (int i = 0; i < printers.Length; i++)
        {
            printers[i] = reading.Connect(brokers[i]);
            shown += printers[i].ReadOne();
        }

        double held = (GC.GetTotalMemory(true) - before) / (double)HeldPrinters;
        foreach (BambuReading printer in printers)
        {
            printer.Dispose();
        }

        return new Measured(held, new Work(What, shown, HeldPrinters));
    }
}
