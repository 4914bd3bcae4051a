using System.CommandLine;
using System.Diagnostics;
using System.IO;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Jobs;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Text;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>print PRINTER FILE</summary>
internal static class PrintVerb
{
    private const int DefaultTimeoutSeconds = 300;
    private const int StopWaitMs = 5000;

    /// <summary>How long a printer's reports may take to settle an earlier start, in ms: an end that stands for 20 s, and a poll or two.</summary>
    private const int SettleMs = 30000;

    private const int SettleStepMs = 100;

    public static Command Create(VerbConsole console)
    {
        Argument<string> printer = new("PRINTER") { Description = "The printer's id" };
        Argument<string> file = new("FILE") { Description = "The file to print" };
        Option<bool> noStart = new("--no-start") { Description = "Upload only" };
        Option<bool> anyFile = new("--any-file") { Description = "Upload the file even if it does not look printable" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "Time limit, not counting the upload");
        PlateFlags plate = new();
        StartFlags start = new();
        return CliApp.Verb("print", "Upload a file and start the print", [printer, file, noStart, anyFile, timeout, .. start.All, .. plate.All], console, context =>
        {
            string path = context.PathOf(context.Get(file));
            if (context.Get(noStart))
            {
                start.CheckUnused(context, noStart.Name);
            }

            PrintRequest request = start.Read(context, Path.GetFileName(path));
            return Run(context, context.Get(printer), path, context.Get(noStart) ? null : request, context.Get(anyFile), context.Get(timeout), plate.Read(context));
        });
    }

    private static int Run(CliContext context, string id, string path, PrintRequest? request, bool isAnyFile, int timeoutSeconds, StartOptions? options)
    {
        bool start = request != null;
        using FileUploadSource source = FileUploadSource.Open(path, context.Cancel);
        string name = Path.GetFileName(path);
        CheckName(name);
        ProjectArchive.Check(path, options?.Plate ?? StartOptions.Default.Plate);
        using PrinterSession link = PrinterSession.Open(context, id, timeoutSeconds);
        using PrintRequest? asked = request;
        if (options != null && link.Printer.Type != PrinterTypes.Bambu)
        {
            throw VerbException.Usage("--plate and --ams are for Bambu printers only: other printers use the settings in the file", id);
        }

        if (start && link.Printer.Type == PrinterTypes.Bambu)
        {
            options ??= new StartOptions();
            options.Filaments = ProjectArchive.Filaments(path, options.Plate);
            CheckBambuStart(link, id, name, options);
        }

        if (!isAnyFile)
        {
            PrintableFile.Check(path, link.Printer.Type, id);
        }

        if (request != null)
        {
            CheckFree(context, link, id);
            if (link.Hub.Accept(id, request) is HubException refusal)
            {
                throw link.Explain(refusal);
            }

            SayUnrecorded(context, id, request);

            if (link.Hub.Snapshot(id)?.Bed == BedState.Occupied)
            {
                context.Say($"{id}: the bed was not reported clear after the last job");
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        string storedPath = Upload(context, link, id, new Transfer(name, source) { Print = request });
        double seconds = watch.Elapsed.TotalSeconds;
        string storedName = storedPath[(storedPath.LastIndexOf('/') + 1)..];
        if (start)
        {
            context.Say($"{id}: starting {name}");
            bool isSaid = request!.StorageError != null;
            try
            {
                link.Run(new PrinterCommand(PrinterVerb.Start, timeoutSeconds * 1000) { StoredPath = storedPath, Options = options ?? StartOptions.Default, Print = request });
            }
            finally
            {
                // One that was not sent because of it says so as its error.
                if (!isSaid && request.Error?.Code != ErrorCode.StorageFailed)
                {
                    SayUnrecorded(context, id, request);
                }
            }
        }

        string state = PrinterStates.Name(link.Status().State);
        if (context.Json)
        {
            WriteJson(context, id, name, storedName, source.Length, seconds, request, state);
        }
        else
        {
            context.Say(start ? $"{id}: {state} {name}" : $"{id}: {name} is uploaded");
            if (storedName != name)
            {
                context.Say($"{id}: the printer stored it as {storedName}");
            }
        }

        return ExitCodes.Done;
    }

    private static void CheckName(string name)
    {
        try
        {
            UploadNames.Check(name);
        }
        catch (HubException e)
        {
            // The hub's own rule, not a refusal by the printer.
            throw new VerbException(ExitCodes.Failed, ErrorCodes.Name(e.Code), e.Message);
        }
    }

    /// <summary>Refuses, before the upload, a start that this printer cannot print or has no slots for.</summary>
    private static void CheckBambuStart(PrinterSession link, string id, string name, StartOptions options)
    {
        try
        {
            BambuStartCheck.Check(link.Printer, name, options);
        }
        catch (HubException e) when (e.Code == ErrorCode.Refused)
        {
            throw VerbException.Usage(e.Message, id);
        }
        catch (HubException e)
        {
            throw VerbException.Of(e.Code, e.Message, id);
        }
    }

    /// <summary>Checked before an upload that may take an hour, not after it.</summary>
    private static void CheckFree(CliContext context, PrinterSession link, string id)
    {
        PrinterSnapshot? printer = link.Hub.Snapshot(id);
        Stopwatch watch = Stopwatch.StartNew();
        while (printer?.StartRefusal != null && printer.MayStartBeSettled && watch.ElapsedMilliseconds < SettleMs)
        {
            context.Cancel.WaitHandle.WaitOne(SettleStepMs);
            context.ThrowIfStopped();
            printer = link.Hub.Snapshot(id);
        }

        if (printer?.StartRefusal is HubException early)
        {
            throw link.Explain(early);
        }

        PrinterStatus status = link.Status();
        if (PrinterStates.CanStart(status.State, status.ErrorCode))
        {
            return;
        }

        if (PrinterStates.HasJob(status.State))
        {
            throw VerbException.Of(ErrorCode.WrongState, $"it has a job already ({PrinterStates.Name(status.State)}): cancel that first, or upload with --no-start", id);
        }

        ErrorCode code = status.State == PrinterState.Offline ? ErrorCode.PrinterOffline : ErrorCode.WrongState;
        string reason = status.ErrorMessage == null ? "" : $" ({status.ErrorMessage})";
        throw VerbException.Of(code, $"it cannot start a print, its state is {PrinterStates.Name(status.State)}{reason}: --no-start only uploads", id);
    }

    /// <summary>The log of a verb's own hub is not shown, and this is not an error: the print goes on.</summary>
    private static void SayUnrecorded(CliContext context, string id, PrintRequest request)
    {
        if (request.StorageError is HubException error)
        {
            context.Console.Error.WriteLine(OneLine.Of($"{id}: this start is not protected against a second one, and the history may lack it, because it cannot be stored: {error.Message}"));
        }
    }

    private static string Upload(CliContext context, PrinterSession link, string id, Transfer transfer)
    {
        link.Hub.Submit(id, transfer);
        TransferProgress.Show(context.Output, id, transfer, context.Cancel);
        if (context.Cancel.IsCancellationRequested && !transfer.IsFinished)
        {
            transfer.Cancel();
            transfer.Wait(StopWaitMs);
            throw VerbException.Of(ErrorCode.Cancelled, "stopped during the upload: nothing was started", id);
        }

        if (transfer.Error != null)
        {
            throw link.Explain(transfer.Error);
        }

        context.ThrowIfStopped();
        return transfer.StoredPath!;
    }

    private static void WriteJson(CliContext context, string id, string name, string storedName, long bytes, double seconds, PrintRequest? request, string state) =>
        JsonOutput.Write(context.Console.Out, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("printer", id);
            writer.WriteString("file", name);
            if (storedName != name)
            {
                writer.WriteString("stored_as", storedName);
            }

            writer.WriteNumber("bytes", bytes);
            writer.WriteNumber("seconds", System.Math.Round(seconds, 3));
            writer.WriteBoolean("started", request != null);
            if (request?.StorageError != null)
            {
                writer.WriteBoolean("recorded", false);
            }

            writer.WriteString("state", state);
            writer.WriteEndObject();
        });
}
