using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
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
/// HUB_SOAK_MINUTES changes the time, HUB_KILL_SEED what happens.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareSoakTests
{
    private const double Speed = 60;
    private const int LookMs = 5000;
    private const int DownMs = 2000;
    private const double MostGrowth = 0.01;
    private const int LimitMs = 7200000;

    private readonly KillMoments _moments = new();
    private readonly int _seed = FirmwareParts.Number("HUB_KILL_SEED", 20261130);
    private readonly int _minutes = FirmwareParts.Number("HUB_SOAK_MINUTES", 10);
    private readonly List<(double Minute, long Free)> _memory = [];
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

        long before = MostFree(0.2, 0.5);
        long after = MostFree(0.7, 1);
        TestContext.WriteLine($"{_minutes} minutes, {people.Sum(p => p.Truth.Runs.Length)} prints ran, {people.Sum(p => p.Commands)} commands, {_drops} drops; free memory {before} bytes, then {after}");
        Assert.IsFalse(bed.Board.HasExited, bed.Board.Out);
        Assert.AreEqual("", bed.Board.Faults);
        Assert.IsLessThan(MostGrowth, (before - after) / (double)before, string.Join(", ", _memory));
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
                _memory.Add((watch.Elapsed.TotalMinutes, health.GetProperty("memory").GetProperty("free_bytes").GetInt64()));
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

    private long MostFree(double from, double to) => _memory.Where(m => m.Minute >= from * _minutes && m.Minute <= to * _minutes).Max(m => m.Free);
}
