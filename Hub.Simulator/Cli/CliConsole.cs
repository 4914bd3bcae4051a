using System;
using System.IO;
using Spectre.Console;

namespace Hub.Simulator.Cli;

/// <summary>Where a verb reads and writes: the process's console, or a test's writers.</summary>
internal sealed class CliConsole
{
    /// <summary>Width of what goes to a file or a pipe: nothing is cut short there.</summary>
    private const int PlainWidth = 200;

    public CliConsole(TextWriter output, TextWriter error, TextReader input)
        : this(output, error, input, isTerminal: false)
    {
    }

    private CliConsole(TextWriter output, TextWriter error, TextReader input, bool isTerminal)
    {
        Out = output;
        Error = TextWriter.Synchronized(error);
        In = input;
        AnsiConsoleSettings settings = new() { Out = new AnsiConsoleOutput(output) };
        if (!isTerminal)
        {
            settings.Ansi = AnsiSupport.No;
            settings.ColorSystem = ColorSystemSupport.NoColors;
            settings.Interactive = InteractionSupport.No;
        }

        Ansi = AnsiConsole.Create(settings);
        if (!isTerminal)
        {
            Ansi.Profile.Width = PlainWidth;
        }

        CanRedraw = isTerminal && Ansi.Profile.Capabilities.Ansi;
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TextReader In { get; }

    /// <summary>Tables and bars; the same place as <see cref="Out"/>.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>True when what was written can be overwritten: live tables and bars make sense.</summary>
    public bool CanRedraw { get; }

    /// <summary>True when secrets can be asked for without showing them.</summary>
    public bool CanAsk { get; private init; }

    /// <summary>True when lines on <see cref="Error"/> land in the middle of what is drawn on <see cref="Out"/>.</summary>
    public bool ErrorSharesTerminal { get; private init; }

    public static CliConsole OfProcess() =>
        new(Console.Out, Console.Error, ProcessStdin.Open(), !Console.IsOutputRedirected)
        {
            CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            ErrorSharesTerminal = !Console.IsOutputRedirected && !Console.IsErrorRedirected,
        };
}
