using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Hub.Simulator.Virtual;

namespace Hub.Simulator.Bench;

/// <summary>What the commands to one system's printers took, in ms, shortest first.</summary>
/// <param name="ToPrinter">From the REST request to the request at the printer.</param>
/// <param name="ToAnswer">From the printer's proving report to the REST answer.</param>
/// <param name="Commands">The work behind both.</param>
internal sealed record AddedTimes(double[] ToPrinter, double[] ToAnswer, Work Commands);

/// <summary>What a run showed.</summary>
/// <param name="Systems">By system.</param>
/// <param name="Bare">The same requests to a bare HTTP server on loopback, in ms, shortest first.</param>
internal sealed record AddedFigures(Dictionary<string, AddedTimes> Systems, double[] Bare);

/// <summary>
/// A cloud and a hub (`run`), each in a process of its own, and virtual printers and REST clients in this one, so that one clock times all: every
/// printer is paused and resumed in turn.
/// </summary>
internal static class AddedRun
{
    /// <summary>Commands of each system that count.</summary>
    public const int Commands = 200;

    private const int PrintersOfEach = 4;

    /// <summary>Commands of each printer before those: they run code that was not compiled yet.</summary>
    private const int WarmUps = 4;

    private const int ReadyMs = 90_000;

    /// <summary>Jobs run ten times faster than real ones: they heat for 4 s and print for 3 minutes, pauses not counted.</summary>
    private const double Speed = 10;

    private const string What = "commands proven by the printer and acknowledged";
    private const string Answer = "{\"success\":true,\"command_id\":\"0123456789abcdef0123456789abcdef\"}";

    public static AddedFigures Measure()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-bench-");
        Fleet fleet = Fleet.StartAsync(new FleetOptions { OctoPrint = PrintersOfEach, Moonraker = PrintersOfEach, Speed = Speed }).GetAwaiter().GetResult();
        try
        {
            for (int i = 0; i < fleet.Printers.Count; i++)
            {
                fleet.StartDemoJob(i);
            }

            FleetConfig.Import(fleet.PrintersJson(), folder.FullName);
            using CloudProcess cloud = new();
            using HubProcess hub = new("run", "--data", folder.FullName, "--cloud", cloud.HubUrl);
            using (CloudClient client = new(cloud.Address))
            {
                ChangeLoop.WaitFor(ReadyMs, () => client.Count("printing") == fleet.Printers.Count, () => $"{client.Count("printing")} of {fleet.Printers.Count} printers print: {hub.LastError}");
            }

            return Measure(fleet, cloud.Address);
        }
        finally
        {
            fleet.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The figures of one system; what is not done has no time.</summary>
    internal static AddedTimes Summarize(IReadOnlyCollection<CommandTimes> times)
    {
        CommandTimes[] done = [.. times.Where(time => time.IsDone)];
        return new AddedTimes([.. done.Select(time => time.ToPrinterMs).Order()], [.. done.Select(time => time.ToAnswerMs).Order()], new Work(What, done.Length, Commands));
    }

    private static AddedFigures Measure(Fleet fleet, Uri cloud)
    {
        using LoopbackHttp bare = new(Answer);
        ConcurrentBag<(string Type, CommandTimes Times)> all = [];
        ConcurrentBag<double> bareMs = [];
        ConcurrentQueue<string> problems = [];
        Thread[] threads = [.. fleet.Printers.Select(printer => new Thread(() => Command(printer, cloud, bare.Address, all, bareMs, problems)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (problems.TryDequeue(out string? problem))
        {
            throw new InvalidOperationException(problem);
        }

        return new AddedFigures(
            all.GroupBy(one => one.Type).ToDictionary(group => group.Key, group => Summarize([.. group.Select(one => one.Times)])),
            [.. bareMs.Order()]);
    }

    private static void Command(VirtualPrinter printer, Uri cloud, Uri bare, ConcurrentBag<(string, CommandTimes)> all, ConcurrentBag<double> bareMs, ConcurrentQueue<string> problems)
    {
        CommandWatch watch = new(printer);
        using CloudClient client = new(cloud);
        using CloudClient peer = new(bare);
        string path = "/api/printers/" + printer.Id + "/commands";
        for (int i = 0; i < WarmUps + (Commands / PrintersOfEach) && problems.IsEmpty; i++)
        {
            bool isPause = i % 2 == 0;
            string body = isPause ? "{\"action\":\"pause\"}" : "{\"action\":\"resume\"}";
            watch.Begin(isPause ? "paused" : "printing");
            CommandTimes times = watch.End(client.Post(path, body));
            if (times.Answered == 0)
            {
                problems.Enqueue($"{(isPause ? "pause" : "resume")} of {printer.Id} failed: {client.LastError}");
                return;
            }

            long start = Stopwatch.GetTimestamp();
            long end = peer.Post(path, body);
            if (i >= WarmUps)
            {
                all.Add((printer.Type, times));
                bareMs.Add(Stopwatch.GetElapsedTime(start, end).TotalMilliseconds);
            }
        }
    }
}
