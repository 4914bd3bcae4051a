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
            StatusRow? before = _before.GetValueOrDefault(row.Id);
            if (before != null && before.State == row.State && before.Job == row.Job && before.Message == row.Message)
            {
                continue;
            }

            _before[row.Id] = row;
            if (before == null && row.State == PrinterState.Unknown)
            {
                // Not asked yet, so there is nothing to say.
                continue;
            }

            string job = row.Job.Length == 0 ? "" : " " + row.Job;
            string message = row.Message.Length == 0 ? "" : ": " + row.Message;
            output.WriteLine($"{DateTime.Now:HH:mm:ss} {row.Id} {PrinterStates.Name(row.State)}{job}{message}");
            output.Flush();
        }
    }
}
