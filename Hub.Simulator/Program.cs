using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Cli;

[assembly: InternalsVisibleTo("Hub.Tests")]

namespace Hub.Simulator;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // JSON and job names are UTF-8 whatever the console's code page is.
        Console.OutputEncoding = new UTF8Encoding(false);
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);
        return await CliApp.RunAsync(args, CliConsole.OfProcess(), stop.Token);

        void StopOnce(PosixSignalContext signal)
        {
            // The first signal stops cleanly, a second one ends the process.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
