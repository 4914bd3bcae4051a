using System.Collections.Generic;
using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Verbs of later versions, which are listed in the help already.</summary>
internal static class LaterVerbs
{
    private static readonly (string Name, string Does)[] s_verbs =
    [
        ("health", "Show the hub's own health"),
        ("update", "Install a new version from a file"),
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
