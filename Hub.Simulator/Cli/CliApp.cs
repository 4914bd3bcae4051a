using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The command line (README): parses it, runs one verb, reports its error.</summary>
internal static class CliApp
{
    /// <summary>Runs a verb with given writers and an empty stdin.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancel) =>
        RunAsync(args, new VerbConsole(output, error, TextReader.Null), cancel);

    /// <summary>Runs a verb; if a hub holds the data folder, that hub runs it.</summary>
    public static Task<int> RunAsync(string[] args, VerbConsole console, CancellationToken cancel) => RunAsync(args, console, null, cancel);

    /// <summary>True for the verb that must not wait for others.</summary>
    public static bool IsEmergency(string[] args) => Parse(args, new VerbConsole(TextWriter.Null, TextWriter.Null, TextReader.Null), new GlobalOptions()).CommandResult.Command.Name == CommandVerbs.EmergencyStop;

    /// <summary>Runs a verb.</summary>
    /// <param name="args">Verb and flags.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="host">The running hub that runs it for another process, otherwise null.</param>
    /// <param name="cancel">Set by Ctrl+C, or by the hub's end.</param>
    public static async Task<int> RunAsync(string[] args, VerbConsole console, VerbHost? host, CancellationToken cancel)
    {
        bool json = Array.IndexOf(args, "--json") >= 0;
        bool verbose = Array.IndexOf(args, "--verbose") >= 0 || Environment.GetEnvironmentVariable("HUB_TRACE") == "1";
        try
        {
            GlobalOptions options = new();
            ParseResult parsed = Parse(args, console, options);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                throw VerbException.Usage(CliErrors.Clean(parsed.Errors[0].Message) + " (see --help)");
            }

            CliInvocation invocation = new()
            {
                Arguments = args,
                Options = options,
                Host = host,
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (Exception e)
        {
            bool isEnded = host != null && host.IsStopping() && cancel.IsCancellationRequested;
            return CliErrors.Report(isEnded ? VerbException.HubEnded() : e, console, json, verbose);
        }
    }

    /// <summary>Makes a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its line in the help.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="run">Runs it and returns the exit code.</param>
    /// <param name="isHosted">False for a verb that never runs in a running hub.</param>
    public static Command Verb(string name, string description, IEnumerable<Symbol> symbols, VerbConsole console, Func<CliContext, Task<int>> run, bool isHosted = true)
    {
        Command command = new(name, description);
        Fill(command, symbols, console, run, isHosted);
        return command;
    }

    /// <summary>Makes a verb that blocks its thread.</summary>
    public static Command Verb(string name, string description, IEnumerable<Symbol> symbols, VerbConsole console, Func<CliContext, int> run, bool isHosted = true) =>
        Verb(name, description, symbols, console, context => Task.FromResult(run(context)), isHosted);

    public static void Fill(Command command, IEnumerable<Symbol> symbols, VerbConsole console, Func<CliContext, Task<int>> run, bool isHosted)
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

        command.SetAction(async (parsed, cancel) =>
        {
            CliContext context = new(console, parsed, cancel);
            if (context.IsHosted && !isHosted)
            {
                throw VerbException.Usage($"'{command.Name}' cannot run inside a running hub");
            }

            int? exitCode = isHosted && !context.IsHosted
                ? ControlClient.TryRun(context.Folder, ((CliInvocation)parsed.InvocationConfiguration).Arguments, command.Name == CommandVerbs.EmergencyStop, console, cancel)
                : null;
            return exitCode ?? await run(context);
        });
    }

    private static ParseResult Parse(string[] args, VerbConsole console, GlobalOptions options) =>
        // No response files: a G-code line such as "@pause" is data, not a file name.
        Build(console, options).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Build(VerbConsole console, GlobalOptions options)
    {
        RootCommand root = new("Print-farm hub: connects the printers of a LAN to a cloud dashboard. Without a command it runs a hub with one virtual printer of each type, and a cloud on http://127.0.0.1:5080.")
        {
            // A native program has no .dll at its end: the default would cut ".Simulator" off as if it were an extension.
            HelpName = "Hub.Simulator",
        };
        root.Options.Add(options.Data);
        root.Options.Add(options.Json);
        root.Options.Add(options.Verbose);
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

        root.Subcommands.Add(ClearBedVerb.Create(console));
        root.Subcommands.Add(HistoryVerb.Create(console));
        root.Subcommands.Add(CloudVerbs.Create(console));
        root.Subcommands.Add(FactoryResetVerb.Create(console));
        root.Subcommands.Add(BenchVerb.Create(console));
        foreach (Command command in LaterVerbs.Create(console))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
