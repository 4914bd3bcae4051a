using System;
using System.CommandLine;
using Hub.Simulator.Bench;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>bench [NAME]</summary>
internal static class BenchVerb
{
    private const int MaxPrinters = 1000;
    private const int MaxHubs = 200;

    public static Command Create(VerbConsole console)
    {
        Argument<string?> name = new("NAME") { Description = "Name of a benchmark (default: all)", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> printers = new("--printers") { Description = $"bench fleet: number of virtual printers, 4 to {MaxPrinters} (default: 10, 50 and 200, one after the other); bench cloud: printers of each hub (default: {CloudBench.DefaultPrinters})", HelpName = "N" };
        printers.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out int count) && count is >= 4 and <= MaxPrinters))
            {
                result.AddError($"--printers must be 4 to {MaxPrinters}, not '{result.Tokens[0].Value}'.");
            }
        });
        Option<int?> hubs = new("--hubs") { Description = $"bench cloud, bench cloud.reconnect: number of hubs (default: {CloudBench.DefaultHubs}, {ReconnectBench.DefaultHubs})", HelpName = "N" };
        hubs.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out int count) && count is >= 1 and <= MaxHubs))
            {
                result.AddError($"--hubs must be 1 to {MaxHubs}, not '{result.Tokens[0].Value}'.");
            }
        });
        Option<double?> duration = GlobalOptions.For();
        duration.Description = $"bench fleet, bench cloud: how long each number of printers is measured (default: {FleetBench.DefaultSeconds}); bench cloud.reconnect: one outage of this length (default: several of up to {ReconnectRun.LongestShort})";
        return CliApp.Verb("bench", "Run the benchmarks; 'bench fleet', 'bench cloud', 'bench cloud.added', 'bench cloud.reconnect' and 'bench cloud.file' take minutes and run only by name", [name, printers, hubs, duration], console, context =>
            BenchRunner.Run(context.Get(name), context.Get(printers), context.Get(hubs), context.Get(duration) is { } length ? (int)Math.Ceiling(length) : null, context.Json, context.Console.Out), isHosted: false);
    }
}
