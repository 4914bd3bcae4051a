using System.CommandLine;
using System.Diagnostics;
using System.IO;
using Hub.Core;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>print PRINTER FILE</summary>
internal static class PrintVerb
{
    private const int DefaultTimeoutSeconds = 180;
    private const int StopWaitMs = 5000;

    public static Command Create(CliConsole console)
    {
        Argument<string> printer = new("PRINTER") { Description = "The printer's id" };
        Argument<string> file = new("FILE") { Description = "The file to print" };
        Option<bool> noStart = new("--no-start") { Description = "Upload only" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "When to give up, beyond the time of the upload");
        return CliApp.Verb("print", "Upload a file and start it", [printer, file, noStart, timeout], console, context =>
            Run(context, context.Get(printer), context.Get(file), !context.Get(noStart), context.Get(timeout)));
    }

    private static int Run(CliContext context, string id, string path, bool start, int timeoutSeconds)
    {
        using FileUploadSource source = FileUploadSource.Open(path);
        string name = Path.GetFileName(path);
        using PrinterLink link = PrinterLink.Open(context, id, timeoutSeconds);
        if (start)
        {
            CheckFree(link, id);
        }

        Stopwatch watch = Stopwatch.StartNew();
        string storedPath = Upload(context, link, id, new Transfer(name, source));
        double seconds = watch.Elapsed.TotalSeconds;
        if (start)
        {
            context.Say($"{id}: starting {name}");
            link.Run(new PrinterCommand(PrinterVerb.Start, timeoutSeconds * 1000) { StoredPath = storedPath });
        }

        string state = PrinterStates.Name(link.Status().State);
        if (context.Json)
        {
            WriteJson(context, id, name, source.Length, seconds, start, state);
        }
        else
        {
            context.Say(start ? $"{id}: {state} {name}" : $"{id}: {name} is uploaded");
        }

        return ExitCodes.Done;
    }

    /// <summary>Said before an upload that may take an hour, not after it.</summary>
    private static void CheckFree(PrinterLink link, string id)
    {
        PrinterState state = link.Status().State;
        if (PrinterStates.HasJob(state))
        {
            throw CliException.Of(ErrorCode.WrongState, $"it has a job already ({PrinterStates.Name(state)}): cancel that first, or upload with --no-start", id);
        }
    }

    private static string Upload(CliContext context, PrinterLink link, string id, Transfer transfer)
    {
        link.Manager.Submit(id, transfer);
        TransferProgress.Show(context, id, transfer);
        if (context.Cancel.IsCancellationRequested && !transfer.IsFinished)
        {
            transfer.Cancel();
            transfer.Wait(StopWaitMs);
            throw CliException.Of(ErrorCode.Cancelled, "stopped during the upload: nothing was started", id);
        }

        if (transfer.Error != null)
        {
            throw link.Explain(transfer.Error);
        }

        context.ThrowIfStopped();
        return transfer.StoredPath!;
    }

    private static void WriteJson(CliContext context, string id, string name, long bytes, double seconds, bool started, string state) =>
        JsonOutput.Write(context.Console.Out, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("printer", id);
            writer.WriteString("file", name);
            writer.WriteNumber("bytes", bytes);
            writer.WriteNumber("seconds", System.Math.Round(seconds, 3));
            writer.WriteBoolean("started", started);
            writer.WriteString("state", state);
            writer.WriteEndObject();
        });
}
