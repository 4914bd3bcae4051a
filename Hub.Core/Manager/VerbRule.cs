using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// One row of the table of verbs: what a verb needs, what ends it, how long it may take. A verb without a row is a fault of the
/// hub: it throws wherever it comes, so none is taken for another. Immutable. Thread: any.
/// </summary>
public sealed class VerbRule
{
    private const int CommandMs = 30 * 1000;

    /// <summary>An H2D Pro takes 80 to 210 s from project_file to PREPARE (bambuddy services/print_scheduler.py).</summary>
    private const int StartMs = 300 * 1000;

    private static readonly VerbRule[] s_table =
    {
        new VerbRule(PrinterVerb.Pause, "pause", PrinterCapabilities.Pause, CommandEnd.ProvenByState, CommandMs),
        new VerbRule(PrinterVerb.Resume, "resume", PrinterCapabilities.Resume, CommandEnd.ProvenByState, CommandMs),
        new VerbRule(PrinterVerb.Cancel, "cancel", PrinterCapabilities.Cancel, CommandEnd.ProvenByState, CommandMs),
        new VerbRule(PrinterVerb.Gcode, "gcode", PrinterCapabilities.Gcode, CommandEnd.Accepted, CommandMs),
        new VerbRule(PrinterVerb.Start, "start", PrinterCapabilities.Start, CommandEnd.ProvenByEvidence, StartMs),
        new VerbRule(PrinterVerb.Light, "light", PrinterCapabilities.Light, CommandEnd.Accepted, CommandMs),
        new VerbRule(PrinterVerb.Speed, "speed", PrinterCapabilities.Speed, CommandEnd.Accepted, CommandMs),
        new VerbRule(PrinterVerb.ClearError, "clear_error", PrinterCapabilities.ClearError, CommandEnd.Accepted, CommandMs),
        new VerbRule(PrinterVerb.EmergencyStop, "estop", PrinterCapabilities.EmergencyStop, CommandEnd.Accepted, CommandMs),
    };

    private VerbRule(PrinterVerb verb, string name, PrinterCapabilities needs, CommandEnd end, int timeoutMs)
    {
        Verb = verb;
        Name = name;
        Needs = needs;
        End = end;
        TimeoutMs = timeoutMs;
    }

    /// <summary>The verb.</summary>
    public PrinterVerb Verb { get; }

    /// <summary>Its word in requests and messages.</summary>
    public string Name { get; }

    /// <summary>What a printer needs for it.</summary>
    public PrinterCapabilities Needs { get; }

    /// <summary>When it is done.</summary>
    public CommandEnd End { get; }

    /// <summary>How long it may take by default, in ms.</summary>
    public int TimeoutMs { get; }

    /// <summary>The row of a verb. Errors: <see cref="ErrorCode.Internal"/> when it has none.</summary>
    public static VerbRule Of(PrinterVerb verb)
    {
        for (int i = 0; i < s_table.Length; i++)
        {
            if (s_table[i].Verb == verb)
            {
                return s_table[i];
            }
        }

        throw Missing(verb);
    }

    /// <summary>The error of a verb that a decision does not know.</summary>
    internal static HubException Missing(PrinterVerb verb) =>
        new HubException(ErrorCode.Internal, "a fault of the hub itself: nothing is known of verb " + ((int)verb).ToString());
}
