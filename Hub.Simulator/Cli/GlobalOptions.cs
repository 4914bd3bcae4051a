using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Core.Logging;

namespace Hub.Simulator.Cli;

/// <summary>Flags that several verbs share. Instances belong to one command line each, because a hub runs several at once.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Longest time that fits a timer.</summary>
    private const int MaxSeconds = 2_000_000;

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The hub's data folder (default: the platform's folder for application data)",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON document to stdout; logs go to stderr",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Log everything and show the stack trace of an error (HUB_TRACE=1 shows only the trace)",
        Recursive = true,
    };

    /// <summary>For verbs that run the hub.</summary>
    public static Option<bool> BoardLimits() => new("--board-limits")
    {
        Description = "Apply the board's limits: 16 sockets, 15 TLS connections that compare no pins, one TLS handshake at a time, which stops every thread, 32 transfer buffers of 16 KiB, late wake-ups, slow calls, polls as seldom as its CPU allows (its heap size is not imposed, and of its CPU speed only a part)",
    };

    /// <summary>For verbs with a time limit.</summary>
    public static Option<int> Timeout(int defaultSeconds, string what)
    {
        Option<int> option = new("--timeout")
        {
            Description = what,
            HelpName = "SECONDS",
            DefaultValueFactory = _ => defaultSeconds,
        };
        option.Validators.Add(result => CheckRange(result, 1));
        return option;
    }

    /// <summary>For verbs that run until they are stopped.</summary>
    public static Option<double?> For()
    {
        Option<double?> option = new("--for")
        {
            Description = "Stop after this time",
            HelpName = "SECONDS",
        };
        option.Validators.Add(result => CheckRange(result, 0.001));
        return option;
    }

    private static void CheckRange(OptionResult result, double least)
    {
        foreach (Token token in result.Tokens)
        {
            if (!double.TryParse(token.Value, out double value) || !(value >= least && value <= MaxSeconds))
            {
                result.AddError($"{result.Option.Name} must be a number of seconds above 0 and at most {MaxSeconds}, not '{token.Value}'.");
            }
        }
    }
}
