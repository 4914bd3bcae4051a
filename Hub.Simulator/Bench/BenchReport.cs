using System.Collections.Generic;
using System.IO;
using Hub.Core.Json;

namespace Hub.Simulator.Bench;

/// <summary>Shows results to people and to programs.</summary>
internal static class BenchReport
{
    public static void WriteTable(IEnumerable<BenchResult> results, TextWriter output)
    {
        output.WriteLine($"{"benchmark",-32} {"figure",10} {"peer",10} {"ratio",7} {"target",7}      unit, peer");
        foreach (BenchResult result in results)
        {
            Benchmark benchmark = result.Benchmark;
            string ratio = double.IsNaN(result.Ratio) ? "-" : result.Ratio.ToString("F2");
            string verdict = result.Pass ? "ok  " : "FAIL";
            output.WriteLine(
                $"{benchmark.Name,-32} {result.Figure,10:F1} {result.PeerFigure,10:F1} {ratio,7} {benchmark.Target,7:0.##} {verdict} {benchmark.Unit}, {benchmark.Peer}");
            if (result.Problem != null)
            {
                output.WriteLine("  " + result.Problem);
            }
        }
    }

    /// <summary>A figure or a ratio that does not exist (the peer's figure is 0) is null.</summary>
    public static void WriteJson(IEnumerable<BenchResult> results, TextWriter output)
    {
        JsonWriter writer = new JsonWriter(1024, 1024 * 1024);
        writer.BeginObject();
        writer.Name("benchmarks");
        writer.BeginArray();
        foreach (BenchResult result in results)
        {
            Write(result, writer);
        }

        writer.EndArray();
        writer.EndObject();
        output.WriteLine(writer.ToString());
    }

    private static void Write(BenchResult result, JsonWriter writer)
    {
        writer.BeginObject();
        writer.Name("name");
        writer.Value(result.Benchmark.Name);
        writer.Name("figure");
        writer.Value(result.Figure, 3);
        writer.Name("unit");
        writer.Value(result.Benchmark.Unit);
        writer.Name("peer");
        writer.Value(result.Benchmark.Peer);
        writer.Name("peer_figure");
        writer.Value(result.PeerFigure, 3);
        writer.Name("ratio");
        writer.Value(result.Ratio, 3);
        writer.Name("target");
        writer.Value(result.Benchmark.Target, 3);
        writer.Name("pass");
        writer.Value(result.Pass);
        writer.Name("work");
        writer.Value(result.Work.What);
        writer.Name("work_done");
        writer.Value(result.Work.Done);
        writer.Name("work_expected");
        writer.Value(result.Work.Expected);
        if (result.Problem != null)
        {
            writer.Name("problem");
            writer.Value(result.Problem);
        }

        writer.EndObject();
    }
}
