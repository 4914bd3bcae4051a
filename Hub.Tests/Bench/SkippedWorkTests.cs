using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Simulator.Bench;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Bench;

/// <summary>Every benchmark fails when what it measures skips its work.</summary>
[TestClass]
public sealed class SkippedWorkTests
{
    private static readonly BenchMeter s_meter = new(memoryBytesPerSecond: double.PositiveInfinity);

    public static IEnumerable<object[]> Samples => ReportSamples.Load().Select(sample => new object[] { sample.Name });

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Bambu_EveryReportIsRead_HasNoProblem(string name)
    {
        foreach (BenchResult result in BambuBench.Create(Sample(name), pollMs: 0).Select(MeasureOnce))
        {
            Assert.IsNull(result.Problem, result.Benchmark.Name);
        }
    }

    /// <summary>The client drops full reports that come sooner than poll_ms.</summary>
    [TestMethod]
    [DataRow("bambu-x1")]
    [DataRow("bambu-h2")]
    public void Bambu_ReportsAreDropped_Fails(string name)
    {
        Benchmark[] benchmarks = [.. BambuBench.Create(Sample(name), pollMs: 2000).Where(benchmark => !benchmark.Name.EndsWith(".held", StringComparison.Ordinal))];
        Assert.HasCount(2, benchmarks);
        foreach (BenchResult result in benchmarks.Select(MeasureOnce))
        {
            Assert.IsFalse(result.Pass, result.Benchmark.Name);
            StringAssert.Contains(result.Problem, BambuBench.What);
        }
    }

    [TestMethod]
    public void Json_ReaderSkipsOneToken_Fails()
    {
        ReportSample sample = Sample("bambu-x1");
        foreach (BenchResult result in JsonBench.Create(sample, () => JsonBench.ReadWithPeer(sample.Bytes) - 1).Select(MeasureOnce))
        {
            Assert.IsFalse(result.Pass, result.Benchmark.Name);
            StringAssert.Contains(result.Problem, JsonBench.What);
        }
    }

    [TestMethod]
    public void Push_UpdatesAreNotShown_Fails()
    {
        byte[] same = ScriptedMoonraker.Update(1);

        Assert.AreEqual("it counts 1 of 100 pushed updates shown by the status", PushBench.Latency(_ => same, patienceMs: 100).Work.Problem(double.PositiveInfinity));
        Assert.AreEqual("it counts 1 of 200 pushed updates shown by the status", PushBench.Allocation(_ => same, patienceMs: 100).Work.Problem(double.PositiveInfinity));
    }

    [TestMethod]
    public void Fleet_HubShowsNothing_EveryFigureFails()
    {
        FleetFigures still = new(0, 0, 40, [], [], 0, [0.1]) { Changes = new Work("changes shown by the hub", 0, 540) };
        BenchResult[] results = [.. FleetBench.Create(10, () => still).Where(benchmark => !benchmark.Name.EndsWith(".memory", StringComparison.Ordinal)).Select(MeasureOnce)];

        Assert.IsTrue(results.Length > 0 && Array.TrueForAll(results, result => result.Problem == "it counts 0 of 540 changes shown by the hub"));
    }

    [TestMethod]
    [DataRow("nothing")]
    [DataRow("half")]
    [DataRow("altered")]
    [DataRow("twice")]
    public void Upload_ServerDoesNotStoreTheFile_Fails(string fault)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-test-");
        try
        {
            string storage = Directory.CreateDirectory(Path.Combine(folder.FullName, "storage")).FullName;
            UploadFile file = new(Path.Combine(folder.FullName, "bench.gcode"), 1);
            byte[] bytes = File.ReadAllBytes(file.Path);
            BenchResult Upload(Action store) => MeasureOnce(new Benchmark(
                "upload", "MiB/s", BenchGoal.RatioToPeer, 0.1, () => UploadWork.Speed(file, storage, () => Seconds(store)), "peer", () => UploadWork.Speed(file, storage, () => Seconds(() => Store(bytes)))));
            void Store(byte[] content, string name = "a.gcode") => File.WriteAllBytes(Path.Combine(storage, name), content);

            Assert.IsNull(Upload(() => Store(bytes)).Problem);
            BenchResult result = Upload(() =>
            {
                switch (fault)
                {
                    case "half":
                        Store(bytes[..(bytes.Length / 2)]);
                        break;
                    case "altered":
                        Store([.. bytes[..^1], (byte)(bytes[^1] + 1)]);
                        break;
                    case "twice":
                        Store(bytes);
                        Store(bytes, "b.gcode");
                        break;
                    default:
                        break;
                }
            });
            Assert.IsFalse(result.Pass);
            Assert.AreEqual("it counts 0 of 1048576 bytes stored and verified", result.Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Seconds(Action store)
    {
        store();
        return 1;
    }

    private static ReportSample Sample(string name) => ReportSamples.Load().Single(sample => sample.Name == name);

    private static BenchResult MeasureOnce(Benchmark benchmark) => s_meter.Measure(benchmark with { Rounds = 1, WarmUps = 0 });
}
