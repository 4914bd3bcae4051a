using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud.Errors;
using Hub.Simulator.Cloud.Hubs;

namespace Hub.Simulator.Cloud.Transfers;

/// <summary>Sends a file's content to its hub as fast as the hub takes it. Thread: the request's.</summary>
internal static class TransferPump
{
    private const int AckSeconds = 30;

    /// <summary>Asks the hub for the stream and sends the content. Returns once the hub has all of it.</summary>
    /// <param name="transfer">The file.</param>
    /// <param name="hub">Its hub.</param>
    /// <param name="body">The content; read only as the hub allows.</param>
    /// <param name="gone">Whoever sends it is gone.</param>
    /// <exception cref="CloudException">Whatever ended it.</exception>
    public static async Task RunAsync(FileTransfer transfer, KnownHub hub, PipeReader body, CancellationToken gone)
    {
        HubSession session = hub.Online(CloudFeatures.FileStream);
        if (!transfer.TryClaim(session))
        {
            throw new CloudException(409, "transfer_over", "The content of transfer " + transfer.Id + " was sent already, or it is over.");
        }

        try
        {
            using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(gone, transfer.Over);
            await BeginAsync(transfer, hub, ends.Token);
            await SendAsync(transfer, session, body, ends.Token);
            transfer.Taken();
            if (!await session.TrySendAsync(TransferMessages.End(transfer.StreamId)))
            {
                throw CloudErrors.HubOffline(hub.Id);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or CloudException)
        {
            throw await EndAsync(transfer, session, e, gone);
        }
    }

    private static async Task BeginAsync(FileTransfer transfer, KnownHub hub, CancellationToken ends)
    {
        string commandId = transfer.Id;
        HubAnswer answer = await hub.AskAsync(commandId, TransferMessages.Begin(commandId, transfer), AckSeconds, ends);
        if (!answer.IsDone)
        {
            throw new CloudException(409, answer.Code ?? "refused", answer.Error ?? "The hub gave no reason.");
        }
    }

    private static async Task SendAsync(FileTransfer transfer, HubSession session, PipeReader body, CancellationToken ends)
    {
        // Not the token of ReadAsync: Kestrel could not read the rest of such a body any more.
        await using CancellationTokenRegistration stop = ends.Register(body.CancelPendingRead);
        long left = transfer.Order.Size;
        while (left > 0)
        {
            long credit = await transfer.CreditAsync(ends);
            ReadResult read = await body.ReadAsync(CancellationToken.None);
            ReadOnlySequence<byte> data = read.Buffer;
            if (read.IsCanceled)
            {
                body.AdvanceTo(data.Start);
                throw new OperationCanceledException(ends);
            }

            if (data.IsEmpty && read.IsCompleted)
            {
                body.AdvanceTo(data.End);
                throw CloudErrors.BadRequest("The content has " + transfer.Sent + " bytes, and " + transfer.Order.Size + " were announced.");
            }

            data = data.Slice(0, Math.Min(Math.Min(data.Length, HubWire.MaxBatchBytes), Math.Min(credit, left)));
            bool isSent = await session.TrySendFileAsync(transfer.StreamId, data);
            long count = data.Length;
            body.AdvanceTo(data.End);
            if (!isSent)
            {
                throw CloudErrors.HubOffline(transfer.Order.HubId);
            }

            transfer.Spent(count);
            left -= count;
        }

        ReadResult rest = await body.ReadAsync(CancellationToken.None);
        bool isMore = !rest.Buffer.IsEmpty;
        body.AdvanceTo(rest.Buffer.End);
        if (rest.IsCanceled)
        {
            throw new OperationCanceledException(ends);
        }

        if (isMore)
        {
            throw CloudErrors.BadRequest("The content has more than the " + transfer.Order.Size + " bytes that were announced.");
        }
    }

    /// <summary>Ends a transfer whose content cannot be sent, and says to the hub why.</summary>
    /// <returns>The error for whoever sends the content.</returns>
    private static async Task<Exception> EndAsync(FileTransfer transfer, HubSession session, Exception why, CancellationToken gone)
    {
        bool isGone = gone.IsCancellationRequested || why is IOException;
        CloudException? error = why as CloudException;
        bool isFirst = isGone
            ? transfer.End(FileStages.Cancelled, "cancelled", "Whoever sent the file ended the connection before all of it had come.")
            : transfer.End(FileStages.Failed, error?.Code ?? "transfer_failed", error?.Message ?? "The transfer ended.");
        if (isFirst)
        {
            await session.TrySendAsync(TransferMessages.Cancel(transfer.StreamId, transfer.Error!));
        }

        return isFirst ? why : transfer.Failure();
    }
}
