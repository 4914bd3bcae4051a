using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Simulator.Hosting;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>Shows a running hub until it is stopped: a live table in a terminal, one line per change elsewhere.</summary>
internal static class HubView
{
    /// <summary>Twice a second: printers are polled every two seconds, and each redraw takes a few milliseconds.</summary>
    private const int CheckMs = 500;

    /// <summary>The terminal echoes "^C" after the last line; if that wrapped, the last redraw would be off by one line.</summary>
    private const int RoomForEcho = 3;

    public static async Task ShowAsync(VerbOutput output, FarmHub hub, string title, CancellationToken stop)
    {
        using FarmMirror farm = new(hub);
        if (output.Console.CanRedraw && !output.Json)
        {
            await ShowTableAsync(output, farm, title, stop);
        }
        else
        {
            output.Say(title);
            StateLines lines = new(output.Json ? output.Console.Error : output.Console.Out);
            lines.Show(farm.Changed);
            while (!await StoppedAsync(stop))
            {
                farm.Update();
                lines.Show(farm.Changed);
                lines.ShowTransfers(farm.Printers);
            }
        }

        if (output.Json)
        {
            StatusDocument.Write(output.Console.Out, hub.Snapshot());
        }
    }

    private static async Task ShowTableAsync(VerbOutput output, FarmMirror farm, string title, CancellationToken stop)
    {
        IAnsiConsole console = output.Console.Ansi;
        console.WriteLine(title);
        TransferRates rates = new();
        StatusTable Read() => Fit(StatusTable.Of(farm.Printers, rates.Sample(farm.Printers, Environment.TickCount64)), console);

        StatusTable table = Read();
        (int Width, int Height) size = (console.Profile.Width, console.Profile.Height);
        if (output.Console.ErrorSharesTerminal)
        {
            output.Sink.Above = line => console.WriteLine(Padded(line, console.Profile.Width - RoomForEcho));
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
                        bool isNews = farm.Update() || (console.Profile.Width, console.Profile.Height) != size;
                        StatusTable next = isNews ? Read() : table;
                        if (!next.IsSameAs(table) || (console.Profile.Width, console.Profile.Height) != size)
                        {
                            // A live display pads to its widest row so far, which would wrap: a new one begins.
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
            output.Sink.Above = null;
        }
    }

    /// <summary>Only the visible part: a change of a hidden printer needs no redraw.</summary>
    private static StatusTable Fit(StatusTable table, IAnsiConsole console) =>
        table.Fit(console.Profile.Width - RoomForEcho, console.Profile.Capabilities.Unicode, console.Profile.Height - 1);

    private static Paragraph Render(StatusTable table, IAnsiConsole console) =>
        table.Render(console.Profile.Width - RoomForEcho, console.Profile.Capabilities.Unicode);

    /// <summary>
    /// The line is written over the old table, so it has to cover it. A long one is broken here, between words: the
    /// terminal library's own wrapping leaves rows uncovered and loses the last end of line.
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
        await Task.Delay(CheckMs, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return stop.IsCancellationRequested;
    }
}
