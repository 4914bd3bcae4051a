using System;
using System.Linq;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Simulator.Cloud.Store;

namespace Hub.Tests.Cloud.Store;

/// <summary>
/// A process that stores events of several hubs as fast as it can, and prints each as soon as it may be acknowledged, until it is killed. Beside
/// that it writes temperatures and idempotency keys.
/// </summary>
internal static class StoreVictim
{
    public const string Name = "store-victim";
    public const int Hubs = 4;

    public static async Task RunAsync(string database)
    {
        await using CloudStore store = CloudStore.Open(database, TimeProvider.System, new Log(new Errors(), new DesktopClock(), LogLevel.Error));
        await Task.WhenAll([.. Enumerable.Range(0, Hubs).Select(hub => StoreEventsAsync(store, "hub" + hub)), KeysAsync(store), TemperaturesAsync(store)]);
    }

    /// <summary>A started and a finished event for each job, in batches of 1 to 5 events.</summary>
    private static async Task StoreEventsAsync(CloudStore store, string hub)
    {
        long id = await store.Jobs.StoredUpToAsync(hub, "log");
        while (true)
        {
            JobEventRecord[] events = [.. Enumerable.Range(1, 1 + (int)(id % 5)).Select(i => Event(id + i))];
            int added = await store.Jobs.AddEventsAsync(hub, events);
            id += events.Length;
            Say(added == events.Length ? $"stored {hub} {id}" : $"wrong {hub}: {added} of {events.Length} after {id} were new");
        }
    }

    private static JobEventRecord Event(long id) => StoreFolder.Event(id, id % 2 == 1 ? "started" : "finished", id % 2 == 1 ? id : id - 1, StoreFolder.NowMs + (id * 1000));

    private static async Task KeysAsync(CloudStore store)
    {
        while (true)
        {
            string key = Guid.NewGuid().ToString("N");
            await store.Keys.TryBeginAsync(key, "f");
            Say("begun " + key);
            await store.Keys.CompleteAsync(key, 200, "{}");
            Say("done " + key);
        }
    }

    private static async Task TemperaturesAsync(CloudStore store)
    {
        for (long i = 0; ; i++)
        {
            store.Temperatures.Add("hub0", "p" + (i % 50), new TemperatureSample { TimeMs = StoreFolder.NowMs + (i * 200), Nozzle = 200 });
            if (i % 100 == 0)
            {
                await Task.Delay(1);
            }
        }
    }

    private static void Say(string line)
    {
        lock (Name)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    private sealed class Errors : ILogSink
    {
        public void Write(long timeMs, LogLevel level, string area, string message) => Say("wrong: " + message);
    }
}
