using System.Collections.Generic;
using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Verbs that later versions bring: they are in the help, and say so.</summary>
internal static class LaterVerbs
{
    private static readonly (string Name, string Does)[] s_verbs =
    [
        ("cloud", "Show, set or clear the cloud connection"),
        ("health", "Show how the hub itself is"),
        ("update", "Install a new version from a file"),
        ("clear-bed", "Say that a printer's bed is clear"),
    ];

    public static IEnumerable<Command> Create(VerbConsole console)
    {
        foreach ((string name, string does) in s_verbs)
        {
            Command command = CliApp.Verb(name, does + " (comes with a later version)", [], console, int (_) =>
                throw VerbException.Usage($"'{name}' comes with a later version"), isHosted: false);
            command.TreatUnmatchedTokensAsErrors = false;
            yield return command;
        }
    }
}
