using System.CommandLine;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>status</summary>
internal static class StatusVerb
{
    public static Command Create(VerbConsole console)
    {
        Option<int> timeout = GlobalOptions.Timeout(10, "How long to wait for the first full report of each printer");
        Option<bool> follow = new("--follow") { Description = "Keep running and write one line per change (with --json, one object per line)" };
        Option<double?> duration = GlobalOptions.For();
        return CliApp.Verb("status", "Show the status of all printers", [timeout, follow, duration], console, context =>
            context.Get(follow) ? Follow(context, duration)
            : context.IsGiven(duration) ? throw VerbException.Usage("--for goes with --follow")
            : Run(context, context.Get(timeout)));
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

    private static int Run(CliContext context, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        session.Start(session.Config.Printers);
        PrinterSnapshot[] printers = WaitForAll(context, session, timeoutSeconds);
        if (context.Json)
        {
            StatusDocument.Write(context.Console.Out, printers);
        }
        else
        {
            context.Console.Ansi.Write(StatusTable.Of(printers, []).Render(context.Console.Ansi));
            context.Console.Ansi.WriteLine();
        }

        return ExitCodes.Done;
    }

    private static PrinterSnapshot[] WaitForAll(CliContext context, HubSession session, int timeoutSeconds)
    {
        string[] ids = [.. session.Config.Printers.Select(p => p.Id)];
        bool haveAnswered = session.Hub.WaitForFirstAnswers(ids, timeoutSeconds * 1000, context.Cancel);
        context.ThrowIfStopped();
        PrinterSnapshot[] printers = session.Hub.Snapshot();
        foreach (PrinterSnapshot silent in printers.Where(p => !haveAnswered && !p.HasFirstAnswer))
        {
            silent.Status.ErrorCode = ErrorCodes.Name(ErrorCode.Timeout);
            silent.Status.ErrorMessage = $"no answer within {timeoutSeconds} s";
        }

        return printers;
    }
}
