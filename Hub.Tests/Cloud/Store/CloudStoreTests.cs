using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Hub.Core.Hal;
using Hub.Simulator.Cloud.Store;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Store;

/// <summary>What the store keeps, in memory and in a file.</summary>
[TestClass]
public sealed class CloudStoreTests
{
    private readonly StoreFolder _folder = new();

    [TestCleanup]
    public async Task Close() => await _folder.DisposeAsync();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task AddEvents_ThatCameBefore_AreStoredOnce(bool isFile)
    {
        CloudStore store = _folder.Open(isFile);

        Assert.AreEqual(2, await store.Jobs.AddEventsAsync("h", [StoreFolder.Event(1, "started"), StoreFolder.Event(2, "finished", 1)]));
        Assert.AreEqual(1, await store.Jobs.AddEventsAsync("h", [StoreFolder.Event(2, "finished", 1), StoreFolder.Event(3, "started")]));
        Assert.AreEqual(1, await store.Jobs.AddEventsAsync("other hub", [StoreFolder.Event(1, "started")]));
        Assert.AreEqual(1, await store.Jobs.AddEventsAsync("h", [StoreFolder.Event(1, "started") with { LogId = "log of a hub that was reset" }]));

        List<JobEventRecord> events = await store.Jobs.EventsAsync(new HistoryFilter { HubId = "h" });
        CollectionAssert.AreEquivalent(new long[] { 1, 2, 3, 1 }, events.Select(e => e.EventId).ToArray());
        Assert.AreEqual(3, await store.Jobs.StoredUpToAsync("h", "log"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Hubs_ClaimedAndSeen_KeepTheirSecret(bool isFile)
    {
        CloudStore store = _folder.Open(isFile);
        await store.Hubs.ClaimAsync("h", "attic", new Secret("s3cret-s3cret"));
        store.Hubs.Seen("h", null);
        store.Hubs.Seen("new", "cellar");
        Assert.IsFalse(await store.Hubs.RemoveAsync("nobody"));

        HubRecord hub = (await store.Hubs.FindAsync("h"))!;
        Assert.AreEqual("attic", hub.Name);
        Assert.AreEqual("s3cret-s3cret", hub.Secret!.Reveal());
        CollectionAssert.AreEqual(new[] { "h", "new" }, (await store.Hubs.ListAsync()).Select(h => h.Id).ToArray());
        Assert.IsNull(await store.Hubs.FindAsync("nobody"));
    }

    [TestMethod]
    public async Task Everything_AfterAnOrderlyRestart_IsThere()
    {
        CloudStore store = _folder.Open(true);
        await store.Hubs.ClaimAsync("h", "attic", new Secret("s3cret-s3cret"));
        await store.Jobs.AddEventsAsync("h", [StoreFolder.Event(1, "started")]);
        store.Temperatures.Add("h", "p", new TemperatureSample { TimeMs = StoreFolder.NowMs, Nozzle = 210.04, Bed = 60 });
        store.Temperatures.Add("h", "p", new TemperatureSample { TimeMs = StoreFolder.NowMs + 1, Nozzle = 210.26 });
        await store.Keys.TryBeginAsync("key", "print");
        await store.Keys.CompleteAsync("key", 200, "{}");
        await store.Sessions.SetSettingAsync("token", "hash");
        await store.Sessions.AddAsync("cookie", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 60_000);
        await store.DisposeAsync();

        store = _folder.Open(true);
        Assert.IsNotNull(await store.Hubs.FindAsync("h"));
        Assert.AreEqual("running", (await store.Jobs.JobsAsync(new HistoryFilter())).Single().Outcome);
        TemperatureSample sample = (await store.Temperatures.ReadAsync("h", "p", 0, long.MaxValue - 1000)).Single();
        Assert.AreEqual(210.2, sample.Nozzle!.Value, 0.0001);
        Assert.AreEqual(60, sample.Bed!.Value, 0.0001);
        Assert.IsNull(sample.Chamber);
        Assert.AreEqual(new KeyOutcome(KeyState.Done, 200, "{}"), await store.Keys.TryBeginAsync("key", "print"));
        Assert.AreEqual(KeyState.Mismatch, (await store.Keys.TryBeginAsync("key", "another")).State);
        Assert.AreEqual("hash", await store.Sessions.SettingAsync("token"));
        Assert.IsTrue(await store.Sessions.IsValidAsync("cookie"));
    }

    [TestMethod]
    public async Task WhatWasUnderWay_AfterARestart_IsOver()
    {
        CloudStore store = _folder.Open(true);
        Assert.AreEqual(KeyState.New, (await store.Keys.TryBeginAsync("key", "print")).State);
        Assert.AreEqual(KeyState.Running, (await store.Keys.TryBeginAsync("key", "print")).State);
        store.Transfers.Save(new TransferRecord { Id = "t", HubId = "h", PrinterId = "p", FileName = "box.gcode", Stage = "uploading" });
        store.Transfers.Save(new TransferRecord { Id = "done", HubId = "h", PrinterId = "p", FileName = "box.gcode", Stage = "complete" });
        await store.DisposeAsync();

        store = _folder.Open(true);
        Assert.AreEqual(KeyState.Unknown, (await store.Keys.TryBeginAsync("key", "print")).State);
        TransferRecord transfer = (await store.Transfers.FindAsync("t"))!;
        Assert.AreEqual("failed", transfer.Stage);
        Assert.Contains("the cloud restarted", transfer.Error!);
        Assert.AreEqual("complete", (await store.Transfers.FindAsync("done"))!.Stage);
    }

    [TestMethod]
    public async Task Transfer_OfAFormerRun_HasTheHubsLastWord()
    {
        CloudStore store = _folder.Open(true);
        foreach (string id in (string[])["begun", "refused", "given-up", "other", "cancelled"])
        {
            store.Transfers.Save(new TransferRecord { Id = id, HubId = "h", PrinterId = "p", FileName = "box.gcode", Stage = id == "cancelled" ? "cancelled" : "uploading" });
        }

        await store.DisposeAsync();
        store = _folder.Open(true);
        await store.Jobs.AddEventsAsync("h", [Event(1, "started", 1, "begun"), Event(2, "failed", null, "refused"), Event(3, "failed", null, "cancelled")]);
        await store.Jobs.AddEventsAsync("another", [Event(1, "started", 1, "other")]);
        store.Transfers.Settle(new TransferOutcome("h", "given-up", "failed", false, "the upload failed", "connection_lost"));
        await store.FlushAsync();
        Assert.AreEqual("complete True  ", await StateAsync(store, "begun"));
        Assert.AreEqual("failed False no refused", await StateAsync(store, "refused"));
        Assert.AreEqual("failed False the upload failed connection_lost", await StateAsync(store, "given-up"));
        Assert.AreEqual("failed False the cloud restarted while the file was on its way hub_stopped", await StateAsync(store, "other"));
        Assert.AreEqual("cancelled False  ", await StateAsync(store, "cancelled"));
    }

    private static JobEventRecord Event(long id, string kind, long? job, string command) =>
        new() { LogId = "log", EventId = id, PrinterId = "p", Kind = kind, JobId = job, CommandId = command, ErrorMessage = job == null ? "no" : null, ErrorCode = job == null ? "refused" : null };

    private static async Task<string> StateAsync(CloudStore store, string id) =>
        await store.Transfers.FindAsync(id) is { } t ? $"{t.Stage} {t.IsStarted} {t.Error} {t.ErrorCode}" : "none";

    [TestMethod]
    public async Task Key_Released_MayBeginAgain()
    {
        CloudStore store = _folder.Open(false);
        await store.Keys.TryBeginAsync("key", "print");
        await store.Keys.ReleaseAsync("key");

        Assert.AreEqual(KeyState.New, (await store.Keys.TryBeginAsync("key", "another")).State);
    }
}
