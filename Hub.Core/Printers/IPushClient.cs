namespace Hub.Core.Printers;

/// <summary>
/// A client whose printer may send its reports by itself. While it does, <see cref="IPrinterClient.Poll"/> is called
/// again and again and waits for the next report itself, at most about 100 ms, so that the worker sees its inbox.
/// Thread: the printer's worker.
/// </summary>
public interface IPushClient
{
    /// <summary>True while the printer pushes reports; false when they have to be asked for, as with any other client.</summary>
    bool IsPushing { get; }

    /// <summary>Silence after which the last known state no longer counts, in ms. Thread: any.</summary>
    int StaleMs { get; }
}
