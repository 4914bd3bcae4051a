using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Cli;
using Hub.Simulator.Hosting;

[assembly: InternalsVisibleTo("Hub.Tests")]

namespace Hub.Simulator;

internal static class Program
{
    /// <summary>Longer than an orderly stop, which may first cancel an upload.</summary>
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(10);

    private static async Task<int> Main(string[] args)
    {
        NativeHeap.KeepSmall();

        // JSON and job names are UTF-8 whatever the console's code page is.
        Console.OutputEncoding = new UTF8Encoding(false);
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);
        return await CliApp.RunAsync(args, VerbConsole.OfProcess(), stop.Token);

        void StopOnce(PosixSignalContext signal)
        {
            // The first signal stops cleanly, a second one ends the process.
            signal.Cancel = !stop.IsCancellationRequested;
            _ = EndAnywayAsync();
            Guard.Try(null, "", stop.Cancel);
        }
    }

    /// <summary>A blocked read or name lookup must not keep a stopped process alive.</summary>
    private static async Task EndAnywayAsync()
    {
        await Task.Delay(s_longestStop).ConfigureAwait(false);
        Environment.Exit(ExitCodes.Failed);
    }
}
