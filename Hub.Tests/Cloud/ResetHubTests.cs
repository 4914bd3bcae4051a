using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>A hub whose storage was reset numbers its events from 1 again: the cloud keeps those of before and gets the new ones too.</summary>
[TestClass]
public sealed class ResetHubTests : CloudTestBase
{
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private FarmHub _hub = null!;

    [TestInitialize]
    public void Connect() => _hub = NewHub();

    [TestCleanup]
    public void Disconnect()
    {
        _hub.Dispose();
        _hal.Dispose();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Events_AroundAFactoryReset_AreStoredOnceAndInOrder(bool isRestarted)
    {
        await RecordAsync("before", 100);
        new FactoryReset(_hal.Nvs, _hub.Config).Run();
        if (isRestarted)
        {
            await Task.Run(_hub.Dispose);
            _hub = NewHub();
        }

        await RecordAsync("after", 70);
        JsonElement[] events = [.. (await GetAsync("/api/events?limit=500")).GetProperty("events").EnumerateArray().Reverse()];
        CollectionAssert.AreEqual(
            Enumerable.Range(1, 100).Select(i => "before " + i).Concat(Enumerable.Range(1, 70).Select(i => "after " + i)).ToArray(),
            events.Select(e => e.GetProperty("job").GetString()).ToArray());
        CollectionAssert.AreEqual(
            Enumerable.Range(1, 100).Concat(Enumerable.Range(1, 70)).ToArray(),
            events.Select(e => e.GetProperty("event_id").GetInt32()).ToArray());
    }

    /// <summary>Records events and waits until the cloud has all of them.</summary>
    private async Task RecordAsync(string job, int count)
    {
        PrinterPlace place = _hub.Jobs.PlaceOf(new PrinterConfig { Id = "octo-1", Type = PrinterTypes.OctoPrint, Url = "http://octo" });
        for (int i = 1; i <= count; i++)
        {
            string name = job + " " + i;
            _hub.Jobs.Change(place, (record, events) =>
            {
                events.Add(record, JobEventKind.BedCleared).Job = name;
                return true;
            });
        }

        await Patience.UntilAsync(() => _hub.Jobs.Counts().AckedId == count, count + " events", Log.ToString);
    }

    private FarmHub NewHub()
    {
        FarmHub hub = new(_hal, Log.Log);
        hub.Load();
        hub.Start(new FarmHubOptions { FollowAddresses = false });
        hub.StartCloud("ws://" + Cloud.Address.Authority);
        return hub;
    }
}
