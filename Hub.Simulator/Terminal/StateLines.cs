using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Simulator.Terminal;

/// <summary>
/// Writes a plain line when a printer's state, job or message changes and when an upload begins and ends: for files,
/// pipes and simple terminals.
/// </summary>
internal sealed class StateLines(TextWriter output)
{
    private readonly Dictionary<string, StatusRow> _before = [];
    private readonly Dictionary<string, (Transfer Transfer, bool IsEnded)> _transfers = [];

    public void Show(IReadOnlyList<PrinterSnapshot> printers)
    {
        foreach (PrinterSnapshot printer in printers)
        {
            Show(StatusRow.Of(printer));
            ShowTransfer(printer);
        }
    }

    /// <summary>Begin and end of uploads alone.</summary>
    public void ShowTransfers(PrinterSnapshot[] printers)
    {
        foreach (PrinterSnapshot printer in printers)
        {
            ShowTransfer(printer);
        }
    }

    public void Show(StatusRow row)
    {
        StatusRow? before = _before.GetValueOrDefault(row.Id);
        if (before != null && before.State == row.State && before.Job == row.Job && before.Message == row.Message && before.WaitsForClearBed == row.WaitsForClearBed)
        {
            return;
        }

        if (row.State == PrinterState.Unknown && row.Job.Length == 0 && row.Message is "" or PrinterStatus.NoAnswerYet)
        {
            // Not polled yet, or not again after an edit: there is nothing to report.
            return;
        }

        _before[row.Id] = row;
        string job = row.Job.Length == 0 ? "" : " " + row.Job;
        string message = row.Message.Length == 0 ? "" : ": " + row.Message;
        Say($"{row.Id} {PrinterStates.Name(row.State)}{job}{(row.WaitsForClearBed ? ", clear bed" : "")}{message}");
    }

    public void ShowRemoved(string id)
    {
        if (_before.Remove(id))
        {
            _transfers.Remove(id);
            Say(id + " removed");
        }
    }

    private void ShowTransfer(PrinterSnapshot printer)
    {
        Transfer? transfer = printer.LastTransfer;
        string id = printer.Config.Id;
        if (transfer == null)
        {
            return;
        }

        bool isKnown = _transfers.TryGetValue(id, out (Transfer Transfer, bool IsEnded) before) && before.Transfer == transfer;
        bool isEnded = transfer.IsFinished;
        _transfers[id] = (transfer, isEnded);
        string name = StatusRow.Printable(transfer.Name);
        if (!isKnown)
        {
            Say($"{id} uploading {name} ({TransferProgress.Size(transfer.TotalBytes)})");
        }

        if (isEnded && (!isKnown || !before.IsEnded))
        {
            string end = transfer.Error == null ? "is complete" : "failed: " + StatusRow.Printable(transfer.Error.Message);
            Say($"{id} upload of {name} {end}");
        }
    }

    private void Say(string text)
    {
        output.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
        output.Flush();
    }
}
