using System;
using System.IO;
using Hub.Core.Printers;
using Hub.Simulator.Virtual.Bambu;
using Hub.Simulator.Virtual.Moonraker;
using Hub.Simulator.Virtual.OctoPrint;
using Hub.Simulator.Virtual.PrusaLink;

namespace Hub.Simulator.Virtual;

/// <summary>One system's virtual printers.</summary>
/// <param name="Type">The system, as configuration names it; <c>fleet --TYPE N</c> starts N of them.</param>
/// <param name="Description">Of that flag.</param>
/// <param name="Ports">TCP ports of each, the HTTP port of the fleet's host included.</param>
/// <param name="Make">Makes the printer of a number, from 1 on; its files go into a folder of its own below the one given.</param>
internal sealed record VirtualSystem(string Type, string Description, int Ports, Func<int, FleetOptions, string, VirtualPrinter> Make);

/// <summary>The systems that have virtual printers, in the order of their ports (docs/add-a-printer-system.md).</summary>
internal static class VirtualSystems
{
    public static readonly VirtualSystem[] All =
    [
        new(PrinterTypes.OctoPrint, "Number of virtual OctoPrints (default: 1 when no other number is given)", 1, NewOctoPrint),
        new(PrinterTypes.PrusaLink, "Number of virtual PrusaLinks, alternately in a printer (Buddy) and on a Raspberry Pi", 1, NewPrusaLink),
        new(PrinterTypes.Moonraker, "Number of virtual Moonrakers", 1, NewMoonraker),
        new(PrinterTypes.Bambu, "Number of virtual Bambu printers in LAN mode", 3, NewBambu),
    ];

    private static VirtualOctoPrint NewOctoPrint(int number, FleetOptions options, string folder)
    {
        string id = "octo-" + number;
        VirtualMachine machine = new(options.Time, options.Speed);
        VirtualStorage storage = new(Path.Combine(folder, id));
        VirtualOctoPrint printer = new(
            id, "Virtual OctoPrint " + number, $"octo{number:D4}fakekeyfakekeyfakekey{number:D4}", machine, storage, options.Time, options.MaxUploadBytes);
        printer.AppKeys.AutoAcceptMs = options.AutoAcceptKeysMs;
        return printer;
    }

    private static VirtualPrusaLink NewPrusaLink(int number, FleetOptions options, string folder)
    {
        bool isPython = number > options.PrusaLink || number % 2 == 0;
        string id = "prusa-" + number;
        string name = (isPython ? "Virtual PrusaLink on a Pi " : "Virtual PrusaLink ") + number;
        VirtualMachine machine = new(options.Time, options.Speed);
        VirtualStorage storage = new(Path.Combine(folder, id));
        return new VirtualPrusaLink(isPython, id, name, $"prusafake{number:D6}", machine, storage, options.Time, options.MaxUploadBytes);
    }

    private static VirtualMoonraker NewMoonraker(int number, FleetOptions options, string folder)
    {
        string id = "moon-" + number;
        VirtualMachine machine = new(options.Time, options.Speed);
        VirtualStorage storage = new(Path.Combine(folder, id));
        return new VirtualMoonraker(
            id, "Virtual Moonraker " + number, $"{number:x4}facefacefacefacefaceface{number:x4}", machine, storage, options.Time, options.MaxUploadBytes)
        {
            RefusesWebSocket = options.RefuseWebSockets,
            RequiresKey = !options.MoonrakerWithoutKey,
            HasSpoolman = options.Spoolman,
        };
    }

    private static VirtualBambu NewBambu(int number, FleetOptions options, string folder)
    {
        string id = "bambu-" + number;
        BambuModel model = BambuModel.Find(options.BambuModel);
        VirtualMachine machine = new(options.Time, options.Speed);
        VirtualStorage storage = new(Path.Combine(folder, id));
        BambuCertificates certificates = options.StorageFolder == null
            ? BambuCertificates.OfProcess
            : new BambuCertificates(Path.Combine(folder, "bambu-certificates"));
        return new VirtualBambu(
            id, "Virtual Bambu " + number, model.SerialOf(options.BambuFirstNumber + number - 1), $"fake{number:D4}", model, machine, storage, certificates, options.Time, options.BambuAddress)
        {
            ReportMs = options.BambuReportMs,
        };
    }
}
