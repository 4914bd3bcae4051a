using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Text;

namespace Hub.Core.Health;

/// <summary>How the hub itself fares: memory, sockets, printers, faults, what was dropped (docs/requests.md#health). Thread: any.</summary>
public sealed class HubHealth
{
    private const int MsPerSecond = 1000;

    private readonly IHal _hal;
    private readonly Log _log;
    private readonly PrinterManager _manager;
    private readonly ArrayList _sources = new ArrayList();
    private readonly long _startMs;

    /// <summary>Makes it; the hub's uptime counts from here.</summary>
    public HubHealth(IHal hal, Log log, PrinterManager manager)
    {
        _hal = hal;
        _log = log;
        _manager = manager;
        _startMs = hal.Clock.NowMs;
    }

    /// <summary>Adds a part with figures of its own, for as long as the hub lives.</summary>
    public void Add(IHealthSource source)
    {
        lock (_sources)
        {
            _sources.Add(source);
        }
    }

    /// <summary>Writes all figures as members of an object that the caller has begun. What is not known is left out.</summary>
    public void WriteMembers(JsonWriter json)
    {
        json.Name("firmware_version");
        json.Value(Product.Version);
        Number(json, "uptime_seconds", (_hal.Clock.NowMs - _startMs) / MsPerSecond);
        json.Name("reset_reason");
        json.Value(_hal.System.ResetReason);
        json.Name("clock_set");
        json.Value(_hal.Clock.IsUtcSynced);
        WriteMemory(json);
        WriteSockets(json);
        WritePolls(json);
        WritePrinters(json);
        WriteThreads(json);
        WriteLog(json);
        WriteJobLog(json);
        WriteSources(json);
    }

    private static void Number(JsonWriter json, string name, long value)
    {
        json.Name(name);
        json.Value(value);
    }

    private void WriteMemory(JsonWriter json)
    {
        json.Name("memory");
        json.BeginObject();
        Number(json, "used_bytes", _hal.System.UsedMemoryBytes);
        long free = _hal.System.FreeMemoryBytes; // once: the board collects its garbage for it
        if (free >= 0)
        {
            Number(json, "free_bytes", free);
        }

        Number(json, "buffers", _hal.Buffers.Rented);
        Number(json, "most_buffers", _hal.Buffers.HighWaterMark);
        json.EndObject();
    }

    private void WriteSockets(JsonWriter json)
    {
        json.Name("sockets");
        json.BeginObject();
        Number(json, "open", _hal.Sockets.OpenSockets);
        Number(json, "limit", _hal.Sockets.MaxSockets);
        Number(json, "waiting", _manager.Sockets.Waiting);
        json.EndObject();
    }

    /// <summary>Only of a machine whose CPU limits them.</summary>
    private void WritePolls(JsonWriter json)
    {
        PollBudget polls = _manager.Polls;
        if (!polls.IsLimited)
        {
            return;
        }

        json.Name("polls");
        json.BeginObject();
        Number(json, "shortest_ms", polls.ShortestMs);
        Number(json, "estimated_cpu_percent", polls.LoadPermille / 10);
        json.EndObject();
    }

    private void WritePrinters(JsonWriter json)
    {
        PrinterSnapshot[] printers = _manager.Snapshot();
        FarmSummary farm = new FarmSummary(printers);
        json.Name("printers");
        json.BeginObject();
        Number(json, "total", farm.Total);
        Number(json, "workers", _manager.Workers);
        Number(json, "disabled", farm.Disabled);
        Number(json, "not_answering", farm.NotAnswering);
        Number(json, "need_person", farm.Problems);
        Number(json, "beds_to_clear", farm.BedsToClear);
        json.Name("states");
        json.BeginObject();
        for (PrinterState state = PrinterState.Unknown; state <= PrinterState.Error; state++)
        {
            if (farm.Count(state) > 0)
            {
                Number(json, PrinterStates.Name(state), farm.Count(state));
            }
        }

        json.EndObject();
        json.EndObject();
    }

    private void WriteThreads(JsonWriter json)
    {
        Heartbeat? slowest = _log.Heartbeats.Slowest;
        json.Name("threads");
        json.BeginObject();
        Number(json, "beating", _log.Heartbeats.Count);
        if (slowest != null)
        {
            json.Name("slowest");
            json.Value(slowest.Name);
            json.Name("slowest_doing");
            json.Value(slowest.Doing);
            Number(json, "slowest_silent_ms", slowest.SilentMs);
        }

        json.EndObject();
    }

    private void WriteLog(JsonWriter json)
    {
        json.Name("log");
        json.BeginObject();
        Number(json, "faults", _log.Faults);
        Number(json, "lost_lines", _log.LostLines);
        json.EndObject();
    }

    private void WriteJobLog(JsonWriter json)
    {
        JobLogCounts? counts = null;
        string? error = null;
        try
        {
            counts = _manager.Jobs.Counts();
        }
        catch (HubException e)
        {
            error = _log.Shown(e.Message);
        }

        json.Name("job_log");
        json.BeginObject();
        if (counts != null)
        {
            Number(json, "first_id", counts.FirstId);
            Number(json, "last_id", counts.LastId);
            Number(json, "acknowledged_id", counts.AckedId);
            Number(json, "dropped", counts.Dropped);
        }
        else
        {
            json.Name("error");
            json.Value(error);
        }

        json.EndObject();
    }

    private void WriteSources(JsonWriter json)
    {
        IHealthSource[] sources;
        lock (_sources)
        {
            sources = new IHealthSource[_sources.Count];
            _sources.CopyTo(sources);
        }

        for (int i = 0; i < sources.Length; i++)
        {
            sources[i].WriteHealth(json);
        }
    }
}
