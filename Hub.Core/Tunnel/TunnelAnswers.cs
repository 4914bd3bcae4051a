using Hub.Core.Discovery;
using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>A message that waits until it can be sent, over a reconnect too. Immutable.</summary>
internal abstract class TunnelAnswer
{
    /// <summary>Writes it. Thread: the tunnel's.</summary>
    public abstract void Write(TunnelMessages messages);

    /// <summary>It went out. Thread: the tunnel's.</summary>
    public virtual void Sent()
    {
    }
}

/// <summary>command_ack.</summary>
internal sealed class AckAnswer : TunnelAnswer
{
    private readonly string _commandId;
    private readonly string? _error;

    public AckAnswer(string commandId, string? error)
    {
        _commandId = commandId;
        _error = error;
    }

    public override void Write(TunnelMessages messages) => messages.Ack(_commandId, _error);
}

/// <summary>file_progress: what becomes of a file.</summary>
internal sealed class FileProgressAnswer : TunnelAnswer
{
    /// <summary>The file is on its way to the hub.</summary>
    public const string Downloading = "downloading";

    /// <summary>It is on its way to the printer.</summary>
    public const string Uploading = "uploading";

    /// <summary>The printer has it.</summary>
    public const string Complete = "complete";

    /// <summary>It failed, or its start did.</summary>
    public const string Failed = "failed";

    /// <summary>It was cancelled. The base cloud does not know this word.</summary>
    public const string Cancelled = "cancelled";

    private const int Whole = 100;

    private CommandBook? _book;
    private string _commandId = "";

    public FileProgressAnswer(string printerId, string jobId, string stage, int percentage)
    {
        PrinterId = printerId;
        JobId = jobId;
        Stage = stage;
        Percentage = stage == Complete ? Whole : percentage;
    }

    /// <summary>The cloud's name for the printer.</summary>
    public string PrinterId { get; }

    /// <summary>The cloud's job.</summary>
    public string JobId { get; }

    /// <summary>One of the words above.</summary>
    public string Stage { get; }

    /// <summary>0 to 100.</summary>
    public int Percentage { get; }

    /// <summary>True for a last word.</summary>
    public bool IsEnd => Stage != Downloading && Stage != Uploading;

    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; set; }

    /// <summary>The error's code, or null; not for the base cloud.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>True when the print has begun; not for the base cloud.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Marks it as the last word on its file: the book notes when it has gone out, and until then a restart of the hub repeats it.</summary>
    /// <param name="book">Where the command is.</param>
    /// <param name="commandId">The command that brought the file.</param>
    public void MarkLast(CommandBook book, string commandId)
    {
        _book = book;
        _commandId = commandId;
    }

    public override void Write(TunnelMessages messages) => messages.FileProgress(this);

    public override void Sent() => _book?.Told(_commandId);
}

/// <summary>response.</summary>
internal sealed class ResponseAnswer : TunnelAnswer
{
    private readonly string _requestId;
    private readonly byte[]? _result;
    private readonly HubException? _error;

    public ResponseAnswer(string requestId, byte[]? result, HubException? error)
    {
        _requestId = requestId;
        _result = result;
        _error = error;
    }

    /// <summary>Bytes of its result.</summary>
    public int Bytes => _result == null ? 0 : _result.Length;

    public override void Write(TunnelMessages messages) => messages.Response(_requestId, _result, _error);
}

/// <summary>printer_discovered.</summary>
internal sealed class DiscoveredAnswer : TunnelAnswer
{
    private readonly DiscoveredPrinter[] _printers;
    private readonly PrinterConfig[] _configured;

    public DiscoveredAnswer(DiscoveredPrinter[] printers, PrinterConfig[] configured)
    {
        _printers = printers;
        _configured = configured;
    }

    public override void Write(TunnelMessages messages) => messages.Discovered(_printers, _configured);
}
