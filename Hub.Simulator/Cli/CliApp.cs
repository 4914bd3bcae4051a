using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Simulator.Cli;

/// <summary>The command line (contract, design §5): parses, runs one verb, reports its error.</summary>
internal static class CliApp
{
    /// <summary>Runs a verb with given writers and an empty stdin.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancel) =>
        RunAsync(args, new CliConsole(output, error, TextReader.Null), cancel);

    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken cancel)
    {
        bool json = Array.IndexOf(args, "--json") >= 0;
        bool verbose = Array.IndexOf(args, "--verbose") >= 0 || Environment.GetEnvironmentVariable("HUB_TRACE") == "1";
        try
        {
            // No response files: a G-code line such as "@pause" is data, not a file name.
            ParseResult parsed = Build(console).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                throw CliException.Usage(CliErrors.Clean(parsed.Errors[0].Message) + " (--help lists what there is)");
            }

            InvocationConfiguration invocation = new()
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (Exception e)
        {
            return CliErrors.Report(e, console, json, verbose);
        }
    }

    /// <summary>Makes a verb; every verb is built by this.</summary>
    public static Command Verb(string name, string description, IEnumerable<Symbol> symbols, CliConsole console, Func<CliContext, Task<int>> run)
    {
        Command command = new(name, description);
        Fill(command, symbols, console, run);
        return command;
    }

    /// <summary>Makes a verb that blocks until it is done.</summary>
    public static Command Verb(string name, string description, IEnumerable<Symbol> symbols, CliConsole console, Func<CliContext, int> run) =>
        Verb(name, description, symbols, console, context => Task.FromResult(run(context)));

    public static void Fill(Command command, IEnumerable<Symbol> symbols, CliConsole console, Func<CliContext, Task<int>> run)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction((parsed, cancel) => run(new CliContext(console, parsed, cancel)));
    }

    private static RootCommand Build(CliConsole console)
    {
        RootCommand root = new("Print-farm hub: between the printers of a LAN and a cloud dashboard. Without a verb it runs a hub with a virtual printer.");
        root.Options.Add(GlobalOptions.Data);
        root.Options.Add(GlobalOptions.Json);
        root.Options.Add(GlobalOptions.Verbose);
        DemoVerb.Fill(root, console);
        root.Subcommands.Add(RunVerb.Create(console));
        root.Subcommands.Add(FleetVerb.Create(console));
        root.Subcommands.Add(PrintersVerbs.Create(console));
        root.Subcommands.Add(StatusVerb.Create(console));
        root.Subcommands.Add(DiscoverVerb.Create(console));
        root.Subcommands.Add(PrintVerb.Create(console));
        foreach (Command command in CommandVerbs.Create(console))
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(BenchVerb.Create(console));
        foreach (Command command in LaterVerbs.Create(console))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
