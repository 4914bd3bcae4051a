using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Judges from a fresh state whether a command that the printer took has come true. Pure. Thread: any.
/// </summary>
public static class CommandProof
{
    /// <summary>
    /// Null while it is still open, <see cref="Done"/> when the state proves it, else the reason why it
    /// cannot come true any more.
    /// </summary>
    /// <param name="verb">The command.</param>
    /// <param name="before">The state when it was sent.</param>
    /// <param name="state">The state now.</param>
    public static string? Judge(PrinterVerb verb, PrinterState before, PrinterState state)
    {
        switch (verb)
        {
            case PrinterVerb.Pause:
                return JudgePause(state);
            case PrinterVerb.Resume:
                return JudgeResume(state);
            case PrinterVerb.Cancel:
                return JudgeCancel(state);
            case PrinterVerb.Start:
                return JudgeStart(before, state);
            default:
                return Done;
        }
    }

    /// <summary>True for a command that a later state proves; the others are done once the printer took them.</summary>
    public static bool IsProvenByState(PrinterVerb verb) => verb <= PrinterVerb.Cancel || verb == PrinterVerb.Start;

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
                return state == PrinterState.Offline ? "it takes no commands now: it is " + name : null;
            case PrinterVerb.ClearError:
            case PrinterVerb.EmergencyStop:
                return null;
            default:
                return state == PrinterState.Offline || (state == PrinterState.Error && !PrinterErrorCodes.IsOfLastPrint(errorCode))
                    ? "it takes no G-code now: it is " + name : null;
        }
    }

    /// <summary>
    /// True for a refusal that holds only until the job is made ready: Buddy takes neither a pause nor a stop while it is
    /// BUSY with a job (facts A2). The command is then kept and sent once the printer shows another state.
    /// </summary>
    public static bool IsTooEarly(PrinterVerb verb, PrinterState state, ErrorCode refusal) =>
        (verb == PrinterVerb.Pause || verb == PrinterVerb.Cancel) && state == PrinterState.Preparing && refusal == ErrorCode.WrongState;

    private static string? JudgePause(PrinterState state)
    {
        if (state == PrinterState.Paused)
        {
            return Done;
        }

        return PrinterStates.HasJob(state) && state != PrinterState.Cancelling || state == PrinterState.Attention || IsSilent(state)
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

    /// <summary>A job that pauses at once, or is over before anybody looked, has started too.</summary>
    private static string? JudgeStart(PrinterState before, PrinterState state)
    {
        if (PrinterStates.HasJob(state) && state != PrinterState.Cancelling)
        {
            return Done;
        }

        if (state == PrinterState.Finished && before != PrinterState.Finished)
        {
            return Done;
        }

        return state == PrinterState.Error && before != PrinterState.Error ? "the printer shows an error instead of starting" : null;
    }

    /// <summary>No news is no verdict: the link may come back before the deadline.</summary>
    private static bool IsSilent(PrinterState state) => state == PrinterState.Offline || state == PrinterState.Unknown;
}
