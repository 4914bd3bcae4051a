using System.CommandLine;
using System.Threading;
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
        Option<bool> follow = new("--follow") { Description = "Go on, with one line for each change (with --json one object for each)" };
        Option<double?> duration = GlobalOptions.For();
        return CliApp.Verb("status", "Show the status of all printers once", [timeout, follow, duration], console, context =>
            context.Get(follow) ? Follow(context, duration)
            : context.IsGiven(duration) ? throw VerbException.Usage("--for goes with --follow")
            : Run(context, context.Get(timeout)));
    }

    private static int Follow(CliContext context, Option<double?> duration)
    {
        using CancellationTokenSource stop = context.StopAfter(duration);
        using HubSession session = context.OpenSession();
        session.Start(session.Config.Printers);
        StatusFollow.Run(context, session, stop.Token);
        context.ThrowIfHubEnds();
        return ExitCodes.Done;
    }

    private static int Run(CliContext context, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        session.Start(session.Config.Printers);
        session.WaitForFirstAnswers(timeoutSeconds * 1000, context.Cancel);
        if (context.Json)
        {
            StatusDocument.Write(context.Console.Out, session.Snapshot());
        }
        else
        {
            context.Console.Ansi.Write(StatusTable.Of(session.Snapshot(), []).Render(context.Console.Ansi));
            context.Console.Ansi.WriteLine();
        }

        return ExitCodes.Done;
    }
}
