using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>What the outages of a run showed, in seconds, shortest first.</summary>
/// <param name="Lengths">How long the cloud was away.</param>
/// <param name="Back">From its return until it showed a hub's printers as they then were, for each hub and outage.</param>
/// <param name="Bare">From its return until a bare request was answered.</param>
internal sealed record ReconnectFigures(double[] Lengths, double[] Back, double[] Bare)
{
    /// <summary>The work behind all figures.</summary>
    public required Work Reconnects { get; init; }
}

/// <summary>
/// Hubs (`run`) in processes of their own whose cloud is killed, again and again, and comes back with the same data in a new process. All
/// printers change during an outage, and a subscriber of the cloud's dashboard notes when it sees these changes.
/// </summary>
internal static class ReconnectRun
{
    /// <summary>Longest of several outages, in seconds.</summary>
    public const int LongestShort = 10;

    private const int PrintersOfEach = 2;
    private const int Outages = 6;
    private const int Seed = 12;
    private const int LeastTarget = 40;
    private const int ReadyMs = 90_000;

    /// <summary>Longest wait for a reconnect.</summary>
    private const int PatienceMs = 90_000;

    /// <summary>A connection that lasts this long counts as a good one for the hub, whose retries then start over.</summary>
    private const int BetweenMs = 11_000;

    /// <summary>Lengths of outages in seconds: one of a given length, or several of up to <see cref="LongestShort"/>.</summary>
    public static double[] Lengths(int? seconds)
    {
        Random random = new(Seed);
        return seconds is { } one ? [one] : [.. Enumerable.Range(0, Outages).Select(_ => 1 + (random.NextDouble() * (LongestShort - 1)))];
    }

    public static ReconnectFigures Measure(int hubs, double[] lengths)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        Fleet fleet = Fleet.StartAsync(new FleetOptions { Moonraker = hubs * PrintersOfEach }).GetAwaiter().GetResult();
        List<HubProcess> processes = [];
        using CutRelay relay = new();
        try
        {
            for (int i = 0; i < hubs; i++)
            {
                string data = Path.Combine(folder.FullName, "hub" + i);
                FleetConfig.Import(Part(fleet.PrintersJson(), i * PrintersOfEach), data);
                processes.Add(new HubProcess("run", "--data", data, "--cloud", "ws://" + relay.EndPoint));
            }

            return Measure(fleet, relay, Path.Combine(folder.FullName, "cloud"), lengths);
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
            fleet.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The figures of a run.</summary>
    /// <param name="lengths">How long each outage was, in seconds.</param>
    /// <param name="back">Seconds until each hub was back, for all outages; null for one that was not.</param>
    /// <param name="bare">Seconds until a bare request was answered.</param>
    internal static ReconnectFigures Summarize(IEnumerable<double> lengths, IReadOnlyCollection<double?> back, IEnumerable<double> bare)
    {
        double[] seen = [.. back.OfType<double>().Order()];
        return new ReconnectFigures([.. lengths.Order()], seen, [.. bare.Order()])
        {
            Reconnects = new Work("reconnects of hubs whose printers the cloud then shows rightly", seen.Length, back.Count),
        };
    }

    /// <summary>Some printers of a printers.json.</summary>
    internal static byte[] Part(byte[] printersJson, int first)
    {
        using JsonDocument document = JsonDocument.Parse(printersJson);
        IEnumerable<string> some = document.RootElement.GetProperty("printers").EnumerateArray().Skip(first).Take(PrintersOfEach).Select(printer => printer.GetRawText());
        return Encoding.UTF8.GetBytes("{\"version\":1,\"printers\":[" + string.Join(',', some) + "]}");
    }

    private static ReconnectFigures Measure(Fleet fleet, CutRelay relay, string data, double[] lengths)
    {
        ShownTargets shown = new();
        List<double> taken = [];
        List<double?> back = [];
        List<double> bare = [];
        CloudProcess cloud = new(data);
        CloudSubscriber subscriber = new(cloud.Address, shown.Show);
        try
        {
            Change(fleet, shown, LeastTarget);
            relay.Mend(cloud.Address);
            ChangeLoop.WaitFor(ReadyMs, () => shown.Seen == fleet.Printers.Count, () => $"the cloud shows {shown.Seen} of {fleet.Printers.Count} printers");
            for (int i = 0; i < lengths.Length; i++)
            {
                Thread.Sleep(BetweenMs);
                relay.Cut();
                long cut = Stopwatch.GetTimestamp();
                subscriber.Dispose();
                cloud.Dispose();
                Change(fleet, shown, LeastTarget + 1 + i);
                cloud = new CloudProcess(data);
                subscriber = new CloudSubscriber(cloud.Address, shown.Show);
                TimeSpan left = TimeSpan.FromSeconds(lengths[i]) - Stopwatch.GetElapsedTime(cut);
                Thread.Sleep(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                relay.Mend(cloud.Address);
                long mended = Stopwatch.GetTimestamp();
                taken.Add(Stopwatch.GetElapsedTime(cut, mended).TotalSeconds);
                bare.Add(BareSeconds(relay, mended));
                WaitForAll(fleet, shown, mended);
                for (int hub = 0; hub < fleet.Printers.Count; hub += PrintersOfEach)
                {
                    back.Add(shown.SecondsSince(mended, fleet.Printers.Skip(hub).Take(PrintersOfEach).Select(printer => printer.Id)));
                }
            }
        }
        finally
        {
            subscriber.Dispose();
            cloud.Dispose();
        }

        return Summarize(taken, back, bare);
    }

    private static void Change(Fleet fleet, ShownTargets shown, int target)
    {
        foreach (VirtualPrinter printer in fleet.Printers)
        {
            shown.Want(printer.Id, target);
            printer.Machine.SendGcode("M140 S" + target);
        }
    }

    private static double BareSeconds(CutRelay relay, long since)
    {
        using TcpClient client = new();
        client.Connect(relay.EndPoint);
        using NetworkStream stream = client.GetStream();
        stream.Write(Encoding.ASCII.GetBytes("GET /healthz HTTP/1.1\r\nHost: " + relay.EndPoint + "\r\nConnection: close\r\n\r\n"));
        return stream.ReadByte() >= 0 ? Stopwatch.GetElapsedTime(since).TotalSeconds : double.PositiveInfinity;
    }

    private static void WaitForAll(Fleet fleet, ShownTargets shown, long since)
    {
        while (shown.Seen < fleet.Printers.Count && Stopwatch.GetElapsedTime(since).TotalMilliseconds < PatienceMs)
        {
            Thread.Sleep(20);
        }
    }
}
