using System.CommandLine;
using Hub.Simulator.Bench;

namespace Hub.Simulator.Cli;

/// <summary>bench [NAME]</summary>
internal static class BenchVerb
{
    public static Command Create(CliConsole console)
    {
        Argument<string?> name = new("NAME") { Description = "One benchmark (default: all)", Arity = ArgumentArity.ZeroOrOne };
        return CliApp.Verb("bench", "Run the benchmarks with their peers", [name], console, context =>
            BenchRunner.Run(context.Get(name), context.Json, context.Console.Out), isHosted: false);
    }
}
