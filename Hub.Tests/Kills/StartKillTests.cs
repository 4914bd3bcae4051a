using System;
using System.Collections.Generic;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>
/// Kills, drops and restarts around starts in driven time: nothing starts twice, nothing is lost silently, nothing starts late, and the events are in order
/// and each once. HUB_KILL_SEED repeats one run, HUB_KILL_RUNS makes it a number of them.
/// </summary>
[TestClass]
public sealed class StartKillTests
{
    /// <summary>Seeds of the usual suite.</summary>
    private const int Runs = 3000;

    /// <summary>Seeds of the long one, behind those.</summary>
    private const int LongRuns = 7000;

    [TestMethod]
    public void Starts_KilledAtAnyMoment_EachHasOneOutcomeAndHappensAtMostOnce()
    {
        string? only = Environment.GetEnvironmentVariable("HUB_KILL_SEED");
        int first = only == null ? 1 : int.Parse(only);
        Run(first, int.TryParse(Environment.GetEnvironmentVariable("HUB_KILL_RUNS"), out int more) ? more : only == null ? Runs : 1);
    }

    [TestMethod]
    [TestCategory("Kills")]
    public void Starts_ManyKilledAtAnyMoment_EachHasOneOutcomeAndHappensAtMostOnce() => Run(Runs + 1, LongRuns);

    private static void Run(int first, int runs)
    {
        int last = first + runs - 1;
        int kills = 0;
        int starts = 0;
        Dictionary<string, int> outcomes = [];
        for (int seed = first; seed <= last; seed++)
        {
            KillRun run = new(seed);
            try
            {
                run.Run();
            }
            catch (Exception e)
            {
                throw new AssertFailedException($"seed {seed} (HUB_KILL_SEED={seed}): {e.Message}\n{run.Story()}", e);
            }

            kills += run.Kills;
            starts += run.Starts;
            foreach ((string outcome, int count) in run.Outcomes)
            {
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + count;
            }
        }

        Console.WriteLine($"{last - first + 1} runs: {kills} hubs ended, {starts} starts arrived; {string.Join(", ", outcomes)}");
        Assert.IsTrue(runs < Runs || (kills > runs && starts > runs / 2), "the runs do too little");
    }
}
