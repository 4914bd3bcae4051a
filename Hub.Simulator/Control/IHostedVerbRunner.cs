using System.Threading;
using System.Threading.Tasks;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>The command line, as the control socket needs it. Thread: any; several verbs at once.</summary>
internal interface IHostedVerbRunner
{
    /// <summary>True for a verb that must not wait for others.</summary>
    bool IsEmergency(string[] arguments);

    /// <summary>Runs a verb inside the running hub and reports its errors on its console.</summary>
    /// <param name="arguments">Verb and flags.</param>
    /// <param name="console">The console of the process that asks.</param>
    /// <param name="host">The running hub.</param>
    /// <param name="cancel">Set by that process's Ctrl+C or its end, and by the hub's end.</param>
    /// <returns>The exit code.</returns>
    Task<int> RunAsync(string[] arguments, VerbConsole console, VerbHost host, CancellationToken cancel);
}
