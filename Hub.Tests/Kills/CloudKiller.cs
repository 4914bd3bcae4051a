using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Kills;

/// <summary>Kills the hub, the cloud or both at moments that follow a seed, and starts them again. Thread: one task.</summary>
internal sealed class CloudKiller(KillableProcess hub, KillableProcess cloud, KeyedCloud rest, KillMoments moments, Random random, bool killsCloud = true)
{
    private const int LongestLifeMs = 2500;
    private const int LongestWaitMs = 3000;
    private const int JitterMs = 40;
    private const int ShortPauseMs = 500;
    private const int LongPauseMs = 4000;
    private const int ReadyMs = 20000;

    /// <summary>Processes killed so far.</summary>
    public int Kills { get; private set; }

    public int HubKills { get; private set; }

    public int CloudKills { get; private set; }

    public async Task RunAsync(int kills)
    {
        await ReadyAsync();
        while (Kills < kills)
        {
            await MomentAsync();
            int who = random.Next(20);
            bool isHub = who < 13 || !killsCloud;
            bool isCloud = who >= 9 && killsCloud;
            await Task.WhenAll(isHub ? KillAsync(hub, PauseMs()) : Task.CompletedTask, isCloud ? KillAsync(cloud, PauseMs()) : Task.CompletedTask);
            HubKills += isHub ? 1 : 0;
            CloudKills += isCloud ? 1 : 0;
            Kills = HubKills + CloudKills;
            if (random.Next(4) != 0)
            {
                await ReadyAsync();
            }
        }
    }

    /// <summary>Waits until the hub is connected, or for long enough.</summary>
    public async Task<bool> ReadyAsync()
    {
        for (DateTimeOffset begun = DateTimeOffset.UtcNow; DateTimeOffset.UtcNow - begun < TimeSpan.FromMilliseconds(ReadyMs); await Task.Delay(20))
        {
            if (await rest.TryGetAsync("/api/hubs") is { } answer && answer.GetProperty("hubs").EnumerateArray().Any(h => h.GetProperty("connected").GetBoolean()))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task KillAsync(KillableProcess process, int pauseMs)
    {
        Assert.IsTrue(process.Kill(), "it ended by itself: " + process.Faults);
        await Task.Delay(pauseMs);
        process.Start();
    }

    /// <summary>Any moment, or one that hurts.</summary>
    private async Task MomentAsync()
    {
        int what = random.Next(9);
        int ms = random.Next(LongestLifeMs);
        int jitterMs = random.Next(2) == 0 ? 0 : random.Next(JitterMs);
        if (what < Enum.GetValues<KillMoment>().Length)
        {
            await Task.WhenAny(moments.NextAsync((KillMoment)what), Task.Delay(LongestWaitMs));
            await Task.Delay(jitterMs);
        }
        else
        {
            await Task.Delay(ms);
        }
    }

    private int PauseMs() => random.Next(10) switch
    {
        < 4 => 0,
        < 8 => random.Next(ShortPauseMs),
        _ => random.Next(LongPauseMs),
    };
}
