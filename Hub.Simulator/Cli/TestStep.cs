using System;
using Hub.Core;
using Hub.Core.Configuration;

namespace Hub.Simulator.Cli;

/// <summary>One step of "printers test": says what it found, or why it failed.</summary>
internal sealed class TestStep(string name, PrinterConfig printer, Log log, Func<string> run)
{
    public string Name { get; } = name;

    public (string Result, CliException? Error) Run()
    {
        try
        {
            return (log.Masked(run()), null);
        }
        catch (HubException e)
        {
            CliException error = PrinterErrors.Explain(log.Masked(e), printer);
            return (error.Message, error);
        }
        catch (CliException e)
        {
            return (e.Message, e);
        }
    }
}
