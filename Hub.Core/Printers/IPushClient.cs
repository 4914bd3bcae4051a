using System.Threading;

namespace Hub.Core.Printers;

/// <summary>
/// A client whose printer may send its reports by itself. While it does, <see cref="IPrinterClient.Poll"/> is called
/// again and again and waits for the next report itself, at most about 100 ms, so that the worker sees its inbox; or it waits for nothing,
/// where <see cref="SignalReport"/> can wake the worker.
/// Thread: the printer's worker.
/// </summary>
public interface IPushClient
{
    /// <summary>True while the printer pushes reports; false when they have to be asked for, as with any other client.</summary>
    bool IsPushing { get; }

    /// <summary>Silence after which the last known state no longer counts, in ms. Thread: any.</summary>
    int StaleMs { get; }

    /// <summary>Has the event set, once, when <see cref="IPrinterClient.Poll"/> has something to do, at once if it has now. Throws nothing.</summary>
    /// <param name="wake">Set from any thread, perhaps for nothing, also after the connection was closed.</param>
    /// <returns>
    /// How long the worker may sleep without it, in ms: until the next call of <see cref="IPrinterClient.Poll"/>, which waits for nothing then. 0
    /// where the machine's connections cannot set an event: <see cref="IPrinterClient.Poll"/> is to be called again at once.
    /// </returns>
    int SignalReport(AutoResetEvent wake);
}
