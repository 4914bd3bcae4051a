using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cloud;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud;

/// <summary>The hub's end of file streams: acknowledges them, allows one window each, and checks that no more comes than it allowed.</summary>
internal sealed class ReceivingHub : IAsyncDisposable
{
    public const int Window = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Stream> _streams = [];

    private ReceivingHub(ScriptedHub hub)
    {
        Hub = hub;
        hub.OnMessage = HandleAsync;
        hub.OnFile = ReceiveAsync;
    }

    public ScriptedHub Hub { get; }

    /// <summary>Why file_begin is refused; null to accept it.</summary>
    public string? Refusal { get; set; }

    /// <summary>False to allow the first window and no more.</summary>
    public bool IsTaking { get; set; } = true;

    /// <summary>Frames that broke the rules.</summary>
    public int Violations { get; private set; }

    /// <summary>Connects, with one printer.</summary>
    public static async Task<ReceivingHub> StartAsync(CloudServer cloud, string id = "hub-1", string printer = "p1")
    {
        ReceivingHub hub = new(await ScriptedHub.WelcomedAsync(cloud, id, "file_stream", "job_cancel", "printer_list"));
        await hub.Hub.StatusAsync(printer, "idle");
        return hub;
    }

    public Stream Of(uint id)
    {
        lock (_gate)
        {
            return _streams[id];
        }
    }

    public Task ProgressAsync(string jobId, string stage, int percentage, bool? started = null, string? error = null, string? code = null) =>
        Hub.SendTextAsync(JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["type"] = "file_progress", ["printer_id"] = "p1", ["job_id"] = jobId, ["stage"] = stage, ["progress_percentage"] = percentage, ["started"] = started,
                ["error"] = error, ["error_code"] = code,
            }));

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Assert.AreEqual(0, Violations, "frames beyond the credit or of unknown streams");
    }

    private async Task HandleAsync(JsonElement message)
    {
        string? type = ScriptedHub.Text(message, "type");
        if (type == "file_begin")
        {
            Stream stream = new() { Id = message.GetProperty("stream_id").GetUInt32(), Size = message.GetProperty("size").GetInt64() };
            lock (_gate)
            {
                _streams[stream.Id] = stream;
            }

            await Hub.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(message, "command_id"), success = Refusal == null, error = Refusal });
            if (Refusal == null)
            {
                await AllowAsync(stream, Window);
            }
        }
        else if (type == "file_end")
        {
            Of(message.GetProperty("stream_id").GetUInt32()).IsEnded = true;
        }
        else if (type == "job_cancel")
        {
            await Hub.SendAsync(new { type = "command_ack", command_id = ScriptedHub.Text(message, "command_id"), success = true });
            await ProgressAsync(ScriptedHub.Text(message, "job_id")!, "cancelled", 0);
        }
    }

    /// <summary>Allows what fits, up to the file's end.</summary>
    public async Task AllowAsync(Stream stream, long bytes)
    {
        bytes = Math.Min(bytes, stream.Size - stream.Received - stream.Credit);
        if (bytes > 0)
        {
            stream.Credit += bytes;
            await Hub.SendAsync(new { type = "file_credit", stream_id = stream.Id, bytes });
        }
    }

    private async Task ReceiveAsync(uint id, ReadOnlyMemory<byte> data)
    {
        Stream stream = Of(id);
        if (data.Length is 0 or > 16 * 1024 || data.Length > stream.Credit)
        {
            Violations++;
        }

        stream.Credit -= data.Length;
        stream.Received += data.Length;
        stream.Hash.AppendData(data.Span);
        if (IsTaking && stream.Credit <= Window / 2)
        {
            await AllowAsync(stream, Window - stream.Credit);
        }
    }

    internal sealed class Stream
    {
        public required uint Id { get; init; }

        public required long Size { get; init; }

        public long Credit { get; set; }

        public long Received { get; set; }

        public bool IsEnded { get; set; }

        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }
}
