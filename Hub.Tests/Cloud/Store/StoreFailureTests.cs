using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>A database that is locked, full, damaged, of a newer version or of another program: one clear sentence, and nothing is lost.</summary>
[TestClass]
public sealed class StoreFailureTests
{
    private const int PageBytes = 4096;

    private readonly StoreFolder _folder = new();

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    [TestMethod]
    public async Task Open_WhileAnotherCloudHoldsIt_IsRefused()
    {
        _folder.Open(true);
        Assert.Contains("another cloud uses", Refusal().Message);
        await Task.CompletedTask;
    }

    [TestMethod]
    public async Task Open_WhileAnotherProgramWrites_IsRefusedOrWaits()
    {
        await _folder.Open(true).DisposeAsync();
        using SqliteConnection other = Raw();
        Execute(other, "BEGIN IMMEDIATE");

        Assert.Contains("is locked by another program: close it", Refusal(new StoreOptions { LockWait = TimeSpan.FromMilliseconds(50) }).Message);
        Execute(other, "ROLLBACK");
        _folder.Open(true);
    }

    [TestMethod]
    public async Task AddEvents_WhileAnotherProgramWrites_CompletesOnceItCan()
    {
        _folder.Log.Expect("is locked by another program");
        CloudStore store = _folder.Open(true, options: new StoreOptions { LockWait = TimeSpan.FromMilliseconds(50) });
        using SqliteConnection other = Raw();
        Execute(other, "BEGIN IMMEDIATE");
        Task<int> adding = store.Jobs.AddEventsAsync("h", [StoreFolder.Event(1, "started")]);
        await Patience.UntilAsync(() => store.Problem != null, "the problem is said");

        Assert.Contains("is locked by another program", store.Problem!);
        Assert.IsFalse(adding.IsCompleted, "not durable, so not to be acknowledged");
        Assert.IsEmpty(await store.Jobs.EventsAsync(new HistoryFilter()), "readers go on");
        HubException refused = await Assert.ThrowsExactlyAsync<HubException>(() => store.Sessions.SetSettingAsync("a", "b"));
        Assert.Contains("is locked by another program", refused.Message);

        Execute(other, "ROLLBACK");
        Assert.AreEqual(1, await adding);
        Assert.IsNull(store.Problem);
        Assert.IsTrue(_folder.Log.Has("the history is recorded again"));
    }

    [TestMethod]
    public async Task Write_FullDisk_IsSaidOnceAndReadersGoOn()
    {
        _folder.Log.Expect("is full: free some space");
        await _folder.Open(true).DisposeAsync();
        CloudStore store = _folder.Open(true, options: new StoreOptions { MaxPages = (int)(new FileInfo(_folder.Database).Length / PageBytes) + 4 });
        string large = new('x', 2 * PageBytes);
        int stored = 0;
        HubException? full = null;
        while (full == null)
        {
            try
            {
                await store.Sessions.SetSettingAsync("s" + stored, large);
                stored++;
            }
            catch (HubException e)
            {
                full = e;
            }
        }

        Assert.AreEqual(ErrorCode.StorageFailed, full.Code);
        Assert.Contains("is full: free some space", full.Message);
        Assert.AreEqual(full.Message, store.Problem);
        using CancellationTokenSource gaveUp = new();
        Task<int> adding = store.Jobs.AddEventsAsync("h", [.. Enumerable.Range(1, 200).Select(i => StoreFolder.Event(i, "started") with { Job = large })], gaveUp.Token);
        Assert.AreEqual(large, await store.Sessions.SettingAsync("s0"));
        Assert.IsFalse(adding.IsCompleted);
        await gaveUp.CancelAsync();
        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => adding);
        Assert.IsGreaterThan(0, stored);

        await store.Sessions.SetSettingAsync("s0", null);
        Assert.IsNull(store.Problem, "space was freed");
        Assert.IsTrue(_folder.Log.Has("is full: free some space") && !_folder.Log.Has("is full: free some space", 2), "said once");
    }

    [TestMethod]
    [DataRow("no database")]
    [DataRow("header")]
    [DataRow("middle")]
    [DataRow("cut")]
    public async Task Open_DamagedFile_IsPutAsideAndWhatCanBeReadIsKept(string damage)
    {
        _folder.Log.Expect("was damaged");
        CloudStore store = _folder.Open(true);
        await store.Hubs.ClaimAsync("h", "attic", new Secret("s3cret-s3cret"));
        await store.Jobs.AddEventsAsync("h", [.. Enumerable.Range(1, 2000).Select(i => StoreFolder.Event(i, i % 2 == 1 ? "started" : "finished", i - 1 + (i % 2)))]);
        await store.DisposeAsync();
        byte[] content = await File.ReadAllBytesAsync(_folder.Database);
        byte[] damaged = Damaged(content, damage);
        await File.WriteAllBytesAsync(_folder.Database, damaged);

        store = _folder.Open(true);
        Assert.Contains("was damaged", store.Notice!);
        Assert.DoesNotContain("damaged ()", store.Notice!, "it says how");
        Assert.DoesNotContain("\n", store.Notice!, "one line");
        string aside = Directory.GetFiles(_folder.Path, "cloud.db.damaged-*Z").Single();
        CollectionAssert.AreEqual(damaged, await File.ReadAllBytesAsync(aside), "kept as it was");
        Assert.Contains(aside, store.Notice!);
        if (damage == "middle")
        {
            Assert.AreEqual("s3cret-s3cret", (await store.Hubs.FindAsync("h"))!.Secret!.Reveal());
            Assert.IsNotEmpty(await store.Jobs.EventsAsync(new HistoryFilter { Limit = 1000 }));
        }

        Assert.AreEqual(1, await store.Jobs.AddEventsAsync("new", [StoreFolder.Event(1, "started")]));
    }

    [TestMethod]
    public async Task Open_NewerVersion_IsRefusedAndLeftAlone()
    {
        await _folder.Open(true).DisposeAsync();
        using (SqliteConnection other = Raw())
        {
            Execute(other, "PRAGMA user_version=99");
        }

        string before = Convert.ToHexString(await File.ReadAllBytesAsync(_folder.Database));
        string refusal = Refusal().Message;
        Assert.Contains("newer version of this program", refusal);
        Assert.Contains("version 99", refusal);
        Assert.AreEqual(before, Convert.ToHexString(await File.ReadAllBytesAsync(_folder.Database)));
    }

    [TestMethod]
    public async Task Open_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        using (SqliteConnection other = Raw(SqliteOpenMode.ReadWriteCreate))
        {
            Execute(other, "CREATE TABLE theirs (a)");
        }

        string before = Convert.ToHexString(await File.ReadAllBytesAsync(_folder.Database));
        Assert.Contains("is a database of another program", Refusal().Message);
        Assert.AreEqual(before, Convert.ToHexString(await File.ReadAllBytesAsync(_folder.Database)));
    }

    [TestMethod]
    public void Open_FolderThatIsNotThere_IsRefused()
    {
        HubException refusal = Assert.ThrowsExactly<HubException>(() => CloudStore.Open(Path.Combine(_folder.Path, "no", "cloud.db"), TimeProvider.System, _folder.Log.Log));
        Assert.AreEqual(ErrorCode.StorageFailed, refusal.Code);
        Assert.Contains("cannot use the cloud's database", refusal.Message);
    }

    [TestMethod]
    public async Task Open_FileOfARestart_BelongsToItsUserAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        CloudStore store = _folder.Open(true);
        await store.Sessions.SetSettingAsync("a", "b");
        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
        }

        Assert.HasCount(4, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void Migration_FromEachVersion_RunsTheStepsThatLack()
    {
        string[] steps = [.. StoreSchema.Steps, "ALTER TABLE hubs ADD COLUMN place TEXT", "UPDATE hubs SET place = 'attic'"];
        for (int version = 1; version <= steps.Length; version++)
        {
            using StoreConnection connection = new("Data Source=:memory:;Pooling=False");
            StoreMigration.Run(connection, steps[..version]);
            connection.Run("INSERT INTO hubs (id, first_seen_ms, last_seen_ms) VALUES ('h', 1, 1)");
            StoreMigration.Run(connection, steps);

            Assert.AreEqual(steps.Length, connection.Number("PRAGMA user_version"));
            Assert.AreEqual(version < steps.Length ? "attic" : null, connection.Text("SELECT place FROM hubs"));
        }
    }

    [TestMethod]
    public void Migration_StepThatFails_LeavesTheFormerVersion()
    {
        using StoreConnection connection = new("Data Source=:memory:;Pooling=False");
        StoreMigration.Run(connection, StoreSchema.Steps);
        Assert.ThrowsExactly<SqliteException>(() => StoreMigration.Run(connection, [.. StoreSchema.Steps, "CREATE TABLE half (a); SELECT * FROM missing"]));
        connection.Script("ROLLBACK");

        Assert.AreEqual(StoreSchema.Steps.Count, connection.Number("PRAGMA user_version"));
        Assert.AreEqual(0, connection.Number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"));
    }

    private static byte[] Damaged(byte[] content, string damage)
    {
        byte[] damaged = [.. content];
        switch (damage)
        {
            case "no database":
                return "this is a text file"u8.ToArray();
            case "header":
                damaged.AsSpan(0, 100).Fill(0x55);
                return damaged;
            case "middle":
                damaged.AsSpan(damaged.Length / PageBytes / 2 * PageBytes, PageBytes).Fill(0x55);
                return damaged;
            default:
                return damaged[..(damaged.Length / PageBytes / 2 * PageBytes)];
        }
    }

    private HubException Refusal(StoreOptions? options = null)
    {
        HubException refusal = Assert.ThrowsExactly<HubException>(() => _folder.Open(true, options: options));
        Assert.AreEqual(ErrorCode.StorageFailed, refusal.Code);
        return refusal;
    }

    private SqliteConnection Raw(SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = _folder.Database, Pooling = false, Mode = mode }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
