using Hub.Core.Configuration;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>One printer of <see cref="PrinterManager.Snapshot"/>, of one moment; the caller's own.</summary>
public sealed class PrinterSnapshot
{
    /// <summary>Makes a snapshot with nothing known yet.</summary>
    public PrinterSnapshot(PrinterConfig config, LinkState link)
    {
        Config = config;
        Link = link;
    }

    /// <summary>Makes a snapshot of which the status is filled in later.</summary>
    public PrinterSnapshot(PrinterConfig config, LinkState link, bool hasFirstAnswer, Transfer? transfer)
        : this(config, link)
    {
        HasFirstAnswer = hasFirstAnswer;
        Transfer = transfer;
    }

    /// <summary>The printer's configuration.</summary>
    public PrinterConfig Config { get; }

    /// <summary>Where its link stood.</summary>
    public LinkState Link { get; internal set; }

    /// <summary>As <see cref="PrinterManager.HasFirstAnswer"/>.</summary>
    public bool HasFirstAnswer { get; internal set; }

    /// <summary>The transfer that ran or waited for it, or null. It goes on: its name, total and progress are read without a lock.</summary>
    public Transfer? Transfer { get; }

    /// <summary>What was known of it.</summary>
    public PrinterStatus Status { get; } = new PrinterStatus();
}
