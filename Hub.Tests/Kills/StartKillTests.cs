using System;
using System.Collections.Generic;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>
/// Kills, drops and restarts around starts in driven time: nothing starts twice, nothing is lost silently, nothing starts late, and the events are in order
/// and each once. HUB_KILL_SEED repeats one run.
/// </summary>
[TestClass]
public sealed class StartKillTests
{
    private const int Runs = 10000;

    [TestMethod]
    public void Starts_KilledAtAnyMoment_EachHasOneOutcomeAndHappensAtMostOnce()
    {
        string? only = Environment.GetEnvironmentVariable("HUB_KILL_SEED");
        int first = only == null ? 1 : int.Parse(only);
        int last = only == null ? Runs : first;
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
        Assert.IsTrue(only != null || (kills > Runs && starts > Runs / 2), "the runs do too little");
    }
}
