using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Printers;

namespace Hub.Simulator.Bench;

/// <summary>
/// `bench cloud.file`: a file from an HTTP client through cloud and hub to a printer, against curl that sends it to the same printer through
/// a plain TCP relay; what hub and cloud need of memory for it, and how much of it waits on the way to a slow printer.
/// </summary>
internal sealed class CloudFileBench : IDisposable
{
    /// <summary>The name to give: a run takes minutes.</summary>
    public const string Group = "cloud.file";

    private const int SizeMiB = 256;
    private const int LargeMiB = 1024;
    private const double NearTarget = 0.9;
    private const double FarTarget = 0.8;
    private const double MaxGrowthMiB = 16;

    /// <summary>In each direction, between cloud and hub, and between curl and printer: 50 ms for a round trip.</summary>
    private const int FarMs = 25;

    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("hub-bench-"));
    private readonly Dictionary<int, UploadFile> _files = [];
    private CloudFileFarm? _farm;
    private string _farmName = "";
    private Relay? _relay;

    public IEnumerable<Benchmark> Create()
    {
        yield return Speed(PrinterTypes.OctoPrint + ".speed", PrinterTypes.OctoPrint, new RelayPace(), NearTarget);
        yield return Speed(PrinterTypes.Moonraker + ".speed", PrinterTypes.Moonraker, new RelayPace(), NearTarget);
        yield return Speed("gigabit.speed", PrinterTypes.OctoPrint, new RelayPace(BytesPerSecond: RelayPace.GigabitBytesPerSecond), NearTarget);
        yield return Speed("far.speed", PrinterTypes.OctoPrint, new RelayPace(FarMs), FarTarget);
        Lazy<CloudFileMemory> memory = new(() => CloudFileMemory.Measure(Farm("memory", PrinterTypes.PrusaLink, new RelayPace()), File(LargeMiB)));
        Benchmark Growth(string who, Func<double> growth) =>
            new($"{Group}.memory.{who}", "MiB private", BenchGoal.AtMost, MaxGrowthMiB, () => new Measured(growth(), memory.Value.Stored), "the file itself", () => Measured.Reference(LargeMiB)) { Rounds = 1, WarmUps = 0 };
        yield return Growth("hub", () => memory.Value.HubMiB);
        yield return Growth("cloud", () => memory.Value.CloudMiB);
        Lazy<HeldBack> held = new(HeldBack.Measure);
        yield return new($"{Group}.slow.held", "MiB read, not yet taken", BenchGoal.AtMost, HeldBack.MostMiB, () => new Measured(held.Value.WaitingMiB, held.Value.Taken), "the file itself", () => Measured.Reference(HeldBack.FileMiB)) { Rounds = 1, WarmUps = 0 };
        yield return new($"{Group}.slow.growth", "MiB more than 10 s before", BenchGoal.AtMost, HeldBack.MostGrowthMiB, () => new Measured(held.Value.GrowthMiB, held.Value.Taken), "what the printer took then", () => Measured.Reference(held.Value.TakenMiB)) { Rounds = 1, WarmUps = 0 };
    }

    public void Dispose()
    {
        _relay?.Dispose();
        _farm?.Dispose();
        if (_folder.IsValueCreated)
        {
            _folder.Value.Delete(recursive: true);
        }
    }

    private Benchmark Speed(string name, string type, RelayPace pace, double target) => new(
        Group + "." + name,
        "MiB/s",
        BenchGoal.RatioToPeer,
        target,
        () => UploadWork.Speed(File(SizeMiB), Farm(name, type, pace).Storage, () => Farm(name, type, pace).Upload(File(SizeMiB).Path)),
        pace.DelayMs == 0 ? "curl through a TCP relay" : $"curl through a TCP relay, {2 * pace.DelayMs} ms round trip",
        () => UploadWork.Speed(File(SizeMiB), Farm(name, type, pace).Storage, () => UploadWork.CurlSeconds(UploadBench.CurlArguments(type, File(SizeMiB).Path, _farm!.Key, "http://127.0.0.1:" + _relay!.Port)))) { WarmUps = 1 };

    private CloudFileFarm Farm(string name, string type, RelayPace pace)
    {
        if (_farm == null || _farmName != name)
        {
            _relay?.Dispose();
            _farm?.Dispose();
            _farm = null;
            _farm = new CloudFileFarm(type, pace.DelayMs, pace.BytesPerSecond);
            _relay = new Relay(_farm.Printer.Port, pace);
            _farmName = name;
        }

        return _farm;
    }

    private UploadFile File(int sizeMiB)
    {
        if (!_files.TryGetValue(sizeMiB, out UploadFile? file))
        {
            _files[sizeMiB] = file = new UploadFile(Path.Combine(_folder.Value.FullName, sizeMiB + ".gcode"), sizeMiB);
        }

        return file;
    }
}
