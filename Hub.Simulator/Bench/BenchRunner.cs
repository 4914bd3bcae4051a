using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Bench;

/// <summary>The verb <c>bench [NAME] [--json]</c>: the hub's code and its peers alternately, the median of five.</summary>
internal static class BenchRunner
{
    /// <summary>Runs all benchmarks, one, or a group (the name up to a dot); those of a fleet and of a cloud, which take minutes, only by name (of a cloud, those that begin with `cloud.` by their own). Returns the exit code.</summary>
    /// <param name="name">What to run, or null.</param>
    /// <param name="printers">Number of printers of a fleet or of each hub, or null for the default.</param>
    /// <param name="hubs">Number of hubs of a cloud, or null for the default.</param>
    /// <param name="seconds">How long a fleet or a cloud is measured, or is away; null for the default.</param>
    /// <param name="json">True for one JSON document instead of a table.</param>
    /// <param name="output">Where the result goes.</param>
    public static int Run(string? name, int? printers, int? hubs, int? seconds, bool json, TextWriter output)
    {
        int measuredSeconds = seconds ?? FleetBench.DefaultSeconds;
        using CloudFileBench files = new();
        Benchmark[][] byName =
        [
            [.. FleetBench.Create(printers, measuredSeconds)],
            [.. CloudBench.Create(hubs ?? CloudBench.DefaultHubs, printers ?? CloudBench.DefaultPrinters, measuredSeconds)],
            [.. AddedBench.Create()],
            [.. ReconnectBench.Create(hubs, seconds)],
            [.. files.Create()],
        ];
        foreach (Benchmark[] group in byName)
        {
            if (name != null && Array.Exists(group, benchmark => IsChosen(benchmark, name)))
            {
                return Run(group, name, json, output);
            }
        }

        if (printers != null)
        {
            throw VerbException.Usage("--printers is for 'bench fleet' and 'bench cloud'");
        }

        UploadBench[] uploads = UploadBench.All();
        using FtpsUploadBench ftps = new();
        try
        {
            return Run([.. JsonBench.Create(), .. uploads.SelectMany(upload => upload.Create()), .. ftps.Create(), .. PushBench.All(), .. BambuBench.Create(), .. WatchBench.All()], name, json, output);
        }
        finally
        {
            Array.ForEach(uploads, upload => upload.Dispose());
        }
    }

    /// <summary>Runs the chosen ones of some benchmarks.</summary>
    internal static int Run(Benchmark[] all, string? name, bool json, TextWriter output)
    {
        Benchmark[] chosen = all.Where(benchmark => IsChosen(benchmark, name)).ToArray();
        if (chosen.Length == 0)
        {
            throw VerbException.Usage($"no benchmark is named '{name}'; the names are {string.Join(", ", all.Select(benchmark => benchmark.Name))}, {FleetBench.Group}, {CloudBench.Group}, {AddedBench.Group}, {ReconnectBench.Group}, {CloudFileBench.Group}");
        }

        foreach (Benchmark benchmark in chosen.Where(benchmark => benchmark.LeftOut != null))
        {
            Console.Error.WriteLine($"{benchmark.Name} is skipped: {benchmark.LeftOut}");
        }

        BenchMeter meter = new(MemoryBandwidth.Measure());
        List<BenchResult> results = [.. chosen.Where(benchmark => benchmark.LeftOut == null).Select(meter.Measure)];
        if (json)
        {
            BenchReport.WriteJson(results, output);
        }
        else
        {
            BenchReport.WriteTable(results, output);
        }

        return results.Count > 0 && results.TrueForAll(result => result.Pass) ? 0 : 1;
    }

    private static bool IsChosen(Benchmark benchmark, string? name)
    {
        return name == null
            || benchmark.Name == name
            || benchmark.Name.StartsWith(name + ".", StringComparison.Ordinal);
    }
}
