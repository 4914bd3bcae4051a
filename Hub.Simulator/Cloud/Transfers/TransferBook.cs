using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;
using Hub.Simulator.Cloud.Json;
using Hub.Simulator.Cloud.Store;

namespace Hub.Simulator.Cloud.Transfers;

/// <summary>The transfers of this cloud's run; the store keeps the last states of older ones. Thread: any.</summary>
internal sealed class TransferBook : IFileEvents, IDisposable
{
    private const int MaxOpen = 1024;
    private const int IdBytes = 12;
    private const int CancelSeconds = 30;
    private const int Whole = 100;

    private static readonly TimeSpan s_checkTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_contentTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_newsTime = TimeSpan.FromMinutes(15);

    /// <summary>A file waits so long for the printers before it.</summary>
    private static readonly TimeSpan s_turnTime = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_confirmTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_keepTime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, FileTransfer> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, FileTransfer> _byStream = new();
    private readonly CloudStore _store;
    private readonly FarmPicture _farm;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private uint _lastStream;

    /// <summary>Makes it.</summary>
    public TransferBook(CloudStore store, FarmPicture farm, TimeProvider clock)
    {
        _farm = farm;
        _store = store;
        _clock = clock;
        _timer = clock.CreateTimer(_ => Check(), null, s_checkTime, s_checkTime);
    }

    /// <summary>Makes a transfer that waits for its content, for 10 minutes.</summary>
    /// <exception cref="CloudException">400 or 503.</exception>
    public FileTransfer Add(TransferOrder order)
    {
        TransferRules.Check(order);
        if (_byId.Count >= MaxOpen)
        {
            throw new CloudException(503, "too_many_transfers", "Too many files are on their way: try again later.");
        }

        FileTransfer transfer = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), Interlocked.Increment(ref _lastStream), order, _clock, Changed);
        _byId[transfer.Id] = transfer;
        _byStream[transfer.StreamId] = transfer;
        Changed(transfer, isNewStage: true);
        return transfer;
    }

    /// <summary>A transfer of this run that is not over, or was until a minute ago; null for any other.</summary>
    public FileTransfer? Open(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The transfers that <see cref="Open"/> knows.</summary>
    public IEnumerable<string> OpenIds() => _byId.Keys;

    /// <summary>The state of a transfer, also of an older one.</summary>
    /// <exception cref="CloudException">404.</exception>
    public async Task<TransferRecord> StateAsync(string id, CancellationToken cancel) =>
        Open(id) is { } open ? RecordOf(open)
        : await _store.Transfers.FindAsync(id, cancel) ?? throw CloudErrors.NotFound("There is no transfer " + id + ".");

    /// <summary>The newest transfers, newest first.</summary>
    public async Task<IReadOnlyList<TransferRecord>> ListAsync(int limit, CancellationToken cancel)
    {
        TransferRecord[] open = [.. _byId.Values.Select(RecordOf)];
        HashSet<string> ids = [.. open.Select(t => t.Id)];
        List<TransferRecord> stored = await _store.Transfers.ListAsync(limit, cancel);
        return [.. open.Concat(stored.Where(t => !ids.Contains(t.Id))).OrderByDescending(t => t.CreatedMs).Take(limit)];
    }

    /// <summary>Cancels a transfer, wherever it is: the printer's partial file is removed, and its print is cancelled.</summary>
    /// <exception cref="CloudException">404, 409 when it is over or the hub refuses, 503, 504.</exception>
    public async Task CancelAsync(string id, HubRegistry hubs, CancellationToken cancel)
    {
        FileTransfer? transfer = Open(id);
        if (transfer == null || transfer.Stage is FileStages.Failed or FileStages.Cancelled)
        {
            TransferRecord former = await StateAsync(id, cancel);
            throw new CloudException(409, "transfer_over", "The transfer of " + former.FileName + " is over: " + former.Stage + ".");
        }

        const string Why = "It was cancelled.";
        HubSession? session = transfer.Session;
        if (!transfer.IsClaimed)
        {
            transfer.End(FileStages.Cancelled, "cancelled", Why);
        }
        else if (session != null && !transfer.IsTaken && transfer.End(FileStages.Cancelled, "cancelled", Why))
        {
            await session.TrySendAsync(TransferMessages.Cancel(transfer.StreamId, Why));
            await WaitAsync(transfer, cancel);
        }
        else
        {
            await CancelJobAsync(transfer, hubs.Get(transfer.Order.HubId), cancel);
        }
    }

    public void Credit(HubSession session, uint streamId, long bytes)
    {
        if (Of(session, streamId) is { } transfer && !transfer.Allow(bytes))
        {
            const string Why = "The hub allowed more bytes than the file has.";
            if (transfer.End(FileStages.Failed, "bad_response", Why))
            {
                _ = session.TrySendAsync(TransferMessages.Cancel(streamId, Why)).AsTask();
            }
        }
    }

    public void Cancelled(HubSession session, uint streamId, string? error) =>
        Of(session, streamId)?.End(FileStages.Failed, "refused", error ?? "The hub ended the transfer without a reason.");

    public void Progress(KnownHub hub, JsonElement message)
    {
        if (message.Text("job_id") is not { } job || message.Text("stage") is not { } stage
            || stage is not (FileStages.Downloading or FileStages.Uploading or FileStages.Complete or FileStages.Failed or FileStages.Cancelled))
        {
            return;
        }

        bool isStarted = message.Flag("started") == true;
        if (Open(job) is { } transfer)
        {
            if (transfer.Order.HubId == hub.Id)
            {
                transfer.Report(stage, (int)(message.Real("progress_percentage") ?? 0), message.Text("error"), message.Text("error_code"), isStarted);
            }
        }
        else if (stage is FileStages.Complete or FileStages.Failed or FileStages.Cancelled)
        {
            _store.Transfers.Settle(new TransferOutcome(hub.Id, job, stage, isStarted, message.Text("error"), message.Text("error_code")));
        }
    }

    public void Recorded(string hubId, IReadOnlyList<JobEventRecord> events)
    {
        foreach (JobEventRecord item in events)
        {
            if (TransferOutcome.Of(hubId, item) is { } outcome && Open(outcome.Id) is { } transfer && transfer.Order.HubId == hubId)
            {
                transfer.Report(outcome.Stage, Whole, outcome.Error, outcome.ErrorCode, outcome.IsStarted);
            }
        }
    }

    public void Lost(HubSession session)
    {
        foreach (FileTransfer transfer in _byStream.Values.Where(t => t.Session == session))
        {
            if (!transfer.IsTaken)
            {
                transfer.End(FileStages.Failed, "hub_offline", "The hub's connection broke before the whole file was sent: send it again.");
            }

            transfer.Leave();
        }
    }

    /// <summary>The state of a transfer as it is stored.</summary>
    public static TransferRecord RecordOf(FileTransfer transfer) => new()
    {
        Id = transfer.Id,
        HubId = transfer.Order.HubId,
        PrinterId = transfer.Order.PrinterId,
        JobId = transfer.Id,
        FileName = transfer.Order.FileName,
        SizeBytes = transfer.Order.Size,
        Stage = transfer.Stage,
        ProgressPercentage = transfer.ProgressPercentage,
        Error = transfer.Error,
        ErrorCode = transfer.ErrorCode,
        IsStarted = transfer.IsStarted,
        CreatedMs = transfer.Created.ToUnixTimeMilliseconds(),
        UpdatedMs = transfer.LastNews.ToUnixTimeMilliseconds(),
    };

    public void Dispose() => _timer.Dispose();

    private static async Task CancelJobAsync(FileTransfer transfer, KnownHub hub, CancellationToken cancel)
    {
        hub.Online(CloudFeatures.JobCancel);
        string commandId = Guid.NewGuid().ToString("N");
        HubAnswer answer = await hub.AskAsync(commandId, TransferMessages.CancelJob(commandId, transfer.Id), CancelSeconds, cancel);
        if (!answer.IsDone)
        {
            throw CloudErrors.Refused(answer.Error ?? "The hub gave no reason.");
        }

        transfer.End(FileStages.Cancelled, "cancelled", "It was cancelled.");
    }

    /// <summary>The hub removes what the printer has of the file; it is given a moment to say so.</summary>
    private async Task WaitAsync(FileTransfer transfer, CancellationToken cancel)
    {
        try
        {
            await transfer.Confirmed.WaitAsync(s_confirmTime, _clock, cancel);
        }
        catch (TimeoutException)
        {
            // It is cancelled for the cloud anyway.
        }
    }

    private FileTransfer? Of(HubSession session, uint streamId) =>
        _byStream.TryGetValue(streamId, out FileTransfer? transfer) && transfer.Session == session ? transfer : null;

    private void Changed(FileTransfer transfer, bool isNewStage)
    {
        if (isNewStage)
        {
            _store.Transfers.Save(RecordOf(transfer));
        }

        _farm.TransferChanged(transfer.Id);
    }

    private void Check()
    {
        foreach (FileTransfer transfer in _byId.Values)
        {
            TimeSpan age = _clock.GetUtcNow() - transfer.LastNews;
            if (!transfer.IsClaimed && age > s_contentTime)
            {
                transfer.End(FileStages.Failed, "timeout", "Its content did not come within 10 minutes.");
            }
            else if (transfer.IsClaimed && !transfer.IsOver && age > (transfer.IsTaken ? s_newsTime : s_turnTime))
            {
                Forgotten(transfer);
            }

            if ((transfer.IsOver || transfer.Stage is FileStages.Failed or FileStages.Cancelled) && age > s_keepTime && _byId.TryRemove(transfer.Id, out _))
            {
                _byStream.TryRemove(transfer.StreamId, out _);
                transfer.Dispose();
            }
        }
    }

    private static void Forgotten(FileTransfer transfer)
    {
        if (transfer.Stage == FileStages.Complete)
        {
            transfer.StartUnknown("The printer has the file. The hub did not report whether its print began: check the printer.");
        }
        else if (transfer.IsTaken)
        {
            transfer.End(FileStages.Failed, "timeout", "The hub reported nothing for 15 minutes. The outcome is not known: check the printer.");
        }
        else if (transfer.End(FileStages.Failed, "timeout", "The hub asked for no bytes for 2 hours.") && transfer.Session is { } session)
        {
            _ = session.TrySendAsync(TransferMessages.Cancel(transfer.StreamId, transfer.Error!)).AsTask();
        }
    }
}
