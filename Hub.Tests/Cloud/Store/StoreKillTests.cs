using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Store;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>
/// Real processes that write to one database and are killed (SIGKILL) at seeded moments: what was to be acknowledged is there, once and in order.
/// HUB_KILL_SEED changes the moments, HUB_KILLS the number in category Kills.
/// </summary>
[TestClass]
public sealed class StoreKillTests
{
    private const int LongestMs = 1500;

    private readonly StoreFolder _folder = new();
    private readonly Dictionary<string, long> _stored = [];
    private readonly HashSet<string> _begun = [];
    private readonly HashSet<string> _done = [];

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    [TestMethod]
    [Timeout(300000, CooperativeCancellation = true)]
    public Task Store_KilledAFewTimes_LosesNothing() => RunAsync(4);

    [TestMethod]
    [TestCategory("Kills")]
    [Timeout(900000, CooperativeCancellation = true)]
    public Task Store_KilledManyTimes_LosesNothing() =>
        RunAsync(int.TryParse(Environment.GetEnvironmentVariable("HUB_KILLS"), out int kills) ? kills : 100);

    private async Task RunAsync(int kills)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_KILL_SEED"), out int given) ? given : 20261130;
        TestContext.WriteLine("HUB_KILL_SEED=" + seed);
        Random random = new(seed);
        for (int i = 0; i < kills; i++)
        {
            await KillOneAsync(random.Next(LongestMs));
        }

        TestContext.WriteLine($"{kills} processes killed; stored: {string.Join(", ", _stored.Select(s => s.Key + " " + s.Value))}; {_begun.Count} keys");
        await CheckAsync();
    }

    /// <summary>Kills a process some time after its first line, and notes all that it said.</summary>
    private async Task KillOneAsync(int afterMs)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Hub.Tests.dll"), StoreVictim.Name, _folder.Database])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        try
        {
            string? first = await process.StandardOutput.ReadLineAsync(TestContext.CancellationToken);
            Note(first ?? "wrong: it ended by itself");
            Task<string> rest = process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
            await Task.Delay(afterMs, TestContext.CancellationToken);
            process.Kill();
            foreach (string line in (await rest).Split('\n')[..^1])
            {
                Note(line);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.CancellationToken);
        }
    }

    private void Note(string line)
    {
        string[] words = line.Trim().Split(' ');
        switch (words)
        {
            case ["stored", string hub, string id]:
                Assert.IsGreaterThan(_stored.GetValueOrDefault(hub), long.Parse(id), "an acknowledged event was lost: " + line);
                _stored[hub] = long.Parse(id);
                break;
            case ["begun", string key]:
                _begun.Add(key);
                break;
            case ["done", string key]:
                _done.Add(key);
                break;
            default:
                Assert.Fail(line);
                break;
        }
    }

    private async Task CheckAsync()
    {
        CloudStore store = _folder.Open(true);
        Assert.IsNull(store.Notice);
        Assert.HasCount(StoreVictim.Hubs, _stored);
        using (SqliteConnection raw = new(new SqliteConnectionStringBuilder { DataSource = _folder.Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()))
        {
            raw.Open();
            Assert.AreEqual("ok", Ask(raw, "PRAGMA integrity_check"));
            foreach ((string hub, long upTo) in _stored)
            {
                // In order and without a gap: the n-th event of a hub has the id n.
                Assert.AreEqual("0", Ask(raw, $"SELECT count(*) FROM (SELECT event_id, row_number() OVER (ORDER BY seq) AS n FROM events WHERE hub_id = '{hub}') WHERE event_id <> n").ToString());
                long last = (long)Ask(raw, $"SELECT max(event_id) FROM events WHERE hub_id = '{hub}'");
                Assert.IsGreaterThanOrEqualTo(upTo, last);
                Assert.AreEqual((last + 1) / 2, Ask(raw, $"SELECT count(*) FROM jobs WHERE hub_id = '{hub}'"));
                Assert.AreEqual(last / 2, Ask(raw, $"SELECT count(*) FROM jobs WHERE hub_id = '{hub}' AND outcome = 'finished'"));
            }
        }

        foreach (string key in _begun)
        {
            KeyState state = (await store.Keys.TryBeginAsync(key, "f")).State;
            Assert.IsTrue(state == KeyState.Done || (state == KeyState.Unknown && !_done.Contains(key)), key + " is " + state);
        }
    }

    private static object Ask(SqliteConnection raw, string sql)
    {
        using SqliteCommand command = raw.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
