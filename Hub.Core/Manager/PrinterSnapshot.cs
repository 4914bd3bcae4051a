using Hub.Core.Configuration;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>One printer of <see cref="PrinterManager.Snapshot"/>; the caller's own.</summary>
public sealed class PrinterSnapshot
{
    /// <summary>Makes a snapshot with nothing known yet.</summary>
    public PrinterSnapshot(PrinterConfig config, LinkState link)
    {
        Config = config;
        Link = link;
    }

    /// <summary>The printer's configuration.</summary>
    public PrinterConfig Config { get; }

    /// <summary>Where its link stood.</summary>
    public LinkState Link { get; }

    /// <summary>What was known of it.</summary>
    public PrinterStatus Status { get; } = new PrinterStatus();
}
