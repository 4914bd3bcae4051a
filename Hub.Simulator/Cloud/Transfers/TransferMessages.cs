using System;
using Hub.Simulator.Cloud.Hubs;

namespace Hub.Simulator.Cloud.Transfers;

/// <summary>Writes the cloud's messages about files. Pure. Thread: any.</summary>
internal static class TransferMessages
{
    /// <summary>file_begin.</summary>
    public static ReadOnlyMemory<byte> Begin(string commandId, FileTransfer transfer) => HubMessages.Message("file_begin", json =>
    {
        TransferOrder order = transfer.Order;
        json.WriteString("command_id", commandId);
        json.WriteNumber("stream_id", transfer.StreamId);
        json.WriteString("job_id", transfer.Id);
        json.WriteString("printer_id", order.WireId);
        json.WriteString("file_name", order.FileName);
        json.WriteNumber("size", order.Size);
        json.WriteBoolean("start", order.Start);
        if (order.Sha256 != null)
        {
            json.WriteString("sha256", order.Sha256);
        }

        if (order.ExpiresAt != null)
        {
            json.WriteNumber("expires_at", order.ExpiresAt.Value);
        }

        if (order.Plate != null || order.Filaments != null)
        {
            json.WriteStartObject("options");
            if (order.Plate != null)
            {
                json.WriteNumber("plate", order.Plate.Value);
            }

            if (order.Filaments != null)
            {
                json.WriteString("filaments", order.Filaments);
            }

            json.WriteEndObject();
        }
    });

    /// <summary>file_end.</summary>
    public static ReadOnlyMemory<byte> End(uint streamId) => HubMessages.Message("file_end", json => json.WriteNumber("stream_id", streamId));

    /// <summary>file_cancel.</summary>
    public static ReadOnlyMemory<byte> Cancel(uint streamId, string error) => HubMessages.Message("file_cancel", json =>
    {
        json.WriteNumber("stream_id", streamId);
        json.WriteString("error", error);
    });

    /// <summary>job_cancel.</summary>
    public static ReadOnlyMemory<byte> CancelJob(string commandId, string jobId) => HubMessages.Message("job_cancel", json =>
    {
        json.WriteString("command_id", commandId);
        json.WriteString("job_id", jobId);
    });
}
