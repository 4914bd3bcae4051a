using System;
using System.Globalization;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>
/// The power goes at every byte of every write of a long edit sequence: the store opens and holds the old or the new
/// value of every key. HUB_TEST_SEED gives another sequence (a number, or "random").
/// </summary>
[TestClass]
public sealed class PowerCutSequenceTests
{
    private const int CutsInWrites = 12_000;

    /// <summary>Of the usual suite; the category Kills does them all.</summary>
    private const int UsualCutsInWrites = 4_000;

    public TestContext TestContext { get; set; } = null!;

    public static int Seed => Environment.GetEnvironmentVariable("HUB_TEST_SEED") switch
    {
        null or "" => 5_505,
        "random" => Random.Shared.Next(),
        string number => int.Parse(number, CultureInfo.InvariantCulture),
    };

    [TestMethod]
    public void Edits_DiskCutAtEveryByte_OldOrNew() => Passes(new FakeDisk(), UsualCutsInWrites);

    [TestMethod]
    public void Edits_BoardFilesCutAtEveryByte_OldOrNew() => Passes(new TornFiles(), UsualCutsInWrites);

    [TestMethod]
    [TestCategory("Kills")]
    public void ManyEdits_DiskCutAtEveryByte_OldOrNew() => Passes(new FakeDisk(), CutsInWrites);

    [TestMethod]
    [TestCategory("Kills")]
    public void ManyEdits_BoardFilesCutAtEveryByte_OldOrNew() => Passes(new TornFiles(), CutsInWrites);

    [TestMethod]
    public void Edits_DiskThatIgnoresFlushes_AreLost()
    {
        Fails(new FakeDisk { IgnoresFileFlush = true }, files => new SlotNvs(files));
        Fails(new FakeDisk { IgnoresFolderFlush = true }, files => new SlotNvs(files));
    }

    [TestMethod]
    public void Edits_WrongStoreOnDisk_AreLost() => FailsWhenWrong(() => new FakeDisk());

    [TestMethod]
    public void Edits_WrongStoreOnBoardFiles_AreLost() => FailsWhenWrong(() => new TornFiles());

    [TestMethod]
    public void Edits_SlotOfAKilledProcessNotFlushed_AreLost() =>
        Fails(new FakeDisk(), files => new SlotNvs(new TrustsWhatItReads(files)));

    /// <summary>Whoever made folders and files may be killed before it flushed their entries: the next one answers for them.</summary>
    [TestMethod]
    public void FirstWrite_KilledAtEveryStepThenDoneAgain_Stays()
    {
        bool isDone = false;
        int step = 0;
        for (; !isDone; step++)
        {
            for (int seed = 0; seed < 10; seed++)
            {
                var disk = new FakeDisk { StepsLeft = step };
                isDone = TryWrite(disk, [1]);
                disk.StepsLeft = int.MaxValue;
                Assert.IsTrue(TryWrite(disk, [2]));
                disk.LosePower(new Random(seed));
                CollectionAssert.AreEqual(new byte[] { 2 }, new SlotNvs(disk.Open()).Read("ns", "key"), $"step {step}, seed {seed}");
            }
        }

        Assert.IsGreaterThan(50, step, "the cuts hit nothing");
    }

    private static bool TryWrite(FakeDisk disk, byte[] value)
    {
        try
        {
            new SlotNvs(disk.Open()).Write("ns", "key", value);
            return true;
        }
        catch (PowerCut)
        {
            return false;
        }
    }

    private void Passes(CutMedium medium, int cutsInWrites)
    {
        var run = new PowerCutRun(files => new SlotNvs(files), Seed);
        run.Run(medium, cutsInWrites);
        TestContext.WriteLine($"{run.Edits} edits, {run.Deletions} deletions, {run.Cuts} cuts, {run.CutsInWrites} in writes");
        Assert.IsGreaterThanOrEqualTo(cutsInWrites * 5 / 6, run.CutsInWrites);
        Assert.IsGreaterThan(run.CutsInWrites, run.Cuts);
        Assert.IsGreaterThan(3, run.Deletions);
    }

    private static void FailsWhenWrong(Func<CutMedium> medium)
    {
        Fails(medium(), files => new SingleSlotNvs(files));
        Fails(medium(), files => new SlotNvs(new NoTombstones(files)));
        Fails(medium(), files => new SlotNvs(new NewerSlotFirst(files)));
    }

    /// <summary>The same run must notice a store that is wrong.</summary>
    private static void Fails(CutMedium medium, Func<INvsFiles, INvs> openStore) =>
        Assert.ThrowsExactly<AssertFailedException>(() => new PowerCutRun(openStore, Seed).Run(medium, CutsInWrites));
}
