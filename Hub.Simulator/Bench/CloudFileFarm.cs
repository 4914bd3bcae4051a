using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text.Json;
using System.Threading;

namespace Hub.Simulator.Bench;

/// <summary>
/// The way of a file from a cloud to a printer, each in a process of its own: a cloud, a hub with one printer, and the virtual printer. Between
/// cloud and hub, and hub and printer, there may be a <see cref="Relay"/>. Thread: one owner.
/// </summary>
internal sealed class CloudFileFarm : IDisposable
{
    private const int ReadyMs = 60_000;
    private const int UploadMs = 600_000;
    private const int PollMs = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-bench-");
    private readonly HttpClient _http = new();
    private readonly HubProcess _fleet;
    private readonly Relay? _toCloud;

    /// <summary>Starts all and waits until the cloud shows the printer as idle.</summary>
    /// <param name="type">The printer's system.</param>
    /// <param name="cloudDelayMs">Added between cloud and hub in each direction; 0 for no relay there.</param>
    /// <param name="printerBytesPerSecond">Most that the printer takes; 0 for no relay before it.</param>
    public CloudFileFarm(string type, int cloudDelayMs = 0, int printerBytesPerSecond = 0)
    {
        Type = type;
        string printers = Path.Combine(_folder.FullName, "printers.json");
        _fleet = new HubProcess("fleet", "--" + type, "1", "--base-port", "0", "--no-announce", "--storage", Storage, "--out", printers);
        _fleet.WaitForFile(printers);
        string text = File.ReadAllText(printers);
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement printer = document.RootElement.GetProperty("printers")[0];
        PrinterId = printer.GetProperty("id").GetString()!;
        Printer = new Uri(printer.GetProperty("url").GetString()!);
        Key = printer.GetProperty("api_key").GetString()!;
        if (printerBytesPerSecond > 0)
        {
            ToPrinter = new Relay(Printer.Port, new RelayPace(BytesPerSecond: printerBytesPerSecond));
            text = text.Replace(":" + Printer.Port, ":" + ToPrinter.Port, StringComparison.Ordinal);
        }

        string data = Path.Combine(_folder.FullName, "data");
        FleetConfig.Import(System.Text.Encoding.UTF8.GetBytes(text), data);
        Cloud = new CloudProcess();
        _toCloud = cloudDelayMs > 0 ? new Relay(Cloud.Address.Port, new RelayPace(cloudDelayMs)) : null;
        Hub = new HubProcess("run", "--data", data, "--cloud", "ws://127.0.0.1:" + (_toCloud?.Port ?? Cloud.Address.Port));
        ChangeLoop.WaitFor(ReadyMs, IsReady, () => "the cloud does not show the printer as idle: " + Hub.LastError);
    }

    public string Type { get; }

    /// <summary>The printer's id in the hub.</summary>
    public string PrinterId { get; }

    /// <summary>Where the printer itself listens.</summary>
    public Uri Printer { get; }

    /// <summary>The printer's key.</summary>
    public string Key { get; }

    /// <summary>Where the printer stores its files.</summary>
    public string Storage => Path.Combine(_folder.FullName, "storage");

    public CloudProcess Cloud { get; }

    public HubProcess Hub { get; }

    /// <summary>The relay before a slow printer, or null.</summary>
    public Relay? ToPrinter { get; }

    /// <summary>Sends a file with curl to the cloud.</summary>
    /// <returns>Seconds until the printer had all of it: curl's own time, and from there until the cloud says so.</returns>
    public double Upload(string path)
    {
        string answer = Path.Combine(_folder.FullName, "answer.json");
        double seconds = UploadWork.CurlSeconds(["--request", "POST", "--upload-file", path, FilesUrl("bench.gcode").AbsoluteUri], answer);
        long start = Stopwatch.GetTimestamp();
        using JsonDocument transfer = JsonDocument.Parse(File.ReadAllText(answer));
        Uri url = new(Cloud.Address, "/api/transfers/" + transfer.RootElement.GetProperty("transfer_id").GetString());
        string stage;
        while ((stage = Text(url, "stage")) is "downloading" or "uploading")
        {
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > UploadMs)
            {
                throw new InvalidOperationException("the file does not arrive");
            }

            Thread.Sleep(PollMs);
        }

        return stage == "complete"
            ? seconds + Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InvalidOperationException("the transfer is " + stage + ": " + Text(url, "error"));
    }

    /// <summary>Where the cloud takes a file for the printer.</summary>
    public Uri FilesUrl(string name) => new(Cloud.Address, "/api/printers/" + PrinterId + "/files?name=" + name);

    public void Dispose()
    {
        Hub.Dispose();
        Cloud.Dispose();
        _fleet.Dispose();
        _toCloud?.Dispose();
        ToPrinter?.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Text(Uri url, string key)
    {
        using JsonDocument document = JsonDocument.Parse(_http.GetStringAsync(url).GetAwaiter().GetResult());
        return document.RootElement.TryGetProperty(key, out JsonElement value) ? value.GetString()! : "";
    }

    private bool IsReady()
    {
        using JsonDocument document = JsonDocument.Parse(_http.GetStringAsync(new Uri(Cloud.Address, "/api/printers")).GetAwaiter().GetResult());
        JsonElement printers = document.RootElement.GetProperty("printers");
        return printers.GetArrayLength() == 1 && printers[0].GetProperty("state").GetString() == "idle";
    }
}
