using Hub.Core.Text;

namespace Hub.Simulator.Hosting;

/// <summary>What one verb shows, and how: on its console for people, or as one JSON document. Thread: one at a time.</summary>
internal sealed class VerbOutput(VerbConsole console, bool json)
{
    public VerbConsole Console { get; } = console;

    /// <summary>True when stdout holds one JSON document and nothing else.</summary>
    public bool Json { get; } = json;

    /// <summary>Shows the log of a hub that runs in this process.</summary>
    public ConsoleLogSink Sink { get; } = new(console.Error);

    /// <summary>Writes a line for people; with --json it goes to stderr.</summary>
    public void Say(string line) => (Json ? Console.Error : Console.Out).WriteLine(OneLine.Of(line));
}
