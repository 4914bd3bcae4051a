using System;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Printers;

namespace Hub.Simulator.Bench;

/// <summary>The cost of the hub alone while it watches many printers of another process.</summary>
internal static class WatchBench
{
    private const int SettleMs = 10_000;
    private const int MeasureMs = 60_000;
    private const string JobName = "bench.gcode";

    /// <summary>
    /// Idle printers that are polled, printing ones that push changes four times a second, and ones that
    /// send their full report once a second in any state (X1 family).
    /// </summary>
    public static Benchmark[] All() =>
    [
        Create("idle.octoprint20.cpu", PrinterTypes.OctoPrint, 20, isPrinting: false, limitPercent: 5),
        Create("push.moonraker50.cpu", PrinterTypes.Moonraker, 50, isPrinting: true, limitPercent: 25),
        Create("push.bambu50.cpu", PrinterTypes.Bambu, 50, isPrinting: false, limitPercent: 15, "--bambu-model", "X1C"),
    ];

    private static Benchmark Create(string name, string type, int count, bool isPrinting, double limitPercent, params string[] fleetFlags)
    {
        double fleetPercent = 0;
        return new Benchmark(
            name, "% of a core", BenchGoal.AtMost, limitPercent, () => Measure(type, count, isPrinting, fleetFlags, out fleetPercent), $"the {count} virtual printers", () => fleetPercent)
        {
            Rounds = 1,
            WarmUps = 0,
        };
    }

    private static double Measure(string type, int count, bool isPrinting, string[] fleetFlags, out double fleetPercent)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        try
        {
            string printers = Path.Combine(folder.FullName, "printers.json");
            string data = Path.Combine(folder.FullName, "data");
            using HubProcess fleet = new(["fleet", "--" + type, count.ToString(), .. fleetFlags, "--base-port", "0", "--speed", "10", "--out", printers]);
            fleet.WaitForFile(printers);
            if (isPrinting)
            {
                StartJobs(printers);
            }

            FleetConfig.Import(File.ReadAllBytes(printers), data);
            using HubProcess hub = new("run", "--data", data, "--cloud", "none");
            Thread.Sleep(SettleMs);
            int seen = hub.CountLines(isPrinting ? "printing " + JobName : " idle");
            if (seen != count)
            {
                throw new InvalidOperationException($"the hub sees {seen} of {count} printers as they are: {hub.LastError}");
            }

            TimeSpan hubBefore = hub.CpuTime;
            TimeSpan fleetBefore = fleet.CpuTime;
            long start = Stopwatch.GetTimestamp();
            Thread.Sleep(MeasureMs);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            fleetPercent = 100 * (fleet.CpuTime - fleetBefore).TotalSeconds / seconds;
            return 100 * (hub.CpuTime - hubBefore).TotalSeconds / seconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A job on every Moonraker: at ten times the real speed it heats for 4 s and prints for 3 minutes.</summary>
    private static void StartJobs(string printers)
    {
        using HttpClient client = new();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(printers));
        foreach (JsonElement printer in document.RootElement.GetProperty("printers").EnumerateArray())
        {
            using MultipartFormDataContent form = new()
            {
                { new StringContent("gcodes"), "root" },
                { new StringContent("true"), "print" },
                { new StringContent("G28\nG1 X10 Y10 E1 F3000\n"), "file", JobName },
            };
            using HttpRequestMessage request = new(HttpMethod.Post, printer.GetProperty("url").GetString() + "/server/files/upload") { Content = form };
            request.Headers.Add("X-Api-Key", printer.GetProperty("api_key").GetString());
            client.Send(request).EnsureSuccessStatusCode();
        }
    }
}
