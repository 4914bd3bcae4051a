using Hub.Core.Manager;
using Hub.Simulator.Cli;
using Spectre.Console;

namespace Hub.Simulator.Terminal;

/// <summary>Shows an upload until it ends or Ctrl+C is pressed: a bar in a terminal, a few lines elsewhere, nothing with --json.</summary>
internal static class TransferProgress
{
    private const int LookMs = 100;
    private const int LinesPerUpload = 10;

    public static void Show(CliContext context, string id, Transfer transfer)
    {
        if (context.Json)
        {
            while (IsRunning(context, transfer))
            {
                // Nothing to show; the waiting is in the condition.
            }
        }
        else if (context.Console.CanRedraw)
        {
            ShowBar(context, id, transfer);
        }
        else
        {
            ShowLines(context, id, transfer);
        }
    }

    private static bool IsRunning(CliContext context, Transfer transfer) =>
        !context.Cancel.IsCancellationRequested && !transfer.Wait(LookMs);

    private static void ShowBar(CliContext context, string id, Transfer transfer) =>
        context.Console.Ansi.Progress()
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
                while (IsRunning(context, transfer))
                {
                    task.Value = transfer.SentBytes;
                }

                task.Value = transfer.SentBytes;
            });

    private static void ShowLines(CliContext context, string id, Transfer transfer)
    {
        context.Say($"{id}: uploading {transfer.Name} ({Size(transfer.TotalBytes)})");
        long shown = 0;
        while (IsRunning(context, transfer))
        {
            long tenth = transfer.SentBytes * LinesPerUpload / transfer.TotalBytes;
            if (tenth > shown)
            {
                shown = tenth;
                context.Say($"{id}: {tenth * 100 / LinesPerUpload} % of {Size(transfer.TotalBytes)}");
            }
        }
    }

    internal static string Size(long bytes) =>
        bytes < 1024 * 1024 ? $"{bytes / 1024.0:0.0} KiB" : $"{bytes / (1024.0 * 1024.0):0.0} MiB";
}
