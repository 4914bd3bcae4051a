using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Simulator.Virtual.Bambu;
using Hub.Tests.Kills;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>
/// The firmware runs while people print and printers drop their connections or are away: its memory stays flat, no thread dies, nothing starts twice.
/// Flat is judged by a line through all samples after the first third, when what is bounded (log lines, job events, known answers) has filled.
/// HUB_SOAK_MINUTES changes the time, HUB_KILL_SEED what happens.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareSoakTests
{
    private const double Speed = 60;
    private const int LookMs = 5000;
    private const int DownMs = 2000;
    private const double MostLoss = 0.01;
    private const double Filled = 1 / 3.0;
    private const int LimitMs = 7200000;

    private readonly KillMoments _moments = new();
    private readonly int _seed = FirmwareParts.Number("HUB_KILL_SEED", 20261130);
    private readonly int _minutes = FirmwareParts.Number("HUB_SOAK_MINUTES", 10);
    private readonly List<Sample> _samples = [];
    private int _drops;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    [Timeout(LimitMs, CooperativeCancellation = true)]
    public async Task Firmware_PrintsAndDropsForLong_MemoryIsFlatAndNothingStartsTwice()
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1, Speed));
        await bed.AllOnlineAsync();
        CloudPerson[] people = [.. bed.Fleet.Printers.Select((printer, i) => new CloudPerson(new PrinterTruth(printer), bed.Rest, _moments, new Random(_seed + i + 1)))];
        using CancellationTokenSource stop = new();
        Task work = Task.WhenAll(people.Select(person => person.WorkAsync(stop.Token)));
        await await Task.WhenAny(RunAsync(bed), work);
        await stop.CancelAsync();
        await work;
        await bed.AllOnlineAsync();

        Sample[] judged = [.. _samples.Where(s => s.Minute >= Filled * _minutes)];
        double lost = -Slope(judged) * _minutes / judged.Average(s => s.Free);
        TestContext.WriteLine(string.Join("\n", _samples));
        TestContext.WriteLine($"seed {_seed}, {_minutes} minutes, {people.Sum(p => p.Truth.Runs.Length)} prints ran, {people.Sum(p => p.Commands)} commands, {_drops} drops; "
            + $"free memory after a collection {judged.Min(s => s.Free)} to {judged.Max(s => s.Free)} bytes, {Slope(judged):0} bytes a minute ({-lost:P2} in the run), {judged[^1].Threads} threads");
        Assert.IsFalse(bed.Board.HasExited, bed.Board.Out);
        Assert.AreEqual("", bed.Board.Faults);
        Assert.AreEqual((0, 0), (_samples[^1].Faults, _samples[^1].LostLines), "faults and lost lines");
        Assert.AreEqual(_samples[0].Threads, _samples[^1].Threads, "threads");
        Assert.IsLessThan(MostLoss, lost, "free memory is lost");
        string[] twice = [.. people.SelectMany(p => p.Prints.Where(print => p.Truth.StartsOf(print.Name) > 1)).Select(print => print.Name + " on " + print.Printer)];
        Assert.IsEmpty(twice, "started twice");
    }

    /// <summary>Drops printers and notes the firmware's memory until the time is up.</summary>
    private async Task RunAsync(FirmwareBed bed)
    {
        Random random = new(_seed);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalMinutes < _minutes)
        {
            await DropAsync(bed.Fleet.Printers[random.Next(bed.Fleet.Printers.Count)]);
            await Task.Delay(LookMs);
            if (await bed.Rest.TryAskHubAsync("health") is { } health)
            {
                _samples.Add(Sample.Of(watch.Elapsed.TotalMinutes, health));
            }
        }
    }

    private async Task DropAsync(VirtualPrinter printer)
    {
        _drops++;

        // Its print goes on.
        printer.WriteFaults(Encoding.UTF8.GetBytes(printer is VirtualBambu ? "{\"broker\":\"drop\"}" : "{\"drop\":true}"));
        await Task.Delay(DownMs);
        printer.WriteFaults(Encoding.UTF8.GetBytes("{}"));
    }

    /// <summary>Bytes that the memory grows in a minute: least squares.</summary>
    private static double Slope(Sample[] samples)
    {
        double minute = samples.Average(s => s.Minute);
        double free = samples.Average(s => s.Free);
        return samples.Sum(s => (s.Minute - minute) * (s.Free - free)) / samples.Sum(s => (s.Minute - minute) * (s.Minute - minute));
    }

    /// <summary>One look at the firmware's health. Asking for the free memory makes the board collect its garbage first.</summary>
    private sealed record Sample(double Minute, long Free, int Buffers, int Threads, int Faults, int LostLines)
    {
        public static Sample Of(double minute, JsonElement health) => new(
            minute,
            health.GetProperty("memory").GetProperty("free_bytes").GetInt64(),
            health.GetProperty("memory").GetProperty("buffers").GetInt32(),
            health.GetProperty("threads").GetProperty("beating").GetInt32(),
            health.GetProperty("log").GetProperty("faults").GetInt32(),
            health.GetProperty("log").GetProperty("lost_lines").GetInt32());

        public override string ToString() => $"{Minute:0.00} min: {Free} bytes free, {Buffers} buffers, {Threads} threads";
    }
}
