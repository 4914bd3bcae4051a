using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>One step of "printers test": says what it found, or why it failed.</summary>
/// <param name="name">Its name.</param>
/// <param name="printer">The printer.</param>
/// <param name="log">Knows what is to be masked.</param>
/// <param name="run">Does it, and says what it found.</param>
/// <param name="silenceHint">What to do when no answer came in time; null where the error says so itself.</param>
internal sealed class TestStep(string name, PrinterConfig printer, Log log, Func<string> run, string? silenceHint = null)
{
    public string Name { get; } = name;

    public (string Result, VerbException? Error) Run()
    {
        try
        {
            return (log.Masked(run()), null);
        }
        catch (HubException e)
        {
            e = e.Code == ErrorCode.Timeout && silenceHint != null ? e.Reworded($"{e.Message}: {silenceHint}") : e;
            VerbException error = PrinterErrors.Explain(log.Masked(e), printer);
            return (error.Message, error);
        }
        catch (VerbException e)
        {
            return (e.Message, e);
        }
    }
}
