using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;

namespace Hub.Simulator.Bench;

/// <summary>From a Bambu report in the receive buffer to the updated status, through the real client.</summary>
internal static class BambuBench
{
    private const string Peer = "System.Text.Json Utf8JsonReader over the same bytes";
    private const double BytesPerMegabyte = 1e6;
    private const int HeldPrinters = 50;
    private const int MaxHeldBytes = 32 * 1024;

    public static IEnumerable<Benchmark> Create()
    {
        foreach (ReportSample sample in ReportSamples.Load())
        {
            string name = sample.Name.StartsWith("bambu-", StringComparison.Ordinal) ? sample.Name["bambu-".Length..] : sample.Name;
            yield return Speed(name, sample.Bytes);
            yield return Allocation(name, sample.Bytes);
            yield return new Benchmark($"bambu.{name}.held", "bytes/printer", BenchGoal.AtMost, MaxHeldBytes, () => Held(sample.Bytes), "none", () => 0) { Rounds = 2, WarmUps = 1 };
        }
    }

    private static Benchmark Speed(string name, byte[] report)
    {
        BambuClient client = Connected(report);
        double megabytes = report.Length / BytesPerMegabyte;
        return new Benchmark(
            $"bambu.{name}.speed",
            "MB/s",
            BenchGoal.RatioToPeer,
            0.5,
            () => BenchClock.RunsPerSecond(() => client.Poll(CancellationToken.None)) * BenchBroker.MessagesPerPoll * megabytes,
            Peer,
            () => BenchClock.RunsPerSecond(() => JsonBench.ReadWithPeer(report)) * megabytes);
    }

    private static Benchmark Allocation(string name, byte[] report)
    {
        BambuClient client = Connected(report);
        return new Benchmark(
            $"bambu.{name}.allocated",
            "bytes/report",
            BenchGoal.AtMost,
            0,
            () => BenchClock.AllocatedBytes(() => client.Poll(CancellationToken.None)) / BenchBroker.MessagesPerPoll,
            Peer,
            () => BenchClock.AllocatedBytes(() => JsonBench.ReadWithPeer(report)));
    }

    /// <summary>Memory that one connected printer keeps, without the receive buffer of its MQTT session (one block of the pool).</summary>
    private static double Held(byte[] report)
    {
        BambuClient[] clients = new BambuClient[HeldPrinters];
        long before = GC.GetTotalMemory(true);
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = Connected(report);
        }

        double held = (GC.GetTotalMemory(true) - before) / (double)HeldPrinters;
        GC.KeepAlive(clients);
        return held;
    }

    private static BambuClient Connected(byte[] report)
    {
        BambuClient client = new(new BenchBroker(report), new PrinterConfig
        {
            Id = "bench",
            Type = PrinterTypes.Bambu,
            Host = "127.0.0.1",
            Serial = "00M00A000000001",
            AccessCode = new Secret("bench"),
            Tls = new Core.Hal.TlsOptions { Insecure = true },
        });
        client.Connect(CancellationToken.None);
        client.Poll(CancellationToken.None);
        return client;
    }
}
