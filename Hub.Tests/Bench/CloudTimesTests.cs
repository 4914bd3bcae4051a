using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hub.Simulator.Bench;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Bench;

/// <summary>The arithmetic of `bench cloud.added` and `bench cloud.reconnect`: what did not happen does not count.</summary>
[TestClass]
public sealed class CloudTimesTests
{
    private static readonly BenchMeter s_meter = new(memoryBytesPerSecond: double.PositiveInfinity);
    private static readonly long s_ms = Stopwatch.Frequency / 1000;

    [TestMethod]
    [DataRow(0, 5, 7, 1, false, DisplayName = "never at the printer")]
    [DataRow(2, 0, 7, 1, false, DisplayName = "never proven")]
    [DataRow(2, 8, 7, 1, false, DisplayName = "answered before the proof")]
    [DataRow(2, 5, 0, 1, false, DisplayName = "refused")]
    [DataRow(2, 5, 7, 2, false, DisplayName = "executed twice")]
    [DataRow(2, 5, 7, 1, true, DisplayName = "done")]
    public void CommandTimes_IsDone_OnlyWhenAllHappenedInOrder(int arrived, int proven, int answered, int requests, bool isDone)
    {
        CommandTimes times = new(1, arrived, proven, answered, requests);
        Assert.AreEqual(isDone, times.IsDone);
    }

    [TestMethod]
    public void Added_AllCommandsDone_ShowsBothTimes()
    {
        BenchResult[] results = Added(AddedRun.Commands);
        Assert.HasCount(8, results);
        Assert.IsTrue(Array.TrueForAll(results, result => result.Pass));
        Assert.AreEqual(3, results.Single(result => result.Benchmark.Name == "cloud.added.octoprint.command.median").Figure, 0.001);
        Assert.AreEqual(2, results.Single(result => result.Benchmark.Name == "cloud.added.moonraker.answer.p99").Figure, 0.001);
    }

    [TestMethod]
    public void Added_OneCommandFailed_EveryFigureFails()
    {
        BenchResult[] results = Added(AddedRun.Commands - 1);
        Assert.IsTrue(Array.TrueForAll(results, result => result.Problem == "it counts 199 of 200 commands proven by the printer and acknowledged"));
    }

    [TestMethod]
    public void Reconnect_OneHubIsNotBack_EveryFigureFails()
    {
        BenchResult[] results = Reconnect([1, 2, null]);
        Assert.IsTrue(Array.TrueForAll(results, result => result.Problem == "it counts 2 of 3 reconnects of hubs whose printers the cloud then shows rightly"));
    }

    [TestMethod]
    public void Reconnect_HalfAreLate_MedianFails()
    {
        Assert.IsTrue(Array.TrueForAll(Reconnect([1, 4, 30]), result => result.Pass));
        BenchResult[] late = Reconnect([1, 6, 61]);
        Assert.IsFalse(late[0].Pass);
        Assert.IsFalse(late[1].Pass);
    }

    [TestMethod]
    public void Lengths_OfARun_AreTheSameEachTimeAndUpTo10Seconds()
    {
        double[] lengths = ReconnectRun.Lengths(null);
        CollectionAssert.AreEqual(lengths, ReconnectRun.Lengths(null));
        Assert.IsTrue(Array.TrueForAll(lengths, length => length is >= 1 and <= ReconnectRun.LongestShort));
        CollectionAssert.AreEqual(new double[] { 60 }, ReconnectRun.Lengths(60));
    }

    [TestMethod]
    public void Part_OfAFleet_HasTwoPrinters()
    {
        using JsonDocument part = JsonDocument.Parse(ReconnectRun.Part("{\"version\":1,\"printers\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"}]}"u8.ToArray(), 2));
        Assert.AreEqual("c,d", string.Join(',', part.RootElement.GetProperty("printers").EnumerateArray().Select(printer => printer.GetProperty("id").GetString())));
    }

    [TestMethod]
    public void SecondsSince_UntilTheLastPrinter_IgnoresOldTargets()
    {
        ShownTargets shown = new();
        shown.Want("a", 41);
        shown.Want("b", 41);
        shown.Show("a", 40, 5 * s_ms);
        Assert.IsNull(shown.SecondsSince(0, ["a"]));
        shown.Show("a", 41, 10 * s_ms);
        shown.Show("b", 41, 30 * s_ms);
        shown.Show("a", 41, 90 * s_ms);
        Assert.AreEqual(0.03, shown.SecondsSince(0, ["a", "b"])!.Value, 0.0001);
        shown.Want("a", 42);
        Assert.AreEqual(1, shown.Seen);
    }

    [TestMethod]
    [DataRow("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", 0)]
    [DataRow("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 41)]
    [DataRow("POST / HTTP/1.1\r\nContent-Le", 0)]
    [DataRow("GET / HTTP/1.1\r\n\r\n", 18)]
    public void LengthOf_Request_IsKnownOnceItIsWhole(string text, int length) => Assert.AreEqual(length, LoopbackHttp.LengthOf(text));

    [TestMethod]
    public void Relay_CutAndMended_RefusesAndConnectsAtTheSamePort()
    {
        using LoopbackHttp server = new("{}");
        using CutRelay relay = new();
        Assert.ThrowsExactly<SocketException>(() => Ask(relay.EndPoint));
        relay.Mend(server.Address);
        Assert.IsGreaterThan(0, Ask(relay.EndPoint));
        using TcpClient open = new();
        open.Connect(relay.EndPoint);
        relay.Cut();
        Assert.ThrowsExactly<SocketException>(() => Ask(relay.EndPoint));
        Assert.IsTrue(IsReset(open), "what was open is reset");
        relay.Mend(server.Address);
        Assert.IsGreaterThan(0, Ask(relay.EndPoint));
    }

    private static int Ask(IPEndPoint server)
    {
        using TcpClient client = new();
        client.Connect(server);
        client.GetStream().Write("GET / HTTP/1.1\r\n\r\n"u8);
        return client.GetStream().Read(new byte[1024]);
    }

    private static bool IsReset(TcpClient client)
    {
        try
        {
            return client.Client.Receive(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static BenchResult[] Added(int done)
    {
        IEnumerable<CommandTimes> times = Enumerable.Range(0, AddedRun.Commands).Select(i => new CommandTimes(1, 1 + (3 * s_ms), 1 + (5 * s_ms), i < done ? 1 + (7 * s_ms) : 0, 1));
        AddedTimes one = AddedRun.Summarize([.. times]);
        AddedFigures figures = new(new Dictionary<string, AddedTimes> { ["moonraker"] = one, ["octoprint"] = one }, [0.1]);
        return [.. AddedBench.Create(() => figures).Select(s_meter.Measure)];
    }

    private static BenchResult[] Reconnect(double?[] back) => [.. ReconnectBench.Create(areShort: true, () => ReconnectRun.Summarize([1, 2, 3], back, [0.01])).Select(s_meter.Measure)];
}
