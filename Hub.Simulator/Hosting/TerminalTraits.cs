using Spectre.Console;

namespace Hub.Simulator.Hosting;

/// <summary>What a verb needs to know about its terminal, in this process or another one.</summary>
internal sealed record TerminalTraits
{
    private const int MaxColumns = 10_000;

    public required bool IsTerminal { get; init; }

    public required bool CanAsk { get; init; }

    public required bool ErrorSharesTerminal { get; init; }

    public required int Columns { get; init; }

    public required int Lines { get; init; }

    public required bool Ansi { get; init; }

    public required bool Unicode { get; init; }

    public required ColorSystem Colors { get; init; }

    public bool IsValid => Columns is > 0 and <= MaxColumns && Lines is > 0 and <= MaxColumns && System.Enum.IsDefined(Colors);
}
