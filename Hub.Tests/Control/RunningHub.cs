using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cli;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;
using Hub.Simulator.Virtual;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Control;

/// <summary>A hub that runs in this process on a folder of its own, with virtual printers; verbs reach it through its control socket.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SharedText _out = new();
    private readonly SharedText _error = new();
    private Task<int> _run = Task.FromResult(0);

    private RunningHub(string folder)
    {
        Folder = folder;
    }

    public string Folder { get; }

    public string Out => _out.ToString();

    public string Log => _error.ToString();

    public Fleet Fleet { get; private set; } = null!;

    public static async Task<RunningHub> StartAsync(FleetOptions options, string? folder = null)
    {
        RunningHub hub = new(folder ?? Directory.CreateTempSubdirectory("hub-control-test-").FullName) { Fleet = await Fleet.StartAsync(options) };
        await File.WriteAllBytesAsync(hub.PathOf("p.json"), hub.Fleet.PrintersJson());
        Assert.AreEqual(0, (await hub.Verb("printers", "import", hub.PathOf("p.json"))).ExitCode);
        hub.Start();
        return hub;
    }

    /// <summary>Starts the hub and waits until its socket listens.</summary>
    public void Start()
    {
        _run = Task.Run(() => CliApp.RunAsync(["run", "--data", Folder], new VerbConsole(_out, _error, TextReader.Null), _stop.Token));
        WaitFor(() => File.Exists(ControlSocket.PathIn(Folder)), "the control socket");
    }

    public Task<(int ExitCode, string Out, string Error)> Verb(params string[] args) => Verb(CancellationToken.None, args);

    public async Task<(int ExitCode, string Out, string Error)> Verb(CancellationToken cancel, params string[] args)
    {
        using SharedText output = new();
        using SharedText error = new();
        VerbConsole console = new(output, error, TextReader.Null) { HubPatienceMs = Patience.LimitMs };
        int exitCode = await Task.Run(() => CliApp.RunAsync([.. args, "--data", Folder], console, cancel), CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }

    public async Task<string> Done(params string[] args)
    {
        (int exitCode, string output, string error) = await Verb(args);
        Assert.AreEqual(ExitCodes.Done, exitCode, error);
        return output;
    }

    /// <summary>A connection of no client of the hub.</summary>
    public Socket Connect() => ControlSocket.TryConnect(Folder) ?? throw new InvalidOperationException("nobody listens");

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string BigFile()
    {
        string path = PathOf("big.gcode");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("G1 X10 Y10 E1 F3000 ; filling\n", 500_000)));
        return path;
    }

    /// <summary>Waits for what the hub or its printers do.</summary>
    public void WaitFor(Func<bool> condition, string what) => Patience.Until(condition, what, () => Out + "\n" + Log);

    /// <summary>What Ctrl+C does to the hub.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Fleet.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        _stop.Dispose();
    }
}
