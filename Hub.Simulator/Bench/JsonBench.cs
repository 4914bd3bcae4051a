using System;
using System.Collections.Generic;
using System.Text.Json;
using Hub.Core.Json;

namespace Hub.Simulator.Bench;

/// <summary>The JSON reader against System.Text.Json: every token of a report read, every number converted.</summary>
internal static class JsonBench
{
    /// <summary>What <see cref="ReadWithPeer"/> counts.</summary>
    internal const string What = "tokens and converted numbers";

    private const string Peer = "System.Text.Json Utf8JsonReader";

    public static IEnumerable<Benchmark> Create()
    {
        foreach (ReportSample sample in ReportSamples.Load())
        {
            JsonReader reader = new(64);
            foreach (Benchmark benchmark in Create(sample, () => ReadWithHub(reader, sample.Bytes)))
            {
                yield return benchmark;
            }
        }
    }

    /// <summary>Speed and allocation of a reader; what it counts in a report must be what the peer counts.</summary>
    internal static IEnumerable<Benchmark> Create(ReportSample sample, Func<long> hub)
    {
        byte[] report = sample.Bytes;
        long expected = ReadWithPeer(report);
        yield return new Benchmark(
            $"json.{sample.Name}.speed",
            "MB/s",
            BenchGoal.RatioToPeer,
            0.5,
            () => BenchClock.Speed(What, expected, report.Length, hub),
            Peer,
            () => BenchClock.Speed(What, expected, report.Length, () => ReadWithPeer(report)));
        yield return new Benchmark(
            $"json.{sample.Name}.allocated",
            "bytes/report",
            BenchGoal.AtMost,
            0,
            () => BenchClock.Allocated(What, expected, hub),
            Peer,
            () => BenchClock.Allocated(What, expected, () => ReadWithPeer(report)));
    }

    /// <summary>The peer reads every token and converts every number.</summary>
    internal static long ReadWithPeer(byte[] report)
    {
        long count = 0;
        Utf8JsonReader reader = new(report);
        while (reader.Read())
        {
            count++;
            if (reader.TokenType == JsonTokenType.Number && (reader.TryGetInt64(out _) || reader.TryGetDouble(out _)))
            {
                count++;
            }
        }

        return count;
    }

    private static long ReadWithHub(JsonReader reader, byte[] report)
    {
        long count = 0;
        reader.Reset(report, 0, report.Length);
        JsonToken token;
        while ((token = reader.Read()) != JsonToken.End)
        {
            count++;
            if (token == JsonToken.Number && (reader.TryGetInt64(out _) || reader.TryGetDouble(out _)))
            {
                count++;
            }
        }

        return count;
    }
}
