using System.CommandLine;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>One run of the command line, for the verb in it.</summary>
internal sealed class CliInvocation : InvocationConfiguration
{
    /// <summary>As they were typed.</summary>
    public required string[] Arguments { get; init; }

    public required GlobalOptions Options { get; init; }

    /// <summary>The running hub that runs the verb for another process, otherwise null.</summary>
    public required VerbHost? Host { get; init; }
}
