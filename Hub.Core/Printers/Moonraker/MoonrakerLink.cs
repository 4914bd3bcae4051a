using System;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Json;

namespace Hub.Core.Printers.Moonraker;

/// <summary>
/// A way to one Moonraker: keeps the report up to date and sends commands. The websocket is the first choice,
/// polling over HTTP the fallback. Thread: the printer's worker.
/// </summary>
internal abstract class MoonrakerLink : IDisposable
{
    /// <summary>
    /// How long to wait for a refusal. Klipper answers a macro only when it has ended, and after M109 that takes
    /// minutes (seen with Klipper 0.13), so no answer means accepted: the state proves the rest.
    /// </summary>
    protected const int RefusalMs = 1500;

    /// <summary>Time for an answer that waits for no G-code, in ms.</summary>
    protected const int AnswerMs = 10000;

    /// <summary>How often Klipper is asked for while it is not ready (docs/external_api/introduction.md).</summary>
    protected const int NotReadyMs = 2000;

    /// <summary>The same while it starts: a print that outlived Moonraker's restart is to be seen soon.</summary>
    protected const int StartupMs = 500;

    /// <summary>How long after its start a Moonraker may not have found Klipper yet (0.4 s were seen).</summary>
    protected const int JustOpenedMs = 10000;

    /// <summary>The newest job of the history.</summary>
    protected const string HistoryMethod = "server.history.list";

    /// <summary>The command whose late refusal means that the job does not start.</summary>
    protected const string StartMethod = "printer.print.start";

    private const int MaxRequestBytes = 8 * 1024;

    protected MoonrakerLink(MoonrakerReport report, MoonrakerJobFile file, MoonrakerSpool spool)
    {
        Report = report;
        File = file;
        Spool = spool;
    }

    /// <summary>True when <see cref="Poll"/> waits for what the printer sends.</summary>
    public abstract bool IsPush { get; }

    /// <summary>What the TLS handshake showed, or null.</summary>
    public abstract TlsPeer? Peer { get; }

    /// <summary>When the server was heard last, monotonic ms; -1 before.</summary>
    public abstract long LastHeardMs { get; }

    protected MoonrakerReport Report { get; }

    protected MoonrakerJobFile File { get; }

    protected MoonrakerSpool Spool { get; }

    /// <summary>Where requests are written.</summary>
    protected JsonWriter Writer { get; } = new JsonWriter(256, MaxRequestBytes);

    /// <summary>Why a start was refused after its answer was no longer waited for; null when it was not. The caller clears it.</summary>
    public HubException? StartRefusal { get; set; }

    /// <summary>Opens the link and brings the report up to date.</summary>
    public abstract void Open(CancellationToken cancel);

    /// <summary>Brings the report up to date.</summary>
    public abstract void Poll(CancellationToken cancel);

    /// <summary>See <see cref="IPushClient.SignalReport"/>.</summary>
    public virtual int SignalReport(AutoResetEvent wake) => 0;

    /// <summary>Asks for everything again: what is known afterwards is current.</summary>
    public abstract void Renew(CancellationToken cancel);

    /// <summary>Reads the newest job of the history; nothing is known of it when Moonraker keeps none.</summary>
    public abstract void AskLastJob(MoonrakerLastJob job, CancellationToken cancel);

    /// <summary>Sends a command once. Errors: a refusal that came soon; <see cref="ErrorCode.Timeout"/> when the server says nothing at all.</summary>
    /// <param name="method">As over JSON-RPC, such as printer.print.start.</param>
    /// <param name="name">Name of its parameter, or null.</param>
    /// <param name="value">Value of its parameter.</param>
    /// <param name="cancel">Gives up.</param>
    public abstract void Command(string method, string? name, string? value, CancellationToken cancel);

    /// <summary>Closes an idle connection that the next request can open again; nothing happens where there is none of that kind.</summary>
    public abstract void ReleaseIdleConnection();

    /// <summary>Closes it.</summary>
    public abstract void Dispose();

    /// <summary>Notes that Klipper cannot be asked.</summary>
    protected void SetNotReady(KlippyState state, string? message)
    {
        Report.Clear();
        Report.SetKlippy(state, message);
    }
}
