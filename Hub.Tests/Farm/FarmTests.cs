using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Tests.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Farm;

/// <summary>
/// A farm of twenty as its owner meets it: found on the network, added with the printed lines, run for a while with power
/// cuts, dead networks, prints and edits, and at last every state right. <c>HUB_FARM_MINUTES</c> makes the while longer (a
/// soak), <c>HUB_FARM_SEED</c> repeats a run.
/// </summary>
[TestClass]
[TestCategory("Program")]
public sealed class FarmTests : IDisposable
{
    private const int Each = 5;
    private const double DefaultMinutes = 0.35;
    private const double Speed = 5;
    private const int SettleMs = 120_000;

    /// <summary>Far above what was seen (97 MiB after half an hour), far below a leak over hours.</summary>
    private const double MaxMiB = 150;

    /// <summary>A program that has just begun grows by what it compiles and keeps at hand: growth tells something in longer runs only.</summary>
    private const double MinutesToSettle = 10;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-farm-");
    private readonly List<FarmFleet> _fleets = [];
    private readonly Random _random;
    private readonly int _seed;
    private HubProgram? _hub;
    private readonly Dictionary<string, int> _starts = [];
    private Dictionary<string, string>? _ids;

    public FarmTests()
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable("HUB_FARM_SEED"), out int seed) ? seed : 20261122;
        _random = new Random(_seed);
    }

    public TestContext TestContext { get; set; } = null!;

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose()
    {
        _hub?.Dispose();
        _fleets.ForEach(fleet => fleet.Dispose());
        _folder.Delete(recursive: true);
    }

    [TestMethod]
    [Timeout(3 * 60 * 60 * 1000, CooperativeCancellation = false)]
    public void TwentyPrinters_DiscoveredAddedTroubled_AreShownAsTheyAre()
    {
        double minutes = double.TryParse(Environment.GetEnvironmentVariable("HUB_FARM_MINUTES"), CultureInfo.InvariantCulture, out double given) ? given : DefaultMinutes;
        TestContext.WriteLine($"seed {_seed}, {minutes} minute(s)");
        int mdnsPort = FreePorts(2);
        StartFleets(mdnsPort, mdnsPort + 1);
        AddWhatIsDiscovered(mdnsPort, mdnsPort + 1);
        _hub = HubProgram.Start("run", "--data", Data, "--no-discovery");
        WaitUntilRight("at the beginning");

        double memoryEarly = 0;
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalMinutes < minutes)
        {
            Trouble();
            if (memoryEarly == 0 && watch.Elapsed.TotalMinutes > minutes / 5)
            {
                memoryEarly = PrivateMiB();
            }
        }

        Heal();
        WaitUntilRight("in the end");
        double memory = PrivateMiB();
        TestContext.WriteLine($"private memory of the hub: {memoryEarly:F1} MiB early, {memory:F1} MiB late");
        Assert.IsLessThan(MaxMiB, memory, "private memory of the hub, in MiB");
        if (minutes >= MinutesToSettle)
        {
            Assert.IsTrue(memory < (memoryEarly * 1.25) + 8, $"memory grew from {memoryEarly:F1} to {memory:F1} MiB");
        }

        _hub.Interrupt();
        Assert.AreEqual(0, _hub.WaitForEnd(), _hub.Error);
        Assert.IsFalse((_hub.Out + _hub.Error).Contains("fault of the hub", StringComparison.Ordinal), Tail(_hub.Out + _hub.Error));
        Assert.IsFalse((_hub.Out + _hub.Error).Contains("   at ", StringComparison.Ordinal), Tail(_hub.Out + _hub.Error));
    }

    private void StartFleets(int mdnsPort, int ssdpPort)
    {
        foreach (string type in PrinterSystems.All.Select(s => s.Type))
        {
            int ports = type == PrinterTypes.Bambu ? 3 * Each : Each;
            FarmFleet fleet = new(type, Each, FreePorts(ports), _folder.FullName, mdnsPort, ssdpPort, Speed);
            _fleets.Add(fleet);
            fleet.Start();
        }
    }

    private void AddWhatIsDiscovered(int mdnsPort, int ssdpPort)
    {
        JsonElement found = Json(
            "discover", "--interface", "127.0.0.1", "--for", "7", "--mdns-port", mdnsPort.ToString(), "--ssdp-port", ssdpPort.ToString(), "--json");
        JsonElement[] printers = [.. found.GetProperty("printers").EnumerateArray()];
        Assert.AreEqual(4 * Each, printers.Length, found.ToString());
        foreach (JsonElement printer in printers)
        {
            // What the owner would look up on the printer: the line holds a placeholder, or leaves it out where it may not be needed.
            string line = printer.GetProperty("add_command").GetString()!;
            IEnumerable<string> words = Words(line.Replace(" --api-key KEY", "", StringComparison.Ordinal).Replace(" --access-code CODE", "", StringComparison.Ordinal));
            Hub([.. words, .. SecretsOf(printer)]);
        }
    }

    /// <summary>The flags with the keys of a printer that was found.</summary>
    private string[] SecretsOf(JsonElement found)
    {
        JsonElement entry = EntryOf(found);
        return [.. new[] { "api-key", "user", "password", "access-code" }
            .Where(flag => entry.TryGetProperty(flag.Replace('-', '_'), out _))
            .SelectMany(flag => new[] { "--" + flag, entry.GetProperty(flag.Replace('-', '_')).GetString()! })];
    }

    private JsonElement EntryOf(JsonElement found)
    {
        foreach (JsonElement entry in _fleets.SelectMany(fleet => fleet.Printers))
        {
            if (found.TryGetProperty("serial", out JsonElement serial) && entry.TryGetProperty("serial", out JsonElement own) && own.GetString() == serial.GetString())
            {
                return entry;
            }

            if (found.TryGetProperty("url", out JsonElement url) && entry.TryGetProperty("url", out JsonElement at) && at.GetString()!.TrimEnd('/') == url.GetString()!.TrimEnd('/'))
            {
                return entry;
            }
        }

        Assert.Fail("no virtual printer is " + found);
        return default;
    }

    /// <summary>One event, and a moment for its effects.</summary>
    private void Trouble()
    {
        FarmFleet fleet = _fleets[_random.Next(_fleets.Count)];
        int index = _random.Next(Each);
        string id = IdOf(fleet, index);
        int what = _random.Next(10);
        TestContext.WriteLine($"{DateTime.Now:HH:mm:ss} {what} {id}");
        switch (what)
        {
            case 0:
                fleet.Kill();
                Enumerable.Range(0, Each).ToList().ForEach(i => _starts.Remove(IdOf(fleet, i)));
                Thread.Sleep(_random.Next(500, 4000));
                fleet.Start();
                break;
            case 1 or 2:
                fleet.SetFaults(index, fleet.Type == PrinterTypes.Bambu ? "{\"broker\":\"drop\"}" : "{\"drop\":true}");
                Thread.Sleep(_random.Next(500, 3000));
                fleet.SetFaults(index, "{}");
                break;
            case 3:
                fleet.SetFaults(index, "{\"silent\":true}");
                Thread.Sleep(_random.Next(500, 3000));
                fleet.SetFaults(index, "{}");
                break;
            case 4:
                Hub("printers", "edit", id, "--name", "Name " + _random.Next(1000));
                break;
            case 5:
                Hub("printers", "disable", id);
                Thread.Sleep(_random.Next(100, 1000));
                Hub("printers", "enable", id);
                break;
            case 6:
                // Refusals and time-outs are no failures here: the printer may be at anything. A hub that falls over is seen in the end.
                HubProgram.Run(_random.Next(2) == 0 ? "pause" : "cancel", id, "--timeout", "10", "--data", Data);
                break;
            case 7:
                HubProgram.Run("resume", id, "--timeout", "10", "--data", Data);
                break;
            default:
                _starts[id] = _starts.GetValueOrDefault(id) + 1;
                HubProgram.Run("print", id, GcodeFile(fleet), "--timeout", "20", "--data", Data);
                break;
        }

        Assert.IsFalse(_hub!.HasExited, "the hub ended: " + Tail(_hub.Out + _hub.Error));
    }

    private void Heal()
    {
        foreach (FarmFleet fleet in _fleets)
        {
            if (!fleet.IsRunning)
            {
                fleet.Start();
            }

            for (int i = 0; i < Each; i++)
            {
                fleet.SetFaults(i, "{}");
            }
        }
    }

    /// <summary>Waits until the hub shows every printer as it really is.</summary>
    private void WaitUntilRight(string when)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string wrong;
        do
        {
            Assert.IsFalse(_hub!.HasExited, "the hub ended: " + Tail(_hub.Out + _hub.Error));
            wrong = FirstWrong();
            if (wrong.Length == 0)
            {
                TestContext.WriteLine($"{when}: all states right after {watch.Elapsed.TotalSeconds:F1} s");
                return;
            }

            Thread.Sleep(500);
        }
        while (watch.ElapsedMilliseconds < SettleMs);

        Assert.Fail($"{when}: {wrong}; {Tail(_hub!.Out + _hub.Error)}");
    }

    private string FirstWrong()
    {
        Dictionary<string, JsonElement> shown = Json("status", "--json").GetProperty("printers").EnumerateArray()
            .ToDictionary(status => status.GetProperty("id").GetString()!);
        foreach (FarmFleet fleet in _fleets)
        {
            for (int i = 0; i < Each; i++)
            {
                string id = IdOf(fleet, i);
                if (!shown.TryGetValue(id, out JsonElement status))
                {
                    return id + " is not shown";
                }

                JsonElement truth = fleet.State(i);
                string state = status.GetProperty("state").GetString()!;
                if (!status.GetProperty("connected").GetBoolean() || !Fits(state, truth.GetProperty("state").GetString()!) || !FitsJob(status, truth))
                {
                    return $"{id} is shown as {status}, and is {truth}";
                }

                // At most once for each print that was asked for since the printer was switched on.
                Assert.IsLessThanOrEqualTo(_starts.GetValueOrDefault(id), truth.GetProperty("jobs_started").GetInt32(), id + " started a print twice");
            }
        }

        return "";
    }

    private static bool Fits(string shown, string truth) => truth switch
    {
        "Idle" => shown is "idle" or "finished" or "cancelled" or "error",
        "Starting" or "Heating" or "Printing" => shown is "preparing" or "printing",
        "Paused" => shown == "paused",
        _ => false,
    };

    private static bool FitsJob(JsonElement status, JsonElement truth) =>
        truth.GetProperty("state").GetString() == "Idle"
        || (status.TryGetProperty("job", out JsonElement job) && truth.GetProperty("job").GetString()!.StartsWith(job.GetString()!.Split('.')[0], StringComparison.Ordinal));

    /// <summary>The id under which the hub knows a virtual printer.</summary>
    private string IdOf(FarmFleet fleet, int index)
    {
        JsonElement own = fleet.Printers[index];
        _ids ??= Json("printers", "list", "--json").GetProperty("printers").EnumerateArray().ToDictionary(Place, entry => entry.GetProperty("id").GetString()!);
        return _ids[Place(own)];

        static string Place(JsonElement entry) =>
            entry.TryGetProperty("serial", out JsonElement serial) ? serial.GetString()! : entry.GetProperty("url").GetString()!.TrimEnd('/');
    }

    private string GcodeFile(FarmFleet fleet)
    {
        string name = fleet.Type == PrinterTypes.Bambu ? "box.gcode.3mf" : "box" + _random.Next(3) + ".gcode";
        string path = Path.Combine(_folder.FullName, name);
        if (!File.Exists(path))
        {
            if (fleet.Type == PrinterTypes.Bambu)
            {
                using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
                using StreamWriter plate = new(zip.CreateEntry("Metadata/plate_1.gcode").Open());
                plate.Write("G28\n");
            }
            else
            {
                File.WriteAllText(path, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000\n", 20_000)));
            }
        }

        return path;
    }

    private JsonElement Json(params string[] arguments)
    {
        using JsonDocument document = JsonDocument.Parse(Hub(arguments));
        return document.RootElement.Clone();
    }

    private string Hub(params string[] arguments)
    {
        (int code, string output, string error) = HubProgram.Run([.. arguments, "--data", Data]);
        Assert.AreEqual(0, code, $"{string.Join(' ', arguments)}: {error}");
        return output;
    }

    /// <summary>The words of a printed line, as a shell reads them.</summary>
    private static string[] Words(string line)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh") { RedirectStandardOutput = true, ArgumentList = { "-c", "printf '%s\\n' " + line } })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output.TrimEnd('\n').Split('\n');
    }

    private double PrivateMiB() => File.ReadLines($"/proc/{_hub!.Id}/smaps_rollup")
        .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024;

    private static string Tail(string text) => text.Length <= 4000 ? text : text[^4000..];

    /// <summary>First of some ports in a row that nobody uses at the moment, below those the system hands out.</summary>
    private static int FreePorts(int count)
    {
        HashSet<int> used = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Concat(IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners()).Select((IPEndPoint end) => end.Port)];
        int first;
        do
        {
            first = Random.Shared.Next(10_000, 30_000);
        }
        while (Enumerable.Range(first, count).Any(used.Contains));

        return first;
    }
}
