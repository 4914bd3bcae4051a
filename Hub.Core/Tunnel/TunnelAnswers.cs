using Hub.Core.Discovery;

namespace Hub.Core.Tunnel;

/// <summary>A message that waits until it can be sent, over a reconnect too. Immutable.</summary>
internal abstract class TunnelAnswer
{
    /// <summary>Writes it. Thread: the tunnel's.</summary>
    public abstract void Write(TunnelMessages messages);
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

/// <summary>file_progress of a file that failed.</summary>
internal sealed class FileFailedAnswer : TunnelAnswer
{
    private readonly string _printerId;
    private readonly string _jobId;
    private readonly string _error;

    public FileFailedAnswer(string printerId, string jobId, string error)
    {
        _printerId = printerId;
        _jobId = jobId;
        _error = error;
    }

    public override void Write(TunnelMessages messages) => messages.FileFailed(_printerId, _jobId, _error);
}

/// <summary>file_progress of a file that is on its way or at the printer.</summary>
internal sealed class FileProgressAnswer : TunnelAnswer
{
    private readonly string _printerId;
    private readonly string _stage;
    private readonly int _percentage;

    public FileProgressAnswer(string printerId, string jobId, string stage, int percentage)
    {
        _printerId = printerId;
        JobId = jobId;
        _stage = stage;
        _percentage = percentage;
    }

    public string JobId { get; }

    public override void Write(TunnelMessages messages) => messages.FileProgress(_printerId, JobId, _stage, _percentage);
}

/// <summary>printer_discovered.</summary>
internal sealed class DiscoveredAnswer : TunnelAnswer
{
    private readonly DiscoveredPrinter[] _printers;

    public DiscoveredAnswer(DiscoveredPrinter[] printers)
    {
        _printers = printers;
    }

    public override void Write(TunnelMessages messages) => messages.Discovered(_printers);
}
