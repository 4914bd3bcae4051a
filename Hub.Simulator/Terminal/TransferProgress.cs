using System.Threading;
using Hub.Core.Manager;
using Hub.Simulator.Hosting;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>Shows an upload until it ends or is cancelled: a bar in a terminal, a few lines elsewhere, nothing with --json.</summary>
internal static class TransferProgress
{
    /// <summary>How often a bar is drawn or a line may be written; the end is seen at once.</summary>
    private const int DrawMs = 100;

    private const int LinesPerUpload = 10;

    public static void Show(VerbOutput output, string id, Transfer transfer, CancellationToken cancel)
    {
        if (output.Json)
        {
            transfer.Wait(Timeout.Infinite, cancel);
        }
        else if (output.Console.CanRedraw)
        {
            ShowBar(output, id, transfer, cancel);
        }
        else
        {
            ShowLines(output, id, transfer, cancel);
        }
    }

    private static bool IsRunning(Transfer transfer, CancellationToken cancel) =>
        !transfer.Wait(DrawMs, cancel) && !cancel.IsCancellationRequested;

    private static void ShowBar(VerbOutput output, string id, Transfer transfer, CancellationToken cancel) =>
        output.Console.Ansi.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 20 },
                new PercentageColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(id), maxValue: transfer.TotalBytes);
                while (IsRunning(transfer, cancel))
                {
                    task.Value = transfer.SentBytes;
                }

                task.Value = transfer.SentBytes;
            });

    private static void ShowLines(VerbOutput output, string id, Transfer transfer, CancellationToken cancel)
    {
        output.Say($"{id}: uploading {transfer.Name} ({Size(transfer.TotalBytes)})");
        long shown = 0;
        while (IsRunning(transfer, cancel))
        {
            long tenth = transfer.SentBytes * LinesPerUpload / transfer.TotalBytes;
            if (tenth > shown)
            {
                shown = tenth;
                output.Say($"{id}: {tenth * 100 / LinesPerUpload} % of {Size(transfer.TotalBytes)}");
            }
        }
    }

    internal static string Size(long bytes) =>
        bytes < 1024 * 1024 ? $"{bytes / 1024.0:0.0} KiB" : $"{bytes / (1024.0 * 1024.0):0.0} MiB";
}
