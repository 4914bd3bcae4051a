using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Hub.Core.Printers;

namespace Hub.Simulator.Virtual;

/// <summary>Which virtual printers to start, and how.</summary>
public sealed record FleetOptions
{
    /// <summary>One printer of every system.</summary>
    public static FleetOptions OneOfEach => new() { Counts = VirtualSystems.All.ToImmutableDictionary(system => system.Type, _ => 1) };

    /// <summary>How many printers of each system, by its word in configuration.</summary>
    public ImmutableDictionary<string, int> Counts { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>How many OctoPrints.</summary>
    public int OctoPrint
    {
        get => Counts.GetValueOrDefault(PrinterTypes.OctoPrint);
        init => Counts = Counts.SetItem(PrinterTypes.OctoPrint, value);
    }

    /// <summary>How many PrusaLinks: the first is a printer's own (Buddy), the second one on a Pi (Python), and so on in turns.</summary>
    public int PrusaLink
    {
        get => Counts.GetValueOrDefault(PrinterTypes.PrusaLink);
        init => Counts = Counts.SetItem(PrinterTypes.PrusaLink, value);
    }

    /// <summary>How many further PrusaLinks, all on a Pi.</summary>
    public int PrusaLinkOnPi { get; init; }

    /// <summary>How many Moonrakers.</summary>
    public int Moonraker
    {
        get => Counts.GetValueOrDefault(PrinterTypes.Moonraker);
        init => Counts = Counts.SetItem(PrinterTypes.Moonraker, value);
    }

    /// <summary>How many Bambus.</summary>
    public int Bambu
    {
        get => Counts.GetValueOrDefault(PrinterTypes.Bambu);
        init => Counts = Counts.SetItem(PrinterTypes.Bambu, value);
    }

    /// <summary>Their model: P1S, X1C, A1 or H2D.</summary>
    public string BambuModel { get; init; } = "P1S";

    /// <summary>Number in the serial of the first Bambu; the others follow.</summary>
    public int BambuFirstNumber { get; init; } = 1;

    /// <summary>How often a report of the Bambus is due; 1000 on real ones, less where a test does not want to wait.</summary>
    public int BambuReportMs { get; init; } = 1000;

    /// <summary>Where the Bambus listen; announced there, too.</summary>
    public IPAddress BambuAddress { get; init; } = IPAddress.Loopback;

    /// <summary>UDP port of the Bambus' announcements (2021 on real ones); 0 announces nothing.</summary>
    public int SsdpPort { get; init; }

    /// <summary>UDP port of the other printers' announcements by mDNS (5353 on real ones), on 127.0.0.1, where they listen; 0 announces nothing.</summary>
    public int MdnsPort { get; init; }

    /// <summary>Port of the first printer, the others follow, then two for each Bambu (MQTT, FTPS); 0 takes free ones.</summary>
    public int BasePort { get; init; }

    /// <summary>Divides the time a job heats and prints.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Where the printers keep their files, a folder each; null takes a temporary folder that goes with the fleet.</summary>
    public string? StorageFolder { get; init; }

    /// <summary>Largest request a printer takes; OctoPrint's default is 1 GB (server.uploads.maxSize).</summary>
    public long MaxUploadBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Moonrakers refuse websockets, as behind a proxy that knows no upgrades.</summary>
    public bool RefuseWebSockets { get; init; }

    /// <summary>Moonrakers let everybody in, as those of a network of trusted clients do.</summary>
    public bool TrustEverybody { get; init; }

    /// <summary>When set, requests for an application key are granted after so many ms.</summary>
    public int? AutoAcceptKeysMs { get; init; }

    /// <summary>The clock of the printers; tests drive it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many printers of a system there are in all.</summary>
    public int CountOf(string type) => Counts.GetValueOrDefault(type) + (type == PrinterTypes.PrusaLink ? PrusaLinkOnPi : 0);
}
