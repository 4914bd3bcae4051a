using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Logging;
using Hub.Core.Text;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;
using Hub.Simulator.Terminal;

namespace Hub.Simulator.Cli;

/// <summary>One invocation of a verb: its flags, its console and the token that Ctrl+C cancels.</summary>
internal sealed class CliContext
{
    private readonly VerbHost? _host;
    private readonly bool _isVerbose;

    public CliContext(VerbConsole console, ParseResult parsed, CancellationToken cancel)
    {
        CliInvocation invocation = (CliInvocation)parsed.InvocationConfiguration;
        _host = invocation.Host;
        _isVerbose = parsed.GetValue(invocation.Options.Verbose);
        Parsed = parsed;
        Cancel = cancel;
        Output = new VerbOutput(console, parsed.GetValue(invocation.Options.Json));
        string? folder = parsed.GetValue(invocation.Options.Data);
        IsFolderGiven = IsGiven(invocation.Options.Data);
        Folder = _host != null ? _host.Folder : string.IsNullOrEmpty(folder) ? DataFolder.Default() : folder;
        if (File.Exists(Folder))
        {
            throw VerbException.Usage($"--data: '{Folder}' is not a folder");
        }
    }

    public VerbOutput Output { get; }

    public VerbConsole Console => Output.Console;

    public ParseResult Parsed { get; }

    public CancellationToken Cancel { get; }

    public bool Json => Output.Json;

    /// <summary>The hub's data folder.</summary>
    public string Folder { get; }

    /// <summary>True when the user gave the folder.</summary>
    public bool IsFolderGiven { get; }

    /// <summary>True when a running hub runs this verb for another process, with its printers connected already.</summary>
    public bool IsHosted => _host != null;

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public bool IsGiven(Option option) => Parsed.GetResult(option) is { Implicit: false };

    /// <summary>A line for people; with --json it goes to stderr.</summary>
    public void Say(string line) => Output.Say(line);

    /// <summary>A log on this verb's console, for what runs without a hub.</summary>
    public Log NewLog() => new(Output.Sink, new DesktopClock(), _isVerbose ? LogLevel.Debug : LogLevel.Info);

    /// <summary>Opens the configuration in the data folder.</summary>
    /// <param name="quiet">Least level that is logged without --verbose; above Info, printers are not logged.</param>
    public HubSession OpenSession(LogLevel quiet = LogLevel.Error) => OpenSession(Folder, quiet, null);

    /// <summary>Opens the configuration for the hub that will run on a folder; the caller holds its run lock. Waits for an edit in progress.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="isWithinBoardLimits">True to impose the board's limits.</param>
    /// <param name="networks">What a simulated radio has in reach; null for the machine's own network.</param>
    public HubSession OpenToRun(string folder, bool isWithinBoardLimits, SimulatedNetwork[]? networks)
    {
        using IDisposable edit = DataFolder.LockForEdit(folder);
        DesktopHalOptions options = isWithinBoardLimits ? DesktopHalOptions.OfBoard() : new DesktopHalOptions();
        options.Networks = networks;
        return OpenSession(folder, LogLevel.Info, options);
    }

    private HubSession OpenSession(string folder, LogLevel quiet, DesktopHalOptions? options)
    {
        if (_host != null)
        {
            // The log is the hub's; this verb's console shows the verb's own output.
            return HubSession.Of(_host.Session);
        }

        DataFolder.CheckOwner(folder);
        Output.Sink.OnlyArea = quiet > LogLevel.Info && !_isVerbose ? ConfigManager.LogArea : null;
        return new HubSession(folder, Output.Sink, _isVerbose ? LogLevel.Debug : quiet, options);
    }

    /// <summary>A file's full path as seen from the user's working folder, which may differ from this process's.</summary>
    public string PathOf(string path) => _host != null ? _host.PathOf(path) : path.Length == 0 ? path : Path.Combine(Environment.CurrentDirectory, path);

    /// <summary>For a verb that runs until Ctrl+C: a hub that ends first is an error.</summary>
    public void ThrowIfHubEnds()
    {
        if (_host != null && _host.IsStopping())
        {
            throw VerbException.HubEnded();
        }
    }

    public void ThrowIfStopped()
    {
        if (Cancel.IsCancellationRequested)
        {
            throw VerbException.Stopped();
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
