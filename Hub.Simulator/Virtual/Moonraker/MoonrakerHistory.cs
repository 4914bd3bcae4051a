using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;

namespace Hub.Simulator.Virtual.Moonraker;

/// <summary>The jobs so far (docs/external_api/history.md), newest last. Thread: any.</summary>
internal sealed class MoonrakerHistory
{
    private const int MaxJobs = 100;

    private readonly Lock _gate = new();
    private readonly List<JsonObject> _jobs = [];
    private readonly VirtualStorage _storage;
    private readonly TimeProvider _time;
    private int _count;

    public MoonrakerHistory(VirtualMachine machine, VirtualStorage storage, TimeProvider time)
    {
        _storage = storage;
        _time = time;
        machine.Happened += OnHappened;
    }

    /// <summary>Raised with "added" or "finished" and the job.</summary>
    public event Action<string, JsonObject>? Changed;

    /// <summary>Moonraker ends: the running job counts as ended and is not resumed (history.py, on_exit).</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (_jobs.Count > 0 && (string)_jobs[^1]["status"]! == "in_progress")
            {
                _jobs[^1]["status"] = "server_exit";
                _jobs[^1]["end_time"] = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
            }
        }
    }

    public JsonObject List(int limit, int start, bool isNewestFirst)
    {
        lock (_gate)
        {
            IEnumerable<JsonObject> jobs = isNewestFirst ? Enumerable.Reverse(_jobs) : _jobs;
            return new JsonObject { ["count"] = _jobs.Count, ["jobs"] = new JsonArray([.. jobs.Skip(start).Take(limit).Select(Show)]) };
        }
    }

    private JsonNode Show(JsonObject job)
    {
        JsonNode shown = job.DeepClone();
        string path = (string)job["filename"]!;
        bool exists = _storage.Find(path) is { } full && File.Exists(full);
        shown["exists"] = exists;
        shown["metadata"] = exists ? MoonrakerObjects.Metadata(_storage.Find(path)!, path) : new JsonObject { ["size"] = job["size"]?.DeepClone() };
        ((JsonObject)shown).Remove("size");
        return shown;
    }

    // Raised under the machine's lock.
    private void OnHappened(MachineEvent what, MachineSnapshot machine)
    {
        double now = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        lock (_gate)
        {
            switch (what)
            {
                case MachineEvent.PrintStarted:
                    Add(machine.Job!, now);
                    break;
                case MachineEvent.PrintDone:
                    End("completed", machine, now);
                    break;
                case MachineEvent.PrintCancelled or MachineEvent.Deselected:
                    End("cancelled", machine, now);
                    break;
                case MachineEvent.PrintFailed:
                    End(machine.Link == MachineLink.Offline ? "klippy_disconnect" : "klippy_shutdown", machine, now);
                    break;
            }
        }
    }

    private void Add(MachineJob job, double now)
    {
        _jobs.Add(new JsonObject
        {
            ["job_id"] = $"{++_count:X6}",
            ["user"] = "_TRUSTED_USER_",
            ["filename"] = job.Path,
            ["status"] = "in_progress",
            ["start_time"] = now,
            ["end_time"] = null,
            ["print_duration"] = 0.0,
            ["total_duration"] = 0.0,
            ["filament_used"] = 0.0,
            ["auxiliary_data"] = new JsonArray(),
            ["size"] = job.SizeBytes,
        });
        if (_jobs.Count > MaxJobs)
        {
            _jobs.RemoveAt(0);
        }

        Changed?.Invoke("added", (JsonObject)_jobs[^1].DeepClone());
    }

    private void End(string status, MachineSnapshot machine, double now)
    {
        if (_jobs.Count == 0 || (string)_jobs[^1]["status"]! != "in_progress")
        {
            return;
        }

        JsonObject job = _jobs[^1];
        job["status"] = status;
        job["end_time"] = now;
        job["print_duration"] = machine.PrintTimeSeconds;
        job["total_duration"] = Math.Round(now - (double)job["start_time"]!, 3);
        Changed?.Invoke("finished", (JsonObject)job.DeepClone());
    }
}
