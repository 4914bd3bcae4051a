using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Manager;
using Hub.Simulator.Cli;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>Shows a running hub until it is told to stop: a live table in a terminal, lines of changes elsewhere.</summary>
internal static class HubView
{
    /// <summary>Twice a second: printers are asked every two seconds, and each redraw costs a few milliseconds.</summary>
    private const int LookMs = 500;

    /// <summary>The terminal echoes "^C" behind the last line; if that wrapped, the last redraw would be a line off.</summary>
    private const int RoomForEcho = 3;

    public static async Task ShowAsync(CliContext context, HubSession session, string title, CancellationToken stop)
    {
        if (context.Console.CanRedraw && !context.Json)
        {
            await ShowTableAsync(context, session, title, stop);
        }
        else
        {
            context.Say(title);
            StateLines lines = new(context.Json ? context.Console.Error : context.Console.Out);
            do
            {
                lines.Show(FleetLook.At(session));
            }
            while (!await StoppedAsync(stop));
        }

        if (context.Json)
        {
            StatusDocument.Write(context.Console.Out, session);
        }
    }

    private static async Task ShowTableAsync(CliContext context, HubSession session, string title, CancellationToken stop)
    {
        IAnsiConsole console = context.Console.Ansi;
        console.WriteLine(title);
        TransferRates rates = new();
        StatusTable Look()
        {
            PrinterSnapshot[] printers = FleetLook.At(session);
            return Fit(StatusTable.Of(printers, rates.Look(printers, session.Hal.Clock.NowMs)), console);
        }

        StatusTable table = Look();
        (int Width, int Height) size = (console.Profile.Width, console.Profile.Height);
        if (context.Console.ErrorSharesTerminal)
        {
            context.Sink.Above = line => console.WriteLine(Padded(line, console.Profile.Width - RoomForEcho));
        }

        try
        {
            bool isStopped = false;
            while (!isStopped)
            {
                await console.Live(Render(table, console)).Overflow(VerticalOverflow.Ellipsis).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
                {
                    live.Refresh();
                    bool isNarrower = false;
                    while (!isNarrower && !(isStopped = await StoppedAsync(stop)))
                    {
                        StatusTable next = Look();
                        if (!next.IsSameAs(table) || (console.Profile.Width, console.Profile.Height) != size)
                        {
                            // A live display pads to the widest row it ever had, which would wrap: another one begins.
                            isNarrower = console.Profile.Width < size.Width;
                            table = next;
                            size = (console.Profile.Width, console.Profile.Height);
                            if (!isNarrower)
                            {
                                live.UpdateTarget(Render(table, console));
                            }
                        }
                    }
                });
            }
        }
        finally
        {
            context.Sink.Above = null;
        }
    }

    /// <summary>Only what is seen: a change of a printer that has no room costs no redraw.</summary>
    private static StatusTable Fit(StatusTable table, IAnsiConsole console) =>
        table.Fit(console.Profile.Width - RoomForEcho, console.Profile.Capabilities.Unicode, console.Profile.Height - 1);

    private static Paragraph Render(StatusTable table, IAnsiConsole console) =>
        table.Render(console.Profile.Width - RoomForEcho, console.Profile.Capabilities.Unicode);

    /// <summary>
    /// The line is written over the table's old place, so it has to cover it. A long one is broken here, between words: the
    /// terminal library's own wrapping leaves the rows uncovered and loses the last end of line.
    /// </summary>
    internal static string Padded(string line, int width)
    {
        StringBuilder rows = new();
        width = Math.Max(width, 2);
        while (line.GetCellWidth() > width)
        {
            int end = Math.Min(width, line.Length);
            while (line[..end].GetCellWidth() > width)
            {
                end--;
            }

            int space = line.LastIndexOf(' ', end - 1);
            end = space > end / 2 ? space + 1 : end;
            Cover(rows, line[..end], width).Append('\n');
            line = line[end..];
        }

        return Cover(rows, line, width).ToString();
    }

    private static StringBuilder Cover(StringBuilder rows, string row, int width) => rows.Append(row).Append(' ', width - row.GetCellWidth());

    private static async Task<bool> StoppedAsync(CancellationToken stop)
    {
        await Task.Delay(LookMs, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return stop.IsCancellationRequested;
    }
}
