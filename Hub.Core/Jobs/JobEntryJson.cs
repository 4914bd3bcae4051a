using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Jobs;

/// <summary>Writes a job of the history as the command line and the requests show it (docs/jobs.md). A value that is not known is left out. Thread: the writer's owner.</summary>
public static class JobEntryJson
{
    private const double MsPerSecond = 1000;

    /// <summary>Writes one object.</summary>
    public static void Write(JsonWriter json, JobEntry job)
    {
        json.BeginObject();
        json.Name("id");
        json.Value(job.Id);
        Member(json, "printer", job.PrinterId);
        Member(json, "job", job.Job);
        Member(json, "command_id", job.CommandId);
        Time(json, "started", job.IsStarted ? job.StartedMs : 0);
        Time(json, "ended", job.EndedMs);
        if (job.DurationMs >= 0)
        {
            json.Name("duration_seconds");
            json.Value(job.DurationMs / MsPerSecond, 1);
        }

        Member(json, "outcome", job.OutcomeName);
        Member(json, "error_code", job.Code);
        Member(json, "cause", job.Cause);
        json.EndObject();
    }

    private static void Time(JsonWriter json, string name, long unixMs)
    {
        if (unixMs != 0)
        {
            Member(json, name, UnixTime.Iso(unixMs));
        }
    }

    private static void Member(JsonWriter json, string name, string? value)
    {
        if (value != null)
        {
            json.Name(name);
            json.Value(value);
        }
    }
}
