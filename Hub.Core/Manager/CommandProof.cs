using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Judges from a fresh state whether a command that the printer took has come true; a start needs more than a state
/// (<see cref="StartEvidence"/>). Pure. Thread: any.
/// </summary>
public static class CommandProof
{
    /// <summary>
    /// Null while it is still open (a start always is: no state proves it), <see cref="Done"/> when the state proves it, else the reason why it
    /// cannot come true any more.
    /// </summary>
    /// <param name="verb">The command.</param>
    /// <param name="state">The state now.</param>
    public static string? Judge(PrinterVerb verb, PrinterState state)
    {
        switch (verb)
        {
            case PrinterVerb.Pause:
                return JudgePause(state);
            case PrinterVerb.Resume:
                return JudgeResume(state);
            case PrinterVerb.Cancel:
                return JudgeCancel(state);
            case PrinterVerb.Gcode:
            case PrinterVerb.Light:
            case PrinterVerb.Speed:
            case PrinterVerb.ClearError:
            case PrinterVerb.EmergencyStop:
                return Done;
            case PrinterVerb.Start:
                return null;
            default:
                throw VerbRule.Missing(verb);
        }
    }

    /// <summary>The verdict that the command came true.</summary>
    public const string Done = "";

    /// <summary>Why the verb makes no sense in this state, or null. Asked before anything is sent.</summary>
    public static string? Refuse(PrinterVerb verb, PrinterState state, string? errorCode)
    {
        string name = PrinterStates.Name(state);
        switch (verb)
        {
            case PrinterVerb.Pause:
                return PrinterStates.HasJob(state) && state != PrinterState.Cancelling ? null : "there is nothing to pause: it is " + name;
            case PrinterVerb.Resume:
                return state == PrinterState.Paused || state == PrinterState.Pausing || state == PrinterState.Attention
                    ? null : "there is nothing to resume: it is " + name;
            case PrinterVerb.Cancel:
                return PrinterStates.HasJob(state) || state == PrinterState.Attention ? null : "there is nothing to cancel: it is " + name;
            case PrinterVerb.Start:
                return PrinterStates.CanStart(state, errorCode) ? null : "it cannot start a print now: it is " + name;
            case PrinterVerb.Light:
            case PrinterVerb.Speed:
                return state == PrinterState.Offline ? "it accepts no commands now: it is " + name : null;
            case PrinterVerb.ClearError:
                // Clearing restarts firmware on some systems: never without an error that is seen now.
                return state == PrinterState.Offline ? "it accepts no commands now: it is " + name
                    : state == PrinterState.Error || state == PrinterState.Attention || errorCode != null ? null : "there is no error to clear: it is " + name;
            case PrinterVerb.EmergencyStop:
                return null;
            case PrinterVerb.Gcode:
                return state == PrinterState.Offline || (state == PrinterState.Error && !PrinterErrorCodes.IsOfLastPrint(errorCode))
                    ? "it accepts no G-code now: it is " + name : null;
            default:
                throw VerbRule.Missing(verb);
        }
    }

    /// <summary>
    /// True for a refusal that will pass: Buddy accepts neither a pause nor a stop while it is BUSY with a job
    /// (Prusa-Firmware-Buddy lib/WUI), and a client says so of others by naming a time. The command had no effect; it is
    /// kept and sent again when that time is over and the state allows it.
    /// </summary>
    public static bool IsTooEarly(PrinterVerb verb, PrinterState state, HubException refusal) =>
        refusal.Code == ErrorCode.WrongState
        && (refusal.RetryAfterMs > 0 || ((verb == PrinterVerb.Pause || verb == PrinterVerb.Cancel) && state == PrinterState.Preparing));

    private static string? JudgePause(PrinterState state)
    {
        if (state == PrinterState.Paused || state == PrinterState.Attention)
        {
            // One that waits for a person stands still, whatever it shows beside that.
            return Done;
        }

        return PrinterStates.HasJob(state) && state != PrinterState.Cancelling || IsSilent(state)
            ? null : "the print ended before it paused: it is " + PrinterStates.Name(state);
    }

    private static string? JudgeResume(PrinterState state)
    {
        if (state == PrinterState.Printing || state == PrinterState.Preparing || state == PrinterState.Finished)
        {
            return Done;
        }

        return PrinterStates.HasJob(state) && state != PrinterState.Cancelling || state == PrinterState.Attention || IsSilent(state)
            ? null : "the print ended before it went on: it is " + PrinterStates.Name(state);
    }

    private static string? JudgeCancel(PrinterState state)
    {
        if (PrinterStates.HasJob(state) || state == PrinterState.Attention || IsSilent(state))
        {
            return null;
        }

        return state == PrinterState.Error ? "the printer shows an error instead of a cancelled print" : Done;
    }

    /// <summary>No news is no verdict: the link may come back before the deadline.</summary>
    private static bool IsSilent(PrinterState state) => state == PrinterState.Offline || state == PrinterState.Unknown;
}
