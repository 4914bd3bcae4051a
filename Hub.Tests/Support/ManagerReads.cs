using System.Linq;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Support;

/// <summary>Single values out of a manager's snapshot, for assertions.</summary>
internal static class ManagerReads
{
    /// <summary>Ids of the printers that run, in their order.</summary>
    public static string[] Ids(this PrinterManager manager) => [.. manager.Snapshot().Where(p => p.Refusal == null).Select(p => p.Config.Id)];

    /// <summary>A printer's status; it must be there.</summary>
    public static PrinterStatus StatusOf(this PrinterManager manager, string id)
    {
        PrinterSnapshot? printer = manager.Snapshot(id);
        Assert.IsNotNull(printer, "no printer " + id);
        return printer.Status;
    }

    /// <summary>Copies a printer's status; false when there is none.</summary>
    public static bool TryGetStatus(this PrinterManager manager, string id, PrinterStatus into)
    {
        PrinterSnapshot? printer = manager.Snapshot(id);
        if (printer != null)
        {
            into.CopyFrom(printer.Status);
        }

        return printer != null;
    }

    /// <summary>The configuration in force, or null.</summary>
    public static PrinterConfig? Config(this PrinterManager manager, string id) => manager.Snapshot(id)?.Config;

    /// <summary>True once the status is worth showing.</summary>
    public static bool HasFirstAnswer(this PrinterManager manager, string id) => manager.Snapshot(id) is { HasFirstAnswer: true };

    /// <summary>State of the link; disabled when there is no such printer.</summary>
    public static LinkState Link(this PrinterManager manager, string id) => manager.Snapshot(id)?.Link ?? LinkState.Disabled;
}
