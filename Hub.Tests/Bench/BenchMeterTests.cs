using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Hub.Simulator.Bench;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Bench;

/// <summary>A figure passes only with the work behind it.</summary>
[TestClass]
public sealed class BenchMeterTests
{
    private const double MemoryBytesPerSecond = 10e9;

    [TestMethod]
    public void Measure_WorkIsDone_PassesWithTheMedian()
    {
        double[] seconds = [9, 1, 4, 2, 3, 5];
        int round = 0;
        BenchResult result = Measure(Speed(() => OfBytes(6000, seconds[round++])) with { Rounds = 5, WarmUps = 1 });

        Assert.IsTrue(result.Pass, result.Problem);
        Assert.AreEqual(6000 / 3.0, result.Figure);
        Assert.AreEqual(1000, result.PeerFigure);
    }

    [TestMethod]
    public void Measure_WorkIsSkipped_Fails()
    {
        BenchResult result = Measure(Speed(() => Measured.Speed(new Work("reports read", 5, 600) { Bytes = 1e6, Seconds = 1 }, 1)));

        Assert.IsFalse(result.Pass);
        Assert.AreEqual("it counts 5 of 600 reports read", result.Problem);
    }

    [TestMethod]
    public void Measure_OneRoundSkipsItsWork_Fails()
    {
        int round = 0;
        BenchResult result = Measure(Speed(() => ++round == 4 ? Measured.Speed(new Work("reports read", 0, 1) { Bytes = 1e6, Seconds = 1 }, 1) : OfBytes(1e6, 1)));

        Assert.IsFalse(result.Pass);
        Assert.AreEqual("it counts 0 of 1 reports read", result.Problem);
    }

    [TestMethod]
    public void Measure_NoWorkIsCounted_Fails()
    {
        Assert.IsFalse(Measure(AtMost(() => Measured.Reference(0))).Pass);
        Assert.IsFalse(Measure(AtMost(() => new Measured(0, new Work("reports read", 0, 0)))).Pass);
    }

    [TestMethod]
    public void Measure_FasterThanTheMemory_Fails()
    {
        BenchResult result = Measure(Speed(() => OfBytes(133_000e6, 1)));

        Assert.IsFalse(result.Pass);
        StringAssert.Contains(result.Problem, "more than the memory copies (10.0 GB/s)");
    }

    [TestMethod]
    public void Measure_SpeedWithoutBytesOrTime_Fails()
    {
        Assert.IsFalse(Measure(Speed(() => new Measured(1000, new Work("reports read", 1, 1)))).Pass);
        Assert.IsFalse(Measure(Speed(() => new Measured(1000, new Work("reports read", 1, 1) { Bytes = 1000 }))).Pass);
    }

    [TestMethod]
    public void Measure_PeerSkipsItsWork_Fails()
    {
        BenchResult result = Measure(Speed(() => OfBytes(1e6, 1)) with { PeerRun = () => Measured.Reference(1) });

        Assert.IsFalse(result.Pass);
        Assert.AreEqual("the peer: it counts no work", result.Problem);
    }

    [TestMethod]
    public void Measure_BenchmarkThrows_FailsWithTheReason()
    {
        BenchResult result = Measure(AtMost(() => throw new InvalidOperationException("the server did not start")));

        Assert.IsFalse(result.Pass);
        Assert.AreEqual("the server did not start", result.Problem);
        Assert.IsTrue(double.IsNaN(result.Figure));
    }

    [TestMethod]
    public void Run_OneFails_TheOthersStillRunAndTheDocumentSaysWhy()
    {
        using StringWriter output = new();
        Benchmark bad = AtMost(() => throw new InvalidOperationException("the server did not start"));
        Benchmark good = AtMost(() => new Measured(1, new Work("reports read", 7, 7))) with { Name = "good" };

        Assert.AreEqual(1, BenchRunner.Run([bad, good], null, json: true, output));

        using JsonDocument document = JsonDocument.Parse(output.ToString());
        JsonElement[] results = [.. document.RootElement.GetProperty("benchmarks").EnumerateArray()];
        string[] contract = ["name", "figure", "unit", "peer", "peer_figure", "ratio", "target", "pass"];
        CollectionAssert.IsSubsetOf(contract, results[0].EnumerateObject().Select(member => member.Name).ToArray());
        CollectionAssert.IsSubsetOf(contract, results[1].EnumerateObject().Select(member => member.Name).ToArray());
        Assert.IsFalse(results[0].GetProperty("pass").GetBoolean());
        Assert.AreEqual("the server did not start", results[0].GetProperty("problem").GetString());
        Assert.IsTrue(results[1].GetProperty("pass").GetBoolean());
        Assert.AreEqual(7, results[1].GetProperty("work_done").GetInt64());
    }

    [TestMethod]
    public void MemoryBandwidth_ThisMachine_IsThatOfAMemory()
    {
        double bytesPerSecond = MemoryBandwidth.Measure();

        Assert.IsTrue(bytesPerSecond is > 1e8 and < 1e12, bytesPerSecond.ToString("E1"));
    }

    private static BenchResult Measure(Benchmark benchmark) => new BenchMeter(MemoryBytesPerSecond).Measure(benchmark);

    private static Measured OfBytes(double bytes, double seconds) => Measured.Speed(new Work("reports read", 1, 1) { Bytes = bytes, Seconds = seconds }, 1);

    private static Benchmark Speed(Func<Measured> hub) => new("speed", "bytes/s", BenchGoal.RatioToPeer, 0.5, hub, "peer", () => OfBytes(1000, 1));

    private static Benchmark AtMost(Func<Measured> hub) => new("bad", "bytes", BenchGoal.AtMost, 10, hub, "none", () => Measured.Reference(0));
}
