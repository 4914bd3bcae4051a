using System.Collections.Generic;
using Hub.Core.Configuration;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Cli;

namespace Hub.Simulator.Terminal;

/// <summary>One moment of all printers of a session, those that this build cannot talk to included.</summary>
internal static class FleetLook
{
    public static PrinterSnapshot[] At(HubSession session)
    {
        List<PrinterSnapshot> snapshots = [];
        foreach (PrinterConfig printer in session.Printers)
        {
            LinkState link = session.Refusal(printer.Id) == null ? session.Manager.Link(printer.Id) : LinkState.Refused;
            PrinterSnapshot snapshot = new(printer, link, session.Manager.HasFirstAnswer(printer.Id), session.Manager.LastTransfer(printer.Id));
            session.GetStatus(printer.Id, snapshot.Status);
            snapshots.Add(snapshot);
        }

        return [.. snapshots];
    }
}
