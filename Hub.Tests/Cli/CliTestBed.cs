using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;
using Hub.Tests.Support;

namespace Hub.Tests.Cli;

/// <summary>Runs verbs in this process on a data folder of their own.</summary>
internal sealed class CliTestBed : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("hub-cli-test-").FullName;

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>Runs a verb; its output is in <see cref="Out"/> and <see cref="Error"/> then.</summary>
    public Task<int> RunAsync(params string[] args) => RunWithInputAsync("", args);

    public async Task<int> RunWithInputAsync(string input, params string[] args)
    {
        using SharedText output = new();
        using SharedText error = new();
        using StringReader reader = new(input);
        using CancellationTokenSource giveUp = new(Patience.LimitMs);
        int exitCode = await CliApp.RunAsync([.. args, "--data", Folder], new VerbConsole(output, error, reader), giveUp.Token);
        Out = output.ToString();
        Error = error.ToString();
        return exitCode;
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A pipe that nobody writes: to open it for reading blocks.</summary>
    public string MakePipe(string name)
    {
        using Process make = Process.Start("mkfifo", [PathOf(name)]);
        make.WaitForExit();
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
