using System;
using Hub.Core;
using Hub.Core.Configuration;

namespace Hub.Simulator.Cli;

/// <summary>One step of "printers test": says what it found, or why it failed.</summary>
internal sealed class TestStep(string name, PrinterConfig printer, Func<string> run)
{
    public string Name { get; } = name;

    public (string Result, CliException? Error) Run()
    {
        try
        {
            return (run(), null);
        }
        catch (HubException e)
        {
            CliException error = PrinterErrors.Explain(e, printer);
            return (error.Message, error);
        }
        catch (CliException e)
        {
            return (e.Message, e);
        }
    }
}
