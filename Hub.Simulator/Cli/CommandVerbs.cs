using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The verbs that send one command to one printer.</summary>
internal static class CommandVerbs
{
    /// <summary>The verb that waits for nothing else.</summary>
    public const string EmergencyStop = "estop";

    private const int DefaultTimeoutSeconds = 30;
    private static readonly char[] s_lineBreaks = ['\r', '\n'];
    private static readonly string[] s_speeds = ["silent", "standard", "sport", "ludicrous"];

    public static IEnumerable<Command> Create(VerbConsole console)
    {
        yield return Create("pause", "Pause the running job and wait until it is paused", PrinterVerb.Pause, console);
        yield return Create("resume", "Resume the paused job and wait until it prints", PrinterVerb.Resume, console);
        yield return Create("cancel", "Cancel the job and wait until it has ended", PrinterVerb.Cancel, console);

        Argument<string[]> lines = new("LINE") { Description = "G-code lines, each as one quoted argument", Arity = ArgumentArity.OneOrMore };
        yield return Create("gcode", "Send G-code lines in order", PrinterVerb.Gcode, console, lines, (command, context) => SetLines(command, context.Get(lines)));

        Argument<string> onOff = new("on|off") { Description = "on or off" };
        yield return Create("light", "Switch a printer's light on or off", PrinterVerb.Light, console, onOff, (command, context) => SetLight(command, context.Get(onOff)));

        Argument<string> level = new("LEVEL") { Description = "1 to 4, or silent, standard, sport, ludicrous" };
        yield return Create("speed", "Set a printer's speed level", PrinterVerb.Speed, console, level, (command, context) => SetSpeed(command, context.Get(level)));

        yield return Create("clear-error", "Clear the error that a printer shows", PrinterVerb.ClearError, console, null, (_, _) => "command accepted");
        yield return Create(EmergencyStop, "Stop heaters and motors at once; the print is lost", PrinterVerb.EmergencyStop, console);
    }

    /// <param name="name">The verb.</param>
    /// <param name="description">Its line in the help.</param>
    /// <param name="verb">The printer's command.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="argument">Its argument after the printer, or null.</param>
    /// <param name="fill">Puts the argument into the command and returns the text for success; null to show the printer's state.</param>
    private static Command Create(
        string name,
        string description,
        PrinterVerb verb,
        VerbConsole console,
        Argument? argument = null,
        Func<PrinterCommand, CliContext, string>? fill = null)
    {
        Argument<string> printer = new("PRINTER") { Description = "The printer's id" };
        Option<int> timeout = GlobalOptions.Timeout(DefaultTimeoutSeconds, "Time limit");
        List<Symbol> symbols = [printer, timeout];
        if (argument != null)
        {
            symbols.Add(argument);
        }

        return CliApp.Verb(name, description, symbols, console, context =>
        {
            int timeoutSeconds = context.Get(timeout);
            PrinterCommand command = new(verb, timeoutSeconds * 1000);
            string? done = fill?.Invoke(command, context);
            return Run(context, name, context.Get(printer), command, timeoutSeconds, done);
        });
    }

    private static int Run(CliContext context, string name, string id, PrinterCommand command, int timeoutSeconds, string? done)
    {
        // An emergency stop does not wait for a report.
        bool isEmergency = command.Verb == PrinterVerb.EmergencyStop;
        using PrinterSession link = isEmergency ? PrinterSession.OpenAtOnce(context, id) : PrinterSession.Open(context, id, timeoutSeconds);
        link.Run(command);
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
            context.Say($"{id}: " + (isEmergency ? "emergency stop sent and taken" : done ?? state));
        }

        return ExitCodes.Done;
    }

    private static string SetLines(PrinterCommand command, string[] lines)
    {
        if (Array.Exists(lines, line => string.IsNullOrWhiteSpace(line) || line.IndexOfAny(s_lineBreaks) >= 0))
        {
            throw VerbException.Usage("a G-code line must not be empty or hold a line break: give each line as one argument");
        }

        command.Lines = lines;
        return $"sent {lines.Length} line(s)";
    }

    private static string SetLight(PrinterCommand command, string word)
    {
        command.Level = word switch
        {
            "on" => 1,
            "off" => 0,
            _ => throw VerbException.Usage($"the light is on or off, not '{word}'"),
        };
        return "light " + word;
    }

    private static string SetSpeed(PrinterCommand command, string word)
    {
        int index = Array.IndexOf(s_speeds, word);
        bool isNumber = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= s_speeds.Length;
        if (index < 0 && !isNumber)
        {
            throw VerbException.Usage($"a speed level is 1 to 4, or {string.Join(", ", s_speeds)}, not '{word}'");
        }

        command.Level = isNumber ? number : index + 1;
        return $"speed {command.Level} ({s_speeds[command.Level - 1]})";
    }
}
