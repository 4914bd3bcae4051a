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

    /// <summary>Number of OctoPrints.</summary>
    public int OctoPrint
    {
        get => Counts.GetValueOrDefault(PrinterTypes.OctoPrint);
        init => Counts = Counts.SetItem(PrinterTypes.OctoPrint, value);
    }

    /// <summary>Number of PrusaLinks: Buddy (in the printer) and Python (on a Raspberry Pi) alternate, Buddy first.</summary>
    public int PrusaLink
    {
        get => Counts.GetValueOrDefault(PrinterTypes.PrusaLink);
        init => Counts = Counts.SetItem(PrinterTypes.PrusaLink, value);
    }

    /// <summary>How many more PrusaLinks, all of the Python kind.</summary>
    public int PrusaLinkOnPi { get; init; }

    /// <summary>Number of Moonrakers.</summary>
    public int Moonraker
    {
        get => Counts.GetValueOrDefault(PrinterTypes.Moonraker);
        init => Counts = Counts.SetItem(PrinterTypes.Moonraker, value);
    }

    /// <summary>The Moonrakers have a Spoolman with an active spool.</summary>
    public bool Spoolman { get; init; }

    /// <summary>Number of Bambu printers.</summary>
    public int Bambu
    {
        get => Counts.GetValueOrDefault(PrinterTypes.Bambu);
        init => Counts = Counts.SetItem(PrinterTypes.Bambu, value);
    }

    /// <summary>Their model: P1S, X1C, A1 or H2D.</summary>
    public string BambuModel { get; init; } = "P1S";

    /// <summary>Number in the serial of the first Bambu; the others follow.</summary>
    public int BambuFirstNumber { get; init; } = 1;

    /// <summary>Time between two reports of the Bambu printers; 1000 on real ones, less in tests.</summary>
    public int BambuReportMs { get; init; } = 1000;

    /// <summary>Address on which the Bambu printers listen and are announced.</summary>
    public IPAddress BambuAddress { get; init; } = IPAddress.Loopback;

    /// <summary>UDP port of the Bambu printers' announcements (2021 on real ones); 0 for none.</summary>
    public int SsdpPort { get; init; }

    /// <summary>UDP port of the other printers' mDNS announcements (5353 on real ones), on 127.0.0.1; 0 for none.</summary>
    public int MdnsPort { get; init; }

    /// <summary>Port of the first printer; the others follow, then two for each Bambu printer (MQTT, FTPS). 0 uses free ports.</summary>
    public int BasePort { get; init; }

    /// <summary>Divides the time a job heats and prints.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Where the printers keep their files, one folder each; null for a temporary folder that is deleted with the fleet.</summary>
    public string? StorageFolder { get; init; }

    /// <summary>Largest request that a printer accepts; OctoPrint's default is 1 GB (server.uploads.maxSize).</summary>
    public long MaxUploadBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Moonrakers refuse websockets, as behind a proxy without WebSocket support.</summary>
    public bool RefuseWebSockets { get; init; }

    /// <summary>Disables Moonraker authentication, as for trusted clients.</summary>
    public bool MoonrakerWithoutKey { get; init; }

    /// <summary>When set, requests for an application key are granted after this time, in ms.</summary>
    public int? AutoAcceptKeysMs { get; init; }

    /// <summary>The clock of the printers; tests drive it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Total number of printers of a system.</summary>
    public int CountOf(string type) => Counts.GetValueOrDefault(type) + (type == PrinterTypes.PrusaLink ? PrusaLinkOnPi : 0);
}
