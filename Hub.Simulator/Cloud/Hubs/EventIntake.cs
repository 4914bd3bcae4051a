using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Hubs;

/// <summary>
/// Stores the job events of one connection, in order, and acknowledges them once they are on the disk. What is not acknowledged comes again
/// with the next connection. Thread: <see cref="TryAdd"/> from the session's; one task of its own.
/// </summary>
internal sealed class EventIntake : IDisposable
{
    /// <summary>A hub sends at most 64 events ahead of the acknowledgement.</summary>
    private const int MaxWaiting = 256;

    private readonly Channel<JobEventRecord> _events = Channel.CreateBounded<JobEventRecord>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly CloudStore _store;
    private readonly HubSession _session;
    private readonly IFileEvents _files;
    private readonly Log _log;

    /// <summary>Starts its task.</summary>
    public EventIntake(CloudStore store, HubSession session, IFileEvents files, Log log)
    {
        _store = store;
        _session = session;
        _files = files;
        _log = log;
        _stopped = _stop.Token;
        _ = RunAsync();
    }

    /// <summary>Reads a job_event; null for one that lacks what every event has.</summary>
    public static JobEventRecord? Read(JsonElement message)
    {
        if (message.Number("event_id") is not { } id || message.Text("printer_id") is not { } printer || message.Text("kind") is not { } kind)
        {
            return null;
        }

        return new JobEventRecord
        {
            LogId = message.Text("log_id") ?? "",
            EventId = id,
            PrinterId = printer,
            Kind = kind,
            TimeMs = message.Number("time"),
            AgeMs = message.Number("age_ms"),
            Boot = message.Number("boot"),
            UptimeMs = message.Number("uptime_ms"),
            JobId = message.Number("job_id"),
            Job = message.Text("job"),
            CommandId = message.Text("command_id"),
            ErrorCode = message.Text("error_code"),
            ErrorMessage = message.Text("error_message"),
            DurationMs = message.Number("duration_ms"),
        };
    }

    /// <summary>Takes an event.</summary>
    /// <returns>False when too many wait.</returns>
    public bool TryAdd(JobEventRecord record) => _events.Writer.TryWrite(record);

    /// <summary>The connection has ended: what waits is given up.</summary>
    public void Dispose()
    {
        _events.Writer.TryComplete();
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>The last of each log: a hub that was reset on this connection has begun another one.</summary>
    private async Task AcknowledgeAsync(List<JobEventRecord> stored)
    {
        for (int i = 0; i < stored.Count; i++)
        {
            if (i == stored.Count - 1 || stored[i + 1].LogId != stored[i].LogId)
            {
                await _session.TrySendAsync(HubMessages.EventAck(stored[i].LogId, stored[i].EventId));
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            List<JobEventRecord> batch = [];
            while (await _events.Reader.WaitToReadAsync(_stopped))
            {
                batch.Clear();
                while (batch.Count < MaxWaiting && _events.Reader.TryRead(out JobEventRecord? record))
                {
                    batch.Add(record);
                }

                await _store.Jobs.AddEventsAsync(_session.HubId, batch, _stopped);
                _files.Recorded(_session.HubId, batch);
                await AcknowledgeAsync(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection, or the cloud, has ended.
        }
        catch (Exception e)
        {
            _log.Fault("cloud", e);
        }
    }
}
