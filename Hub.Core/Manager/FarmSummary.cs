using Hub.Core.Jobs;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// All printers at a glance, of one moment: how many are in which state, which ones need a person, which one ends
/// next, and in which order to show them. Pure; it reads the snapshots once and keeps only numbers. Thread: any.
/// </summary>
/// <remarks>
/// Order: faulty or waiting for a person, not reachable (offline, refused, not answering), paused, at work, ended (there is
/// something on the bed), idle, not answered yet, disabled; within each the order of the configuration. So a row
/// moves when its printer's state does, and not with progress, time left or temperatures.
/// A disabled printer and one that does not answer are counted as such and in no state: their state says nothing, or is an old one.
/// </remarks>
public sealed class FarmSummary
{
    private const int StateCount = (int)PrinterState.Error + 1;
    private const int RankOfPaused = 2;
    private const int RankOfDisabled = 7;

    private readonly int[] _counts = new int[StateCount];
    private readonly int[] _order;

    /// <summary>Counts and sorts these.</summary>
    /// <param name="printers">In the order of the configuration.</param>
    public FarmSummary(PrinterSnapshot[] printers)
    {
        _order = new int[printers.Length];
        int used = 0;
        for (int rank = 0; rank <= RankOfDisabled; rank++)
        {
            for (int i = 0; i < printers.Length; i++)
            {
                if (RankOf(printers[i]) == rank)
                {
                    _order[used++] = i;
                }
            }
        }

        for (int i = 0; i < printers.Length; i++)
        {
            Count(printers, i);
        }
    }

    /// <summary>All printers, disabled ones too.</summary>
    public int Total => _order.Length;

    /// <summary>Printers switched off in the configuration.</summary>
    public int Disabled { get; private set; }

    /// <summary>Enabled printers whose link is lost, but whose last report is young enough to be shown.</summary>
    public int NotAnswering { get; private set; }

    /// <summary>Printers that need a person; they come first in <see cref="Order"/>.</summary>
    public int Problems { get; private set; }

    /// <summary>Enabled printers whose bed waits to be cleared.</summary>
    public int BedsToClear { get; private set; }

    /// <summary>Index of the printing printer with the least time left; -1 when none prints or none reports its time left.</summary>
    public int Next { get; private set; } = -1;

    /// <summary>Seconds until <see cref="Next"/> ends, or -1.</summary>
    public int NextSeconds { get; private set; } = -1;

    /// <summary>Enabled printers in this state, as far as they answer.</summary>
    public int Count(PrinterState state) => _counts[(int)state];

    /// <summary>Indices into the snapshots in the order to show them; the caller's copy.</summary>
    public int[] Order() => (int[])_order.Clone();

    /// <summary>True when nothing goes on without a person: error, attention, offline, a refused or lost link, paused.</summary>
    public static bool NeedsPerson(PrinterSnapshot printer) => RankOf(printer) <= RankOfPaused;

    /// <summary>
    /// True when the link is lost or a new try is on its way, and the state is the last one that was heard of. Offline says it
    /// by itself, and one that is unknown was not asked yet.
    /// </summary>
    public static bool IsNotAnswering(PrinterSnapshot printer)
    {
        PrinterState state = printer.Status.State;
        return !printer.Status.IsConnected && state != PrinterState.Offline && state != PrinterState.Unknown
            && (printer.Link == LinkState.Degraded || printer.Link == LinkState.Connecting || printer.Link == LinkState.Waiting);
    }

    private static int RankOf(PrinterSnapshot printer)
    {
        PrinterState state = printer.Status.State;
        if (!printer.Config.Enabled)
        {
            return RankOfDisabled;
        }

        if (state == PrinterState.Error || state == PrinterState.Attention)
        {
            return 0;
        }

        if (state == PrinterState.Offline || printer.Link == LinkState.Refused || IsNotAnswering(printer))
        {
            return 1;
        }

        switch (state)
        {
            case PrinterState.Paused:
                return RankOfPaused;
            case PrinterState.Finished:
            case PrinterState.Cancelled:
                return 4;
            case PrinterState.Idle:
                return 5;
            case PrinterState.Unknown:
                return 6;
            default:
                return 3;
        }
    }

    private void Count(PrinterSnapshot[] printers, int index)
    {
        PrinterSnapshot printer = printers[index];
        if (!printer.Config.Enabled)
        {
            Disabled++;
            return;
        }

        if (printer.Bed == BedState.Occupied)
        {
            BedsToClear++;
        }

        if (IsNotAnswering(printer))
        {
            NotAnswering++;
        }
        else
        {
            _counts[(int)printer.Status.State]++;
        }

        if (NeedsPerson(printer))
        {
            Problems++;
        }

        int seconds = printer.Status.RemainingTimeSeconds;
        if (printer.Status.State == PrinterState.Printing && seconds >= 0 && (Next < 0 || seconds < NextSeconds))
        {
            Next = index;
            NextSeconds = seconds;
        }
    }
}
