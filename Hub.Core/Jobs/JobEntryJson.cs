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
        json.Member("printer", job.PrinterId);
        json.Member("job", job.Job);
        json.Member("command_id", job.CommandId);
        Time(json, "started", job.IsStarted ? job.StartedMs : 0);
        Time(json, "ended", job.EndedMs);
        if (job.DurationMs >= 0)
        {
            json.Name("duration_seconds");
            json.Value(job.DurationMs / MsPerSecond, 1);
        }

        json.Member("outcome", job.OutcomeName);
        json.Member("error_code", job.Code);
        json.Member("cause", job.Cause);
        json.EndObject();
    }

    private static void Time(JsonWriter json, string name, long unixMs)
    {
        if (unixMs != 0)
        {
            json.Member(name, UnixTime.Iso(unixMs));
        }
    }
}
