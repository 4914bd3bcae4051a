using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>status</summary>
internal static class StatusVerb
{
    public static Command Create(VerbConsole console)
    {
        Argument<string[]> ids = new("PRINTER") { Description = "The ids of printers, to see them alone and with their filament", Arity = ArgumentArity.ZeroOrMore };
        ids.Validators.Add(result =>
        {
            // An option that does not exist would count as an id.
            foreach (Token token in result.Tokens.Where(t => t.Value.StartsWith('-')))
            {
                result.AddError($"there is no option {token.Value}");
            }
        });
        Option<int> timeout = GlobalOptions.Timeout(10, "How long to wait for the first full report of each printer");
        Option<bool> follow = new("--follow") { Description = "Keep running and write one line per change (with --json, one object per line)" };
        Option<double?> duration = GlobalOptions.For();
        return CliApp.Verb("status", "Show the status of all printers, or of some", [ids, timeout, follow, duration], console, context =>
            context.Get(follow) ? context.Get(ids).Length == 0 ? Follow(context, duration) : throw VerbException.Usage("--follow shows all printers: leave the ids out")
            : context.IsGiven(duration) ? throw VerbException.Usage("--for goes with --follow")
            : Run(context, context.Get(ids), context.Get(timeout)));
    }

    private static int Follow(CliContext context, Option<double?> duration)
    {
        using CancellationTokenSource stop = context.StopAfter(duration);
        using HubSession session = context.OpenSession();
        session.Start(session.Config.Printers);
        StatusFollow.Run(context, session.Hub, stop.Token);
        context.ThrowIfHubEnds();
        return ExitCodes.Done;
    }

    private static int Run(CliContext context, string[] ids, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        PrinterConfig[] asked = ids.Length == 0 ? session.Config.Printers : [.. ids.Distinct().Select(id => PrinterSession.Find(session, id))];
        session.Start(asked);
        PrinterSnapshot[] printers = WaitForAll(context, session, asked, ids.Length == 0, timeoutSeconds);
        if (context.Json)
        {
            StatusDocument.Write(context.Console.Out, printers);
            return ExitCodes.Done;
        }

        IAnsiConsole console = context.Console.Ansi;
        Paragraph text = StatusTable.Of(printers, []).Render(console);
        foreach (PrinterSnapshot printer in ids.Length == 0 ? [] : printers)
        {
            FilamentTable.AppendTo(text, printer.Config, printer.Status, console.Profile.Width, console.Profile.Capabilities.Unicode);
        }

        console.Write(text);
        console.WriteLine();
        return ExitCodes.Done;
    }

    private static PrinterSnapshot[] WaitForAll(CliContext context, HubSession session, PrinterConfig[] asked, bool showsAll, int timeoutSeconds)
    {
        string[] ids = [.. asked.Select(p => p.Id)];
        bool haveAnswered = session.Hub.WaitForFirstAnswers(ids, timeoutSeconds * 1000, context.Cancel);
        context.ThrowIfStopped();
        PrinterSnapshot[] printers = [.. session.Hub.Snapshot().Where(p => showsAll || ids.Contains(p.Config.Id))];
        foreach (PrinterSnapshot silent in printers.Where(p => !haveAnswered && !p.HasFirstAnswer))
        {
            silent.Status.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
            silent.Status.ErrorMessage = $"no answer within {timeoutSeconds} s";
        }

        return printers;
    }
}
