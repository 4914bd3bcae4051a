using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Control;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Runs the verbs that come in through a hub's control socket.</summary>
internal sealed class HostedVerbRunner : IHostedVerbRunner
{
    public bool IsEmergency(string[] arguments) => CliApp.IsEmergency(arguments);

    public Task<int> RunAsync(string[] arguments, VerbConsole console, VerbHost host, CancellationToken cancel) =>
        CliApp.RunAsync(arguments, console, host, cancel);
}
