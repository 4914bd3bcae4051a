using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Tunnel;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>A whole hub (configuration, workers, jobs, tunnel) whose printers are <see cref="MemoryPrinter"/>s. Thread: one owner.</summary>
internal sealed class MemoryFarm : IPrinterClientFactory, IDisposable
{
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private readonly ConcurrentDictionary<string, MemoryPrinter> _printers = [];
    private readonly FarmHub _hub;

    /// <summary>Starts it.</summary>
    /// <param name="number">Tells its printers from those of other hubs.</param>
    /// <param name="printers">How many printers it has.</param>
    /// <param name="cloud">The cloud's address (ws or wss).</param>
    public MemoryFarm(int number, int printers, string cloud)
    {
        _hub = new FarmHub(_hal, new Log(new NoLog(), _hal.Clock, LogLevel.Error), this);
        _hub.Load();
        _hub.Config.Import(Encoding.UTF8.GetBytes(Document(number, printers)));
        _hub.Start(new FarmHubOptions { FollowAddresses = false });
        _hub.StartCloud(cloud);
    }

    /// <summary>The printers by id; complete once the hub has made their clients.</summary>
    public IEnumerable<KeyValuePair<string, MemoryPrinter>> Printers => _printers;

    /// <summary>True once the cloud has welcomed it.</summary>
    public bool IsOnline => _hub.Cloud!.State.Phase == TunnelPhase.Online;

    public IPrinterClient Create(PrinterConfig config) => _printers.GetOrAdd(config.Id, _ => new MemoryPrinter(_hal.Clock));

    public void Dispose()
    {
        _hub.Dispose();
        _hal.Dispose();
    }

    private static string Document(int number, int printers) =>
        "{\"version\":1,\"printers\":[" + string.Join(',', Enumerable.Range(0, printers).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"h{number}-p{i}\",\"type\":\"moonraker\",\"url\":\"http://127.0.0.1:9\"}}"))) + "]}";
}
