using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>One printer of the manager: it has a worker, or the reason why it cannot have one. Thread: any.</summary>
internal sealed class PrinterEntry
{
    private readonly PrinterConfig _config;

    /// <summary>A printer that runs.</summary>
    public PrinterEntry(PrinterWorker worker)
    {
        _config = worker.Config;
        Worker = worker;
    }

    /// <summary>A printer that this build cannot run.</summary>
    public PrinterEntry(PrinterConfig config, HubException refusal)
    {
        _config = config;
        Refusal = refusal;
    }

    public string Id => _config.Id;

    /// <summary>The configuration in force.</summary>
    public PrinterConfig Config => Worker == null ? _config : Worker.Config;

    /// <summary>Null for a refused printer.</summary>
    public PrinterWorker? Worker { get; }

    /// <summary>Why it cannot run; null for one that does.</summary>
    public HubException? Refusal { get; }

    /// <summary>Overwrites a snapshot with what is known of it at this moment.</summary>
    public void CopyTo(PrinterSnapshot snapshot, long nowMs)
    {
        snapshot.Config = Config;
        snapshot.Refusal = Refusal;
        if (Worker != null)
        {
            Worker.CopyTo(snapshot, nowMs);
            return;
        }

        snapshot.Link = LinkState.Refused;
        snapshot.HasFirstAnswer = true;
        snapshot.LastTransfer = null;
        snapshot.StartRefusal = null;
        snapshot.MayStartBeSettled = false;
        snapshot.Bed = BedState.Unknown;
        snapshot.Status.CopyFrom(new PrinterStatus
        {
            State = PrinterState.Offline,
            ErrorCode = ErrorCodes.Name(Refusal!.Code),
            ErrorMessage = Refusal.Message,
            ErrorRemedy = Refusal.Remedy,
        });
    }
}
