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
/// <param name="isHashed">True when the hub also sends the file's SHA-256, for which the peer runs sha256sum.</param>
internal sealed class UploadBench(string type, string peer, bool isHashed) : IDisposable
{
    private const int SizeMiB = 256;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-bench-");
    private readonly DesktopHal _hal = new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });
    private HubProcess? _fleet;
    private UploadFile? _file;
    private string _url = "";
    private string _key = "";

    private string Storage => Path.Combine(_folder.FullName, "storage");

    /// <summary>One for each system.</summary>
    public static UploadBench[] All() =>
    [
        new(PrinterTypes.OctoPrint, "curl -F", isHashed: false),
        new(PrinterTypes.PrusaLink, "curl -T", isHashed: false),
        new(PrinterTypes.Moonraker, "curl -F, then sha256sum", isHashed: true),
    ];

    /// <summary>curl's arguments for an upload straight to a printer.</summary>
    public static string[] CurlArguments(string type, string file, string key, string url) => type switch
    {
        PrinterTypes.OctoPrint => ["--header", "X-Api-Key: " + key, "--form", "file=@" + file, url + "/api/files/local"],
        PrinterTypes.PrusaLink =>
            ["--header", "X-Api-Key: " + key, "--header", "Overwrite: ?1", "--header", "Content-Type: application/octet-stream", "--header", "Expect:",
             "--upload-file", file, url + "/api/v1/files/usb/bench.gcode"],
        PrinterTypes.Moonraker => ["--header", "X-Api-Key: " + key, "--form", "root=gcodes", "--form", "file=@" + file, url + "/server/files/upload"],
        _ => throw new ArgumentException("no upload with curl is known for " + type),
    };

    public IEnumerable<Benchmark> Create()
    {
        // Memory is measured first: later rounds would reuse what the first one allocated.
        yield return new Benchmark(
            $"upload.{type}.memory",
            "MiB resident",
            BenchGoal.AtMost,
            16,
            () => UploadWork.MemoryGrowth(Prepare(), Storage, () => UploadWithHub()),
            "the file itself",
            () => Measured.Reference(SizeMiB)) { Rounds = 1, WarmUps = 0 };
        yield return new Benchmark(
            $"upload.{type}.speed",
            "MiB/s",
            BenchGoal.RatioToPeer,
            0.95,
            () => UploadWork.Speed(Prepare(), Storage, UploadWithHub),
            peer,
            () => UploadWork.Speed(Prepare(), Storage, UploadWithCurl)) { WarmUps = 1 };
    }

    public void Dispose()
    {
        _fleet?.Dispose();
        _hal.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Seconds that the hub's own client needs.</summary>
    private double UploadWithHub()
    {
        using IPrinterClient client = new PrinterClientFactory(_hal).Create(new PrinterConfig { Id = type, Type = type, Url = _url, ApiKey = new Secret(_key) });
        using FileUploadSource source = FileUploadSource.Open(_file!.Path, CancellationToken.None);
        long start = Stopwatch.GetTimestamp();
        client.Upload("bench.gcode", source, null, CancellationToken.None);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds that the peer needs: curl by its own measurement, without its start.</summary>
    private double UploadWithCurl() =>
        UploadWork.CurlSeconds(CurlArguments(type, _file!.Path, _key, _url)) + (isHashed ? UploadWork.Sha256SumSeconds(_file) : 0);

    private UploadFile Prepare()
    {
        if (_file != null)
        {
            return _file;
        }

        string printers = Path.Combine(_folder.FullName, "printers.json");
        _fleet = new HubProcess("fleet", "--" + type, "1", "--base-port", "0", "--no-announce", "--storage", Storage, "--out", printers);
        _fleet.WaitForFile(printers);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(printers));
        JsonElement printer = document.RootElement.GetProperty("printers")[0];
        _url = printer.GetProperty("url").GetString()!;
        _key = printer.GetProperty("api_key").GetString()!;
        return _file = new UploadFile(Path.Combine(_folder.FullName, "bench.gcode"), SizeMiB);
    }
}
