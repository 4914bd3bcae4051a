using System.CommandLine;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>clear-bed PRINTER</summary>
internal static class ClearBedVerb
{
    private const int DefaultTimeoutSeconds = 10;

    public static Command Create(VerbConsole console)
    {
        Argument<string> printer = new("PRINTER") { Description = "The printer's id" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "How long to wait for the printer's first report; it may be switched off");
        return CliApp.Verb("clear-bed", "Report that a printer's bed is clear, so that the next print may start", [printer, timeout], console, context =>
            Run(context, context.Get(printer), context.Get(timeout)));
    }

    private static int Run(CliContext context, string id, int timeoutSeconds)
    {
        // What the printer shows comes first: a job may have ended since the hub saw it last.
        using PrinterSession link = PrinterSession.OpenAtOnce(context, id, isDisabledAllowed: true);
        link.Hub.WaitForFirstAnswers([id], timeoutSeconds * 1000, context.Cancel);
        context.ThrowIfStopped();
        bool isNews;
        try
        {
            isNews = link.Hub.ClearBed(id);
        }
        catch (HubException e)
        {
            throw VerbException.Of(e.Code, e.Message, id);
        }

        if (context.Json)
        {
            string state = PrinterStates.Name(link.Status().State);
            JsonOutput.Write(context.Console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("printer", id);
                writer.WriteString("command", "clear-bed");
                writer.WriteString("state", state);
                writer.WriteBoolean("bed_clear", true);
                writer.WriteEndObject();
            });
        }
        else
        {
            context.Say(isNews ? $"{id}: bed clear" : $"{id}: the bed was reported clear already");
        }

        return ExitCodes.Done;
    }
}
