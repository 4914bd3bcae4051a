using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Bench;

/// <summary>A large upload to a virtual printer in another process: the hub's client against curl, and the hub's memory during it.</summary>
/// <param name="type">The printer system, as the configuration and the fleet's flags name it.</param>
/// <param name="peer">The same with curl, for people.</param>
/// <param name="curlArguments">curl's arguments for a file, a key and a printer's url.</param>
internal sealed class UploadBench(string type, string peer, Func<string, string, string, string[]> curlArguments) : IDisposable
{
    private const int SizeMiB = 256;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-bench-");
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private HubProcess? _fleet;
    private string _url = "";
    private string _key = "";

    private string FilePath => Path.Combine(_folder.FullName, "bench.gcode");

    /// <summary>One for each system.</summary>
    public static UploadBench[] All() =>
    [
        new(PrinterTypes.OctoPrint, "curl -F", (file, key, url) =>
            ["--header", "X-Api-Key: " + key, "--form", "file=@" + file, url + "/api/files/local"]),
        new(PrinterTypes.PrusaLink, "curl -T", (file, key, url) =>
            ["--header", "X-Api-Key: " + key, "--header", "Overwrite: ?1", "--header", "Content-Type: application/octet-stream", "--header", "Expect:",
             "--upload-file", file, url + "/api/v1/files/usb/bench.gcode"]),
        new(PrinterTypes.Moonraker, "curl -F", (file, key, url) =>
            ["--header", "X-Api-Key: " + key, "--form", "root=gcodes", "--form", "file=@" + file, url + "/server/files/upload"]),
    ];

    public IEnumerable<Benchmark> Create()
    {
        // Memory is measured first: later rounds would reuse what the first one allocated.
        yield return new Benchmark(
            $"upload.{type}.memory", "MiB resident", BenchGoal.AtMost, 16, MemoryGrowth, "the file itself", () => SizeMiB) { Rounds = 1, WarmUps = 0 };
        yield return new Benchmark(
            $"upload.{type}.speed", "MiB/s", BenchGoal.RatioToPeer, 0.8, () => SizeMiB / UploadWithHub(), peer, () => SizeMiB / UploadWithCurl()) { WarmUps = 1 };
    }

    public void Dispose()
    {
        _fleet?.Dispose();
        _hal.Dispose();
        _folder.Delete(recursive: true);
    }

    private double MemoryGrowth()
    {
        Prepare();
        return UploadWork.MemoryGrowthMiB(() => UploadWithHub());
    }

    /// <summary>Seconds that the hub's own client needs.</summary>
    private double UploadWithHub()
    {
        Prepare();
        using IPrinterClient client = new PrinterClientFactory(_hal).Create(new PrinterConfig { Id = type, Type = type, Url = _url, ApiKey = new Secret(_key) });
        using FileUploadSource source = FileUploadSource.Open(FilePath, System.Threading.CancellationToken.None);
        long start = Stopwatch.GetTimestamp();
        client.Upload("bench.gcode", source, null, CancellationToken.None);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds that curl needs by its own measurement, without its start.</summary>
    private double UploadWithCurl() => UploadWork.CurlSeconds(curlArguments(FilePath, _key, _url));

    private void Prepare()
    {
        if (_fleet != null)
        {
            return;
        }

        UploadWork.WriteFile(FilePath, SizeMiB);
        string printers = Path.Combine(_folder.FullName, "printers.json");
        _fleet = new HubProcess("fleet", "--" + type, "1", "--base-port", "0", "--out", printers);
        _fleet.WaitForFile(printers);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(printers));
        JsonElement printer = document.RootElement.GetProperty("printers")[0];
        _url = printer.GetProperty("url").GetString()!;
        _key = printer.GetProperty("api_key").GetString()!;
    }
}
