using System;
using System.Collections.Generic;
using System.IO;
using Hub.Core.Printers;

namespace Hub.Simulator.Terminal;

/// <summary>Says in plain lines when a printer's state, job or message changes: for files, pipes and simple terminals.</summary>
internal sealed class StateLines(TextWriter output)
{
    private readonly Dictionary<string, StatusRow> _before = [];

    public void Show(StatusTable table)
    {
        foreach (StatusRow row in table.Rows)
        {
            Show(row);
        }
    }

    public void Show(StatusRow row)
    {
        StatusRow? before = _before.GetValueOrDefault(row.Id);
        if (before != null && before.State == row.State && before.Job == row.Job && before.Message == row.Message)
        {
            return;
        }

        _before[row.Id] = row;
        if (before == null && row.State == PrinterState.Unknown)
        {
            // Not asked yet, so there is nothing to say.
            return;
        }

        string job = row.Job.Length == 0 ? "" : " " + row.Job;
        string message = row.Message.Length == 0 ? "" : ": " + row.Message;
        Say($"{row.Id} {PrinterStates.Name(row.State)}{job}{message}");
    }

    public void ShowRemoved(string id)
    {
        if (_before.Remove(id))
        {
            Say(id + " removed");
        }
    }

    private void Say(string what)
    {
        output.WriteLine($"{DateTime.Now:HH:mm:ss} {what}");
        output.Flush();
    }
}
