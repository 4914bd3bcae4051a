using System;
using System.IO;
using Spectre.Console;

namespace Hub.Simulator.Hosting;

/// <summary>Where a verb reads and writes: the console of this process or of another one, or a test's writers.</summary>
internal sealed class VerbConsole
{
    /// <summary>Width of output to a file or a pipe, where nothing is cut.</summary>
    private const int PlainWidth = 200;
    private const int PlainHeight = 50;

    public VerbConsole(TextWriter output, TextWriter error, TextReader input)
        : this(output, error, input, isTerminal: false)
    {
    }

    private VerbConsole(TextWriter output, TextWriter error, TextReader input, bool isTerminal)
    {
        Out = new CleanWriter(output, allowsEscape: true);
        Error = TextWriter.Synchronized(new CleanWriter(error, allowsEscape: false));
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

    private VerbConsole(TextWriter output, TextWriter error, TextReader input, TerminalTraits terminal)
    {
        Out = new CleanWriter(output, allowsEscape: true);
        Error = new CleanWriter(error, allowsEscape: false);
        In = input;
        Ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal.Ansi ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });

        // Nothing comes from this process's own terminal.
        Ansi.Profile.Width = terminal.Columns;
        Ansi.Profile.Height = terminal.Lines;
        Ansi.Profile.Capabilities.Ansi = terminal.Ansi;
        Ansi.Profile.Capabilities.Unicode = terminal.Unicode;
        Ansi.Profile.Capabilities.ColorSystem = terminal.Colors;
        Ansi.Profile.Capabilities.Interactive = terminal.IsTerminal;
        CanRedraw = terminal.IsTerminal && terminal.Ansi;
        ErrorSharesTerminal = terminal.ErrorSharesTerminal;
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TextReader In { get; }

    /// <summary>How long a verb waits for a running hub to accept it, in ms: longer than a hub takes to start or stop.</summary>
    public int HubPatienceMs { get; init; } = 5000;

    /// <summary>Tables and bars; the same place as <see cref="Out"/>.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>True when output can be overwritten, so that live tables and bars make sense.</summary>
    public bool CanRedraw { get; }

    /// <summary>Asks a question and returns the input without echoing it; null where no one can be asked.</summary>
    public Func<string, string?>? AskSecret { get; private init; }

    /// <summary>True when lines on <see cref="Error"/> would disturb what is drawn on <see cref="Out"/>.</summary>
    public bool ErrorSharesTerminal { get; private init; }

    /// <summary>What another process needs to know to write here.</summary>
    public TerminalTraits Traits => new()
    {
        IsTerminal = CanRedraw || Ansi.Profile.Out.IsTerminal,
        CanAsk = AskSecret != null,
        ErrorSharesTerminal = ErrorSharesTerminal,
        Columns = Math.Max(1, Ansi.Profile.Width),
        Lines = CanRedraw ? Math.Max(1, Ansi.Profile.Height) : PlainHeight,
        Ansi = Ansi.Profile.Capabilities.Ansi,
        Unicode = Ansi.Profile.Capabilities.Unicode,
        Colors = Ansi.Profile.Capabilities.ColorSystem,
    };

    /// <summary>The console of another process.</summary>
    public static VerbConsole Remote(TextWriter output, TextWriter error, TextReader input, TerminalTraits terminal, Func<string, string?> askSecret) =>
        new(output, error, input, terminal) { AskSecret = terminal.CanAsk ? askSecret : null };

    public static VerbConsole OfProcess() =>
        new(Console.Out, Console.Error, ProcessStdin.Open(), !Console.IsOutputRedirected)
        {
            AskSecret = Console.IsInputRedirected || Console.IsErrorRedirected ? null : SecretInput.ReadUnseen,
            ErrorSharesTerminal = !Console.IsOutputRedirected && !Console.IsErrorRedirected,
        };
}
