using System;
using System.Collections.Generic;
using System.Globalization;
using Hub.Core.Printers;
using Hub.Tests.Manager;

namespace Hub.Tests.Tunnel;

/// <summary>A printer whose jobs come and go by chance, and the begins and ends that a hub must report of them.</summary>
internal sealed class PlayedPrinter
{
    private const int OneIn = 15;

    private int _jobs;

    public PrinterState State { get; private set; } = PrinterState.Idle;

    /// <summary>Kind and job of each begin and end so far.</summary>
    public List<string> Expected { get; } = [];

    private string Job => "job-" + _jobs.ToString(CultureInfo.InvariantCulture) + ".gcode";

    /// <summary>True for what <see cref="Expected"/> holds; a pause and a cleared bed are events too.</summary>
    public static bool IsCounted(string words) => words.StartsWith("started", StringComparison.Ordinal) || words.StartsWith("finished", StringComparison.Ordinal)
        || words.StartsWith("cancelled", StringComparison.Ordinal) || words.StartsWith("failed", StringComparison.Ordinal) || words.StartsWith("ended", StringComparison.Ordinal);

    /// <summary>Perhaps goes on to another state.</summary>
    public void Play(Random random)
    {
        if (random.Next(OneIn) != 0)
        {
            return;
        }

        switch (State)
        {
            case PrinterState.Printing:
                Leave(random.Next(4));
                break;
            case PrinterState.Paused:
                State = PrinterState.Printing;
                break;
            default:
                _jobs++;
                Expected.Add("started " + Job);
                State = PrinterState.Printing;
                break;
        }
    }

    /// <summary>Has a client show it.</summary>
    public void Show(ScriptedClient client)
    {
        client.State = State;
        bool hasJob = State is PrinterState.Printing or PrinterState.Paused;
        client.Status.Job = _jobs == 0 || State == PrinterState.Idle ? null : Job;
        client.Status.JobKey = client.Status.Job;
        client.Status.ProgressPercentage = hasJob ? 50 : double.NaN;
    }

    private void Leave(int how)
    {
        switch (how)
        {
            case 0:
                State = PrinterState.Paused;
                break;
            case 1:
                End("cancelled", PrinterState.Cancelled);
                break;
            default:
                End("finished", PrinterState.Finished);
                break;
        }
    }

    private void End(string kind, PrinterState state)
    {
        Expected.Add(kind + " " + Job);
        State = state;
    }
}
