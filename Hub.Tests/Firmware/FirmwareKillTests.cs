using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Virtual;
using Hub.Tests.Kills;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>
/// The firmware loses its power at random moments while people print on four printers through the cloud and by hand: nothing starts twice or after
/// a refusal, and the cloud's picture is the printers'. HUB_KILLS changes the number, HUB_KILL_SEED the moments.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FirmwareKillTests
{
    private const double Speed = 60;
    private const int LimitMs = 1800000;
    private const int SettleMs = 150000;

    private readonly KillMoments _moments = new();
    private readonly int _seed = FirmwareParts.Number("HUB_KILL_SEED", 20261130);
    private readonly int _kills = FirmwareParts.Number("HUB_KILLS", 40);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Firmware")]
    [Timeout(LimitMs, CooperativeCancellation = true)]
    public async Task Power_CutWhilePeoplePrint_NothingStartsTwiceAndThePictureIsRight()
    {
        TestContext.WriteLine("seed " + _seed);
        await using FirmwareBed bed = await FirmwareBed.StartAsync(FirmwareFleet.Of(this, 1, 1, 1, 1, Speed));
        CloudPerson[] people = [.. bed.Fleet.Printers.Select((printer, i) => new CloudPerson(new PrinterTruth(printer), bed.Rest, _moments, new Random(_seed + i + 1)))];
        foreach (CloudPerson person in people)
        {
            person.Truth.Moved += begins => _moments.Happen(begins ? KillMoment.AfterStart : KillMoment.AtEnd);
        }

        Stopwatch watch = Stopwatch.StartNew();
        CloudKiller killer = new(bed.Board, bed.Cloud, bed.Rest, _moments, new Random(_seed), killsCloud: false);
        using CancellationTokenSource stop = new();
        Task work = Task.WhenAll(people.Select(person => person.WorkAsync(stop.Token)));
        await await Task.WhenAny(killer.RunAsync(_kills), work);
        TestContext.WriteLine($"{killer.Kills} kills in {watch.Elapsed.TotalSeconds:0} s");
        await stop.CancelAsync();
        await work;

        Assert.IsTrue(await killer.ReadyAsync(), "the hub is connected in the end: " + bed.Board.Out);
        await Patience.UntilAsync(() => people.All(IsSettled), "the prints end");
        await PictureAsync(bed, people);
        TestContext.WriteLine($"{people.Sum(p => p.Truth.Runs.Length)} prints ran, {people.Sum(p => p.Prints.Count)} were asked for, {people.Sum(p => p.Commands)} commands; {bed.Rest.Figures}");
        Assert.AreEqual("", string.Join("\n", people.SelectMany(Wrong)) + bed.Board.Faults, "seed " + _seed);
        Assert.IsGreaterThan(_kills / 10, people.Sum(p => p.Truth.Runs.Length), "too little happened");
    }

    /// <summary>Waits until the cloud shows what the printers do.</summary>
    private async Task PictureAsync(FirmwareBed bed, CloudPerson[] people)
    {
        CloudPicture picture = new(bed.Rest, people, bed.Board);
        Stopwatch watch = Stopwatch.StartNew();
        string differences;
        while ((differences = await picture.DifferencesAsync()).Length > 0)
        {
            Assert.IsLessThan(SettleMs, watch.ElapsedMilliseconds, "seed " + _seed + ", the cloud's picture: " + differences + "\n" + bed.Board.Out);
            await Task.Delay(200);
        }
    }

    private static bool IsSettled(CloudPerson person) =>
        person.Truth.Printer.Machine.Read().State is var state && (state == MachineState.Paused || (state == MachineState.Idle && person.IsBedFree));

    private static IEnumerable<string> Wrong(CloudPerson person)
    {
        foreach (AskedPrint print in person.Prints)
        {
            int starts = person.Truth.StartsOf(print.Name);
            if (starts > 1)
            {
                yield return print.Name + " on " + print.Printer + " started " + starts + " times";
            }
            else if (starts == 1 && !print.Answer.IsDone && !print.Answer.IsUnknown)
            {
                yield return print.Name + " on " + print.Printer + " was refused and ran: " + print.Answer.Body;
            }
        }
    }
}
