using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;
using Hub.Hal.Desktop;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hub.Tests.Kills;

/// <summary>
/// What must hold once all has settled, checked from the outside: the hub's log, the cloud's database, and the printers' own records. The hub and the
/// cloud are stopped. Each member returns what is wrong, a line each.
/// </summary>
internal sealed class CloudKillChecks : IDisposable
{
    /// <summary>
    /// A hub checks the time limit, stores that it sends, and sends: milliseconds, but its process and the printer's share two cores with all the others.
    /// </summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(3);

    /// <summary>The hub's interval of polls, and as much for a busy machine.</summary>
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(4);

    /// <summary>How long a hub that was started may be blind: its start, its connections, and a poll.</summary>
    private static readonly TimeSpan s_blind = TimeSpan.FromSeconds(8);

    private readonly IReadOnlyList<CloudPerson> _people;
    private readonly KillableProcess _hub;
    private readonly SqliteConnection _cloud;
    private readonly JobEvent[] _events;
    private readonly HashSet<string> _pending;

    public CloudKillChecks(IReadOnlyList<CloudPerson> people, KillableProcess hub, string hubFolder, string cloudFolder)
    {
        _people = people;
        _hub = hub;
        using DesktopHal hal = new(hubFolder);
        JobStore store = new(hal, new TestLog().Log, JobLogSize.Laptop);
        _events = store.ReadEvents(0, int.MaxValue);
        _pending = [.. people.Select(p => store.Read(store.PlaceOf(p.Truth.Printer.ToConfig())).PendingStart?.File).OfType<string>().Select(PrinterTruth.NameOf)];
        _cloud = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(cloudFolder, "cloud", "cloud.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        _cloud.Open();
    }

    public string Figures => $"{_events.Length} events, {_people.Sum(p => p.Truth.Runs.Length)} prints ran ({_people.Sum(p => p.HandStarts)} by hand, {_people.Sum(p => p.Truth.Runs.Count(r => !IsLogged(p.Truth, r)))} not in the log), {_people.Sum(p => p.Prints.Count)} asked for, "
        + $"{_people.Sum(p => p.Commands)} commands; pending: [{string.Join(", ", _pending)}]; outcomes: "
        + string.Join(", ", _events.Where(IsOutcome).GroupBy(e => e.Code ?? JobEventKinds.Name(e.Kind)).Select(g => g.Key + " " + g.Count()));

    public void Dispose() => _cloud.Dispose();

    /// <summary>The cloud has each event of the hub's log once, in order, and the same.</summary>
    public IEnumerable<string> Events()
    {
        string[] hub = [.. _events.Select(e => $"{e.Id} {e.PrinterId} {JobEventKinds.Name(e.Kind)} {e.JobId} {e.Job} {e.CommandId}")];
        Dictionary<string, string> ids = _people.ToDictionary(p => p.Truth.Printer.ToConfig().Serial ?? p.Truth.Printer.Id, p => p.Truth.Printer.Id);
        string[] cloud = [.. Rows("SELECT event_id, printer_id, kind, coalesce(job_id, 0), coalesce(job, ''), coalesce(command_id, '') FROM events ORDER BY seq")
            .Select(r => string.Join(' ', r.Select((value, i) => i == 1 ? ids[value] : value)))];
        for (int i = 0; i < Math.Max(hub.Length, cloud.Length); i++)
        {
            string of = i < hub.Length ? hub[i] : "nothing";
            string got = i < cloud.Length ? cloud[i] : "nothing";
            if (of != got || (i < _events.Length && _events[i].Id != i + 1))
            {
                yield return $"event {i + 1}: the hub has '{of}', the cloud '{got}'";
                yield break;
            }
        }
    }

    /// <summary>Each print that ran has one begin and one fitting end in the log, but for those of which docs/jobs.md says that they cannot.</summary>
    public IEnumerable<string> Runs()
    {
        foreach ((PrinterTruth truth, PrinterRun run) in _people.SelectMany(p => p.Truth.Runs.Select(r => (p.Truth, r))))
        {
            JobEvent[] all = [.. _events.Where(e => e.PrinterId == truth.Printer.Id && PrinterTruth.NameOf(e.Job) == run.Name)];
            JobEvent[] begins = [.. all.Where(e => e.Kind == JobEventKind.Started && e.JobId == e.Id)];
            string[] ends = [.. all.Where(e => e.JobId != 0 && IsEnd(e.Kind)).Select(e => JobEventKinds.Name(e.Kind))];
            string? wrong = begins.Length == 0 && !WasBlind(run) && !WasBetweenPolls(truth, run) && !IsNotKnown(run.Name) ? "is not in the log"
                : begins.Length > 1 ? "began twice in the log"
                : begins.Length == 1 && ends.Length != (run.End == null ? 0 : 1) ? "has " + ends.Length + " ends in the log"
                : ends.Length == 1 && ends[0] != run.End && ends[0] != "ended" ? "ended as " + ends[0] + " in the log"
                : null;
            if (wrong != null)
            {
                yield return $"{run.Name} on {truth.Printer.Id} ({run.Begun:HH:mm:ss.fff} to {run.Ended:HH:mm:ss.fff}, {run.End}) {wrong}: " + Lines(all);
            }
        }
    }

    /// <summary>No print started twice, late, after a refusal, or with another outcome than the log, the answer and the transfer say.</summary>
    public IEnumerable<string> Starts()
    {
        Dictionary<string, string[]> transfers = Rows("SELECT file_name, stage, is_started, coalesce(error_code, ''), coalesce(error, ''), id FROM transfers ORDER BY created_ms").GroupBy(r => PrinterTruth.NameOf(r[0])).ToDictionary(g => g.Key, g => g.Last());
        foreach (AskedPrint print in _people.SelectMany(p => p.Prints))
        {
            PrinterRun[] runs = [.. _people.Single(p => p.Truth.Printer.Id == print.Printer).Truth.Runs.Where(r => r.Name == print.Name)];
            JobEvent[] outcomes = [.. _events.Where(e => IsOutcome(e) && PrinterTruth.NameOf(e.Job) == print.Name)];
            string[] transfer = transfers.GetValueOrDefault(print.Name) ?? ["", "none", "0", "", "", ""];
            string? wrong = Wrong(print, runs, outcomes, transfer);
            if (wrong != null)
            {
                yield return $"{print.Name} on {print.Printer} {wrong}: {runs.Length} starts{(runs.Length > 0 ? " at " + runs[0].Begun.ToString("HH:mm:ss.fff") : "")}, expires {print.Expires:HH:mm:ss.fff}, asked {print.Answer.Asked:HH:mm:ss.fff}, "
                    + $"answered {print.Answer.Answered:HH:mm:ss.fff} {print.Answer.Status} {print.Answer.Body}; transfer {string.Join('|', transfer)}; log of the printer: {Lines([.. _events.Where(e => e.PrinterId == print.Printer)])}";
            }
        }
    }

    /// <summary>No part of a file is left at a printer.</summary>
    public static IEnumerable<string> Parts(string storage) => Directory.EnumerateFiles(storage, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "uploads" || (PrinterTruth.NameOf(Path.GetFileName(file)).Length > 0 && !IsWhole(file)))
        .Select(file => "a part of a file is left: " + file + ", " + new FileInfo(file).Length + " bytes");

    private string? Wrong(AskedPrint print, PrinterRun[] runs, JobEvent[] outcomes, string[] transfer)
    {
        bool isPending = _pending.Contains(print.Name);
        JobEvent? last = outcomes.FirstOrDefault(e => e.Kind == JobEventKind.Started) ?? outcomes.LastOrDefault();
        string? outcome = last == null ? null : last.Code ?? JobEventKinds.Name(last.Kind);
        bool isUnknown = IsNotKnown(print.Name);
        bool hasStarted = transfer[2] != "0";
        return runs.Length > 1 ? "started twice"
            : runs.Length == 1 && print.Expires is { } expires && runs[0].Begun > expires + (print.Answer.Answered - print.Answer.Asked) + s_late ? "started late"
            : runs.Length == 1 && !print.Answer.IsDone && !print.Answer.IsUnknown ? "was refused and ran"
            : outcomes.Length + (isPending ? 1 : 0) > outcomes.Select(e => e.CommandId).Append(isPending ? "pending" : null).OfType<string>().Distinct().Count() ? "has two outcomes"
            : outcome == "started" && runs.Length == 0 ? "is recorded as started and was not"
            : outcome != null && outcome != "started" && !isUnknown && runs.Length == 1 ? "is recorded as not started and was"
            : print.Answer.IsDone && outcome == null && !isPending ? "is lost"
            : isUnknown ? null
            : transfer[1] is "downloading" or "uploading" || (transfer[1] == "complete" && !hasStarted) ? "has an open transfer"
            : transfer[1] != "none" && hasStarted != (runs.Length == 1) ? "has another outcome as a transfer"
            : null;
    }

    private bool IsLogged(PrinterTruth truth, PrinterRun run) => _events.Any(e => e.PrinterId == truth.Printer.Id && PrinterTruth.NameOf(e.Job) == run.Name);

    /// <summary>True when the hub says that it does not know what became of a start: it was killed again and again before it could be sure.</summary>
    private bool IsNotKnown(string name) =>
        _pending.Contains(name) || _events.Any(e => e.Code == ErrorCodes.Name(ErrorCode.StartNotShown) && PrinterTruth.NameOf(e.Job) == name);

    /// <summary>OctoPrint keeps nothing of a job that was cancelled, so one that ended before the next poll is not seen.</summary>
    private static bool WasBetweenPolls(PrinterTruth truth, PrinterRun run) => truth.Printer.Type == PrinterTypes.OctoPrint && run.End == "cancelled" && run.Ended - run.Begun < s_poll;

    /// <summary>True when no hub could have seen any of it.</summary>
    private bool WasBlind(PrinterRun run) => _hub.Lives.All(life => run.Begun > life.To || run.Ended < life.From + s_blind);

    private static bool IsOutcome(JobEvent item) => (item.Kind == JobEventKind.Started && item.JobId == item.Id && item.CommandId != null) || (item.Kind == JobEventKind.Failed && item.JobId == 0);

    private static bool IsEnd(JobEventKind kind) => kind is JobEventKind.Finished or JobEventKind.Cancelled or JobEventKind.Failed or JobEventKind.Ended;

    private static string Lines(JobEvent[] events) => string.Join("; ", events.Select(e => $"{e.Id} {JobEventKinds.Name(e.Kind)} {e.Job} of {e.JobId} {e.CommandId} {e.Code} at {DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMs):HH:mm:ss.fff}"));

    private static bool IsWhole(string file)
    {
        if (!file.EndsWith(".3mf", StringComparison.Ordinal))
        {
            // Ours end with a filling or with moves, and a part of one has no other length than a whole one: the other systems show whole files only.
            return true;
        }

        try
        {
            using System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(file);
            return zip.Entries.Count > 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private List<string[]> Rows(string sql)
    {
        using SqliteCommand command = _cloud.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString()!)]);
        }

        return rows;
    }
}
