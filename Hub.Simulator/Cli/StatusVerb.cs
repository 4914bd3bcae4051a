using System.CommandLine;
using Hub.Simulator.Terminal;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>status</summary>
internal static class StatusVerb
{
    public static Command Create(CliConsole console)
    {
        Option<int> timeout = GlobalOptions.Timeout(10, "How long to wait for the first full report of each printer");
        return CliApp.Verb("status", "Show the status of all printers once", [timeout], console, context => Run(context, context.Get(timeout)));
    }

    private static int Run(CliContext context, int timeoutSeconds)
    {
        using HubSession session = context.OpenSession();
        session.Start(session.Config.Printers);
        session.WaitForFirstAnswers(timeoutSeconds * 1000, context.Cancel);
        if (context.Json)
        {
            StatusDocument.Write(context.Console.Out, session);
        }
        else
        {
            context.Console.Ansi.Write(StatusTable.Of(session).Render(context.Console.Ansi));
            context.Console.Ansi.WriteLine();
        }

        return ExitCodes.Done;
    }
}
