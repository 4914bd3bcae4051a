using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers export</summary>
internal static class PrintersExportVerb
{
    public static Command Create(VerbConsole console)
    {
        Option<bool> withSecrets = new("--with-secrets") { Description = "Include keys, passwords and access codes instead of ***" };
        return CliApp.Verb("export", "Write printers.json to stdout", [withSecrets], console, context =>
        {
            using HubSession session = context.OpenSession();
            JsonOutput.Write(context.Console.Out, session.Config.Export(context.Get(withSecrets)), indented: true);
            return ExitCodes.Done;
        });
    }
}
