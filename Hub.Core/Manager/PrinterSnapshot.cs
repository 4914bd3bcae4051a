using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One printer at one moment: its configuration and all that is known of it. The caller's own; it can be brought up to date in
/// place with <see cref="PrinterManager.Refresh"/>. Thread: one owner.
/// </summary>
public sealed class PrinterSnapshot
{
    /// <summary>Makes a snapshot with nothing known yet.</summary>
    public PrinterSnapshot(PrinterConfig config, LinkState link)
    {
        Config = config;
        Link = link;
    }

    /// <summary>The printer's configuration; not to be changed.</summary>
    public PrinterConfig Config { get; set; }

    /// <summary>Where its link stood; <see cref="LinkState.Refused"/> also for a printer with a <see cref="Refusal"/>.</summary>
    public LinkState Link { get; set; }

    /// <summary>Why this build cannot run the printer at all; null for one that it runs.</summary>
    public HubException? Refusal { get; set; }

    /// <summary>
    /// True when the first full report came, or when it is known that none will come soon (wrong key, disabled, refused, a
    /// first failure to connect): the status is then worth showing.
    /// </summary>
    public bool HasFirstAnswer { get; set; }

    /// <summary>
    /// The last transfer to it, ended or not, so that one that ended between two snapshots is seen; null when there was none. It
    /// goes on: its name, total and progress are read without a lock.
    /// </summary>
    public Transfer? LastTransfer { get; set; }

    /// <summary>Why a start would be refused because of an earlier one that the printer has not shown yet; null when none is open.</summary>
    public HubException? StartRefusal { get; set; }

    /// <summary>
    /// True while <see cref="StartRefusal"/> is about a start that another process or an earlier run of the hub sent, and the printer's next
    /// reports may settle it: one that stands for 20 s is enough.
    /// </summary>
    public bool MayStartBeSettled { get; set; }

    /// <summary>What is known of its bed; unknown also where its configuration does not ask for a clear bed.</summary>
    public BedState Bed { get; set; }

    /// <summary>
    /// Time between two polls, in ms: poll_ms, or more where the machine's CPU allows no more (<see cref="PollBudget"/>). Means nothing for a
    /// printer that sends its reports by itself.
    /// </summary>
    public int PollIntervalMs { get; set; }

    /// <summary>True when the printer is polled less often than its poll_ms says.</summary>
    public bool IsPolledSlowly => PollIntervalMs > Config.PollMs;

    /// <summary>How many tries to connect its worker had begun.</summary>
    internal int Tries { get; set; }

    /// <summary>What was known of it.</summary>
    public PrinterStatus Status { get; } = new PrinterStatus();
}
