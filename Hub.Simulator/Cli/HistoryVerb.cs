using System;
using System.CommandLine;
using System.Globalization;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>history [PRINTER]</summary>
internal static class HistoryVerb
{
    private const int DefaultLimit = 20;
    private const int StartBytes = 4096;
    private const int MaxBytes = 64 * 1024 * 1024;

    public static Command Create(VerbConsole console)
    {
        Argument<string?> printer = new("PRINTER") { Description = "The printer's id; all printers when left out", Arity = ArgumentArity.ZeroOrOne };
        Option<int> limit = new("--limit") { Description = "Most jobs, newest first", DefaultValueFactory = _ => DefaultLimit, HelpName = "N" };
        return CliApp.Verb("history", "Show the jobs of the printers and how they ended", [printer, limit], console, context =>
            Run(context, context.Get(printer), context.Get(limit)));
    }

    private static int Run(CliContext context, string? id, int limit)
    {
        if (limit < 1)
        {
            throw VerbException.Usage("--limit must be at least 1");
        }

        using HubSession session = context.OpenSession(LogLevel.Warning);
        JobEntry[] jobs = Read(session, id, limit);
        if (jobs.Length == 0 && id != null && session.Config.Find(id) == null)
        {
            throw VerbException.Of(ErrorCode.UnknownPrinter, $"no printer has the id '{id}', and no job of one is recorded");
        }

        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, Json(jobs), indented: false);
        }
        else if (jobs.Length == 0)
        {
            context.Say("no job is recorded yet");
        }
        else
        {
            IAnsiConsole ansi = context.Console.Ansi;
            ansi.Write(Table(jobs).Render(ansi.Profile.Width, ansi.Profile.Capabilities.Unicode));
            ansi.WriteLine();
        }

        return ExitCodes.Done;
    }

    private static JobEntry[] Read(HubSession session, string? id, int limit)
    {
        try
        {
            return session.Hub.History(id, limit);
        }
        catch (HubException e)
        {
            throw VerbException.Of(e.Code, e.Message);
        }
    }

    private static TextTable Table(JobEntry[] jobs)
    {
        TextTable table = new(
            new TextColumn("PRINTER", 8), new TextColumn("JOB", 8), new TextColumn("STARTED"), new TextColumn("ENDED", IsOptional: true), new TextColumn("TOOK"), new TextColumn("OUTCOME"), new TextColumn("CAUSE", 10));
        foreach (JobEntry job in jobs)
        {
            table.Add(
                new TextCell(job.PrinterId),
                new TextCell(job.Job ?? ""),
                new TextCell(job.IsStarted ? Time(job.StartedMs) : "never"),
                new TextCell(job.Outcome == JobEventKind.Started ? "" : Time(job.EndedMs)),
                new TextCell(Duration(job.DurationMs)),
                new TextCell(job.OutcomeName, new Style(ColorOf(job.Outcome))),
                new TextCell(job.Cause ?? job.Code ?? ""));
        }

        return table;
    }

    private static Color ColorOf(JobEventKind outcome) => outcome switch
    {
        JobEventKind.Started => Color.Green,
        JobEventKind.Finished => Color.Aqua,
        JobEventKind.Failed => Color.Red,
        _ => Color.Yellow,
    };

    /// <summary>Local time; a question mark where the clock was not set.</summary>
    private static string Time(long unixMs) =>
        unixMs == 0 ? "?" : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Duration(long ms) => ms < 0 ? "" : StatusRow.TimeLeft((int)Math.Min(ms / 1000, int.MaxValue), withSeconds: true);

    private static byte[] Json(JobEntry[] jobs)
    {
        JsonWriter writer = new(StartBytes, MaxBytes);
        writer.BeginObject();
        writer.Name("jobs");
        writer.BeginArray();
        foreach (JobEntry job in jobs)
        {
            JobEntryJson.Write(writer, job);
        }

        writer.EndArray();
        writer.EndObject();
        return writer.ToArray();
    }
}
