using System;
using System.Collections.Generic;
using System.Text.Json;
using Hub.Core.Json;

namespace Hub.Simulator.Bench;

/// <summary>The JSON reader against System.Text.Json: every token of a report read, every number converted.</summary>
internal static class JsonBench
{
    private const string Peer = "System.Text.Json Utf8JsonReader";
    private const double BytesPerMegabyte = 1e6;

    public static IEnumerable<Benchmark> Create()
    {
        foreach (ReportSample sample in ReportSamples.Load())
        {
            yield return Speed(sample);
            yield return Allocation(sample);
        }
    }

    private static Benchmark Speed(ReportSample sample)
    {
        byte[] report = sample.Bytes;
        JsonReader reader = new JsonReader(64);
        double megabytes = report.Length / BytesPerMegabyte;
        return new Benchmark(
            $"json.{sample.Name}.speed",
            "MB/s",
            BenchGoal.RatioToPeer,
            0.5,
            () => BenchClock.RunsPerSecond(() => ReadWithHub(reader, report)) * megabytes,
            Peer,
            () => BenchClock.RunsPerSecond(() => ReadWithPeer(report)) * megabytes);
    }

    private static Benchmark Allocation(ReportSample sample)
    {
        byte[] report = sample.Bytes;
        JsonReader reader = new JsonReader(64);
        return new Benchmark(
            $"json.{sample.Name}.allocated",
            "bytes/report",
            BenchGoal.AtMost,
            0,
            () => BenchClock.AllocatedBytes(() => ReadWithHub(reader, report)),
            Peer,
            () => BenchClock.AllocatedBytes(() => ReadWithPeer(report)));
    }

    private static double ReadWithHub(JsonReader reader, byte[] report)
    {
        double sum = 0;
        reader.Reset(report, 0, report.Length);
        JsonToken token;
        while ((token = reader.Read()) != JsonToken.End)
        {
            if (token != JsonToken.Number)
            {
                continue;
            }

            if (reader.TryGetInt64(out long whole))
            {
                sum += whole;
            }
            else if (reader.TryGetDouble(out double number))
            {
                sum += number;
            }
        }

        return sum;
    }

    /// <summary>The peer reads every token and converts every number.</summary>
    internal static double ReadWithPeer(byte[] report)
    {
        double sum = 0;
        Utf8JsonReader reader = new Utf8JsonReader(report);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number)
            {
                continue;
            }

            if (reader.TryGetInt64(out long whole))
            {
                sum += whole;
            }
            else if (reader.TryGetDouble(out double number))
            {
                sum += number;
            }
        }

        return sum;
    }
}
