using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using Hub.Simulator.Virtual;

namespace Hub.Tests.Kills;

/// <summary>One print as the printer itself knows it.</summary>
/// <param name="Name">Of its file, without folder and ending.</param>
/// <param name="Begun">When the printer began it.</param>
internal sealed record PrinterRun(string Name, DateTimeOffset Begun)
{
    /// <summary>finished, cancelled or failed; null while it runs.</summary>
    public string? End { get; set; }

    public DateTimeOffset Ended { get; set; } = DateTimeOffset.MaxValue;
}

/// <summary>What a virtual printer really did, in its order. Thread: any.</summary>
internal sealed partial class PrinterTruth
{
    private readonly Lock _gate = new();
    private readonly List<PrinterRun> _runs = [];

    public PrinterTruth(VirtualPrinter printer)
    {
        Printer = printer;
        printer.Machine.Happened += Note;
    }

    /// <summary>Raised when a print begins or ends, on the printer's thread; must not call the printer.</summary>
    public event Action<bool>? Moved;

    public VirtualPrinter Printer { get; }

    public PrinterRun[] Runs
    {
        get
        {
            lock (_gate)
            {
                return [.. _runs];
            }
        }
    }

    /// <summary>The name of a file that the test made, whatever a system does to case, folder and ending.</summary>
    public static string NameOf(string? file) => Name().Match(file ?? "").Value.ToLowerInvariant();

    public int StartsOf(string name) => Runs.Count(run => run.Name == name);

    private void Note(MachineEvent what, MachineSnapshot machine)
    {
        bool begins = what == MachineEvent.PrintStarted;
        string? end = what switch
        {
            MachineEvent.PrintDone => "finished",
            MachineEvent.PrintCancelled => "cancelled",
            MachineEvent.PrintFailed => "failed",
            _ => null,
        };
        if (!begins && end == null)
        {
            return;
        }

        lock (_gate)
        {
            if (begins)
            {
                _runs.Add(new PrinterRun(NameOf(machine.Job!.Name), DateTimeOffset.UtcNow));
            }
            else if (_runs is [.., { End: null } last])
            {
                last.End = end;
                last.Ended = DateTimeOffset.UtcNow;
            }
        }

        Moved?.Invoke(begins);
    }

    [GeneratedRegex("k[0-9]+x", RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
