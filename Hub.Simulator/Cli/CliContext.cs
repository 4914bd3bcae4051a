using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Hal.Desktop;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>One invocation of a verb: its flags, its console, and the token that Ctrl+C sets.</summary>
internal sealed class CliContext
{
    public CliContext(CliConsole console, ParseResult parsed, CancellationToken cancel)
    {
        Console = console;
        Parsed = parsed;
        Cancel = cancel;
        Json = parsed.GetValue(GlobalOptions.Json);
        Sink = new ConsoleLogSink(console.Error);
        string? folder = parsed.GetValue(GlobalOptions.Data);
        Folder = string.IsNullOrEmpty(folder) ? DataFolder.Default() : folder;
        if (File.Exists(Folder))
        {
            throw CliException.Usage($"--data: '{Folder}' is not a folder");
        }
    }

    public CliConsole Console { get; }

    public ParseResult Parsed { get; }

    public CancellationToken Cancel { get; }

    public bool Json { get; }

    public ConsoleLogSink Sink { get; }

    /// <summary>The hub's data folder.</summary>
    public string Folder { get; }

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public bool IsGiven(Option option) => Parsed.GetResult(option) is { Implicit: false };

    /// <summary>A line for people; with --json it goes to stderr.</summary>
    public void Say(string line) => (Json ? Console.Error : Console.Out).WriteLine(OneLine.Of(line));

    /// <summary>Opens the configuration in the data folder.</summary>
    /// <param name="quiet">The least level that is logged without --verbose; above Info, the printers are not heard.</param>
    public HubSession OpenSession(LogLevel quiet = LogLevel.Warning) => OpenSession(Folder, quiet);

    public HubSession OpenSession(string folder, LogLevel quiet)
    {
        bool isVerbose = Parsed.GetValue(GlobalOptions.Verbose);
        Sink.OnlyArea = quiet > LogLevel.Info && !isVerbose ? ConfigManager.LogArea : null;
        return new HubSession(folder, Sink, isVerbose ? LogLevel.Debug : quiet, Get(GlobalOptions.BoardLimits) ? DesktopHalOptions.OfBoard() : null);
    }

    public void ThrowIfStopped()
    {
        if (Cancel.IsCancellationRequested)
        {
            throw CliException.Stopped();
        }
    }

    /// <summary>A token that ends with Ctrl+C or after --for.</summary>
    public CancellationTokenSource StopAfter(Option<double?> seconds)
    {
        CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        if (Get(seconds) is double value)
        {
            source.CancelAfter(TimeSpan.FromSeconds(value));
        }

        return source;
    }
}
