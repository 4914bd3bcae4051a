using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>What the hub alone costs while it polls twenty idle printers that live in another process.</summary>
internal sealed class IdleBench : IDisposable
{
    private const int Printers = 20;
    private const int SettleMs = 10_000;
    private const int MeasureMs = 60_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-bench-");
    private double _fleetPercent;

    public IEnumerable<Benchmark> Create()
    {
        yield return new Benchmark(
            "idle.octoprint20.cpu", "% of a core", BenchGoal.AtMost, 5, HubPercent, "the twenty virtual printers", () => _fleetPercent) { Rounds = 1, WarmUps = 0 };
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private double HubPercent()
    {
        string printers = Path.Combine(_folder.FullName, "printers.json");
        string data = Path.Combine(_folder.FullName, "data");
        using HubProcess fleet = new("fleet", "--octoprint", Printers.ToString(), "--base-port", "0", "--out", printers);
        fleet.WaitForFile(printers);
        Import(printers, data);
        using HubProcess hub = new("run", "--data", data, "--cloud", "none");
        Thread.Sleep(SettleMs);
        if (hub.CountLines(" idle") != Printers)
        {
            throw new InvalidOperationException("the hub does not see all printers idle: " + hub.LastError);
        }

        TimeSpan hubBefore = hub.CpuTime;
        TimeSpan fleetBefore = fleet.CpuTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(MeasureMs);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _fleetPercent = 100 * (fleet.CpuTime - fleetBefore).TotalSeconds / seconds;
        return 100 * (hub.CpuTime - hubBefore).TotalSeconds / seconds;
    }

    private static void Import(string printers, string data)
    {
        using DesktopHal hal = new(data);
        ConfigManager config = new(hal.Nvs, hal.JsonDocuments, new Log(new NoLog(), hal.Clock, LogLevel.Error));
        config.Load();
        config.Import(File.ReadAllBytes(printers));
    }

    private sealed class NoLog : ILogSink
    {
        public void Write(long timeMs, LogLevel level, string area, string message)
        {
            // The import of our own document has nothing to say.
        }
    }
}
