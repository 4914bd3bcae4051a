using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Tests.Kills;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>
/// The firmware's heap: what eight printers take of it, and that nothing dies or starts twice while its allocations fail.
/// HUB_MOST_HEAP changes the limit in bytes (a 64-bit runtime takes more than the board), HUB_OOM_SECONDS how long they fail, HUB_KILL_SEED what happens.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareMemoryTests
{
    private const double Speed = 60;
    private const int Looks = 8;
    private const int LookMs = 2000;
    private const int MostHeap = 300000;
    private const int RecoverMs = 420000;
    private const int LimitMs = 1800000;

    /// <summary>The transfer buffers, which are made at the start, whatever the number of printers.</summary>
    private const long BufferBytes = 32 * 16 * 1024;

    private readonly KillMoments _moments = new();
    private readonly int _seed = FirmwareParts.Number("HUB_KILL_SEED", 20261130);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    public async Task Heap_FourMoonrakersAndFourBambusWithACa_IsSmall()
    {
        long without = await UsedAsync(0, 0);
        long with = await UsedAsync(4, 4);
        TestContext.WriteLine($"heap in use, without {BufferBytes} bytes of transfer buffers: {without} bytes without printers, {with} with eight ({with - without} for them)");
        Assert.IsLessThan(FirmwareParts.Number("HUB_MOST_HEAP", MostHeap), with - without);
    }

    [TestMethod]
    [TestCategory("Firmware")]
    [Timeout(LimitMs, CooperativeCancellation = true)]
    public async Task Memory_AllocationsFail_NoThreadDiesAndNothingStartsTwice()
    {
        string lack = Path.Combine(Path.GetTempPath(), "hub-no-memory-" + Guid.NewGuid().ToString("N"));
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1, Speed), new Dictionary<string, string> { ["HUB_OOM"] = lack });
        await bed.AllOnlineAsync();
        int threads = await ThreadsAsync(bed);
        CloudPerson[] people = [.. bed.Fleet.Printers.Select((printer, i) => new CloudPerson(new PrinterTruth(printer), bed.Rest, _moments, new Random(_seed + i + 1)))];
        using CancellationTokenSource stop = new();
        Task work = Task.WhenAll(people.Select(person => person.WorkAsync(stop.Token)));
        try
        {
            await File.WriteAllTextAsync(lack, "");
            await Task.Delay(TimeSpan.FromSeconds(FirmwareParts.Number("HUB_OOM_SECONDS", 60)));
        }
        finally
        {
            File.Delete(lack);
        }

        int[] before = [.. people.Select(p => p.Truth.Runs.Length)];
        Stopwatch watch = Stopwatch.StartNew();
        while (!work.IsCompleted && !bed.Board.HasExited && people.Where((p, i) => p.Truth.Runs.Length == before[i]).Any() && watch.ElapsedMilliseconds < RecoverMs)
        {
            await Task.Delay(LookMs);
        }

        await stop.CancelAsync();
        TestContext.WriteLine($"{before.Sum()} prints ran while memory was short, all print again after {watch.Elapsed.TotalSeconds:0} s, {people.Sum(p => p.Commands)} commands, {bed.Board.Faults.Count(c => c == '\n')} lines of faults");
        Assert.IsFalse(bed.Board.HasExited, bed.Board.Out);
        await work;
        Assert.DoesNotContain("unhandled", bed.Board.Out);
        Assert.IsEmpty(people.Where((p, i) => p.Truth.Runs.Length == before[i]).Select(p => p.Truth.Printer.Id), "prints no more\n" + bed.Board.Out);
        await bed.AllOnlineAsync();
        Assert.IsGreaterThanOrEqualTo(threads, await ThreadsAsync(bed), "threads");
        string[] twice = [.. people.SelectMany(p => p.Prints.Where(print => p.Truth.StartsOf(print.Name) > 1)).Select(print => print.Name + " on " + print.Printer)];
        Assert.IsEmpty(twice, "started twice");
    }

    /// <summary>The least that is in use some seconds after a start from the flash.</summary>
    private async Task<long> UsedAsync(int moonraker, int bambu)
    {
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 0, 0, moonraker, bambu));
        await bed.AllOnlineAsync();
        await bed.RestartAsync();
        await bed.ConnectedAsync();
        long least = long.MaxValue;
        for (int i = 0; i < Looks; i++)
        {
            await Task.Delay(LookMs);
            if (await bed.Rest.TryAskHubAsync("health") is { } health)
            {
                least = Math.Min(least, health.GetProperty("memory").GetProperty("used_bytes").GetInt64());
            }
        }

        Assert.AreEqual("", bed.Board.Faults);
        return least - BufferBytes;
    }

    private static async Task<int> ThreadsAsync(FirmwareBed bed)
    {
        JsonElement? health = null;
        for (int i = 0; i < Looks && health == null; i++)
        {
            health = await bed.Rest.TryAskHubAsync("health");
        }

        return health!.Value.GetProperty("threads").GetProperty("beating").GetInt32();
    }
}
