using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers export</summary>
internal static class PrintersExportVerb
{
    public static Command Create(VerbConsole console)
    {
        Option<bool> withSecrets = new("--with-secrets") { Description = "Include keys, passwords and access codes instead of ***" };
        Option<bool> forBoard = new("--for-board") { Description = "Add the CA that each Bambu printer shows, as a board needs it: contacts the printers" };
        return CliApp.Verb("export", "Write printers.json to stdout", [withSecrets, forBoard], console, context =>
        {
            using HubSession session = context.OpenSession();
            return context.Get(forBoard) ? ForBoard(context, session, context.Get(withSecrets)) : Plain(context, session, context.Get(withSecrets));
        });
    }

    private static int Plain(CliContext context, HubSession session, bool withSecrets)
    {
        JsonOutput.Write(context.Console.Out, session.Config.Export(withSecrets), indented: true);
        return ExitCodes.Done;
    }

    /// <summary>The document holds all printers in any case: those that a board cannot check are refused there, with what to do.</summary>
    private static int ForBoard(CliContext context, HubSession session, bool withSecrets)
    {
        BoardExport export = new(session, context.Cancel);
        JsonOutput.Write(context.Console.Out, export.Write(withSecrets), indented: true);
        context.ThrowIfStopped();
        foreach (string problem in export.Problems)
        {
            context.Console.Error.WriteLine(problem);
        }

        return export.Problems.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
