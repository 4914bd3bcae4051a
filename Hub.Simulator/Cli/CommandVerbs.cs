using System.Collections.Generic;
using System.CommandLine;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Simulator.Cli;

/// <summary>pause, resume, cancel PRINTER; gcode PRINTER LINE...</summary>
internal static class CommandVerbs
{
    private const int DefaultTimeoutSeconds = 30;
    private static readonly char[] s_lineBreaks = ['\r', '\n'];

    public static IEnumerable<Command> Create(CliConsole console)
    {
        yield return Create("pause", "Pause the running job and wait until it is paused", PrinterVerb.Pause, console);
        yield return Create("resume", "Resume the paused job and wait until it prints", PrinterVerb.Resume, console);
        yield return Create("cancel", "Cancel the job and wait until it has ended", PrinterVerb.Cancel, console);

        Argument<string[]> lines = new("LINE") { Description = "G-code lines, each in quotes", Arity = ArgumentArity.OneOrMore };
        yield return Create("gcode", "Send G-code lines in order", PrinterVerb.Gcode, console, lines);
    }

    private static Command Create(string name, string description, PrinterVerb verb, CliConsole console, Argument<string[]>? lines = null)
    {
        Argument<string> printer = new("PRINTER") { Description = "The printer's id" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "When to give up");
        List<Symbol> symbols = [printer, timeout];
        if (lines != null)
        {
            symbols.Add(lines);
        }

        return CliApp.Verb(name, description, symbols, console, context =>
            Run(context, name, verb, context.Get(printer), context.Get(timeout), lines == null ? null : context.Get(lines)));
    }

    private static int Run(CliContext context, string name, PrinterVerb verb, string id, int timeoutSeconds, string[]? lines)
    {
        if (lines != null && System.Array.Exists(lines, line => string.IsNullOrWhiteSpace(line) || line.IndexOfAny(s_lineBreaks) >= 0))
        {
            throw CliException.Usage("a G-code line must not be empty or hold a line break: give each line as one argument", id);
        }

        using PrinterLink link = PrinterLink.Open(context, id, timeoutSeconds);
        link.Run(new PrinterCommand(verb, timeoutSeconds * 1000) { Lines = lines });
        string state = PrinterStates.Name(link.Status().State);
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("printer", id);
                writer.WriteString("command", name);
                writer.WriteString("state", state);
                writer.WriteEndObject();
            });
        }
        else
        {
            context.Say(lines == null ? $"{id}: {state}" : $"{id}: sent {lines.Length} line(s)");
        }

        return ExitCodes.Done;
    }
}
