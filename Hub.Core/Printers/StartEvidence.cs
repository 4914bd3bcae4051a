using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>What is known of the start that was sent last.</summary>
public enum StartVerdict
{
    /// <summary>No start was sent, or its outcome is no longer wanted.</summary>
    None = 0,

    /// <summary>The printer has shown neither the job nor a reason against it. Silence of minutes is normal.</summary>
    Open = 1,

    /// <summary>The printer showed our job.</summary>
    Shown = 2,

    /// <summary>The printer showed why the job does not start.</summary>
    Failed = 3,
}

/// <summary>
/// What a printer has shown of the start that was sent last. A state alone proves nothing: a former job may still be shown
/// as finished, and ours may be over before the next report. So each client checks what its system has: id, file,
/// counter, duration. Survives a lost connection. Thread: the printer's worker.
/// </summary>
public sealed class StartEvidence
{
    /// <summary>Where it stands.</summary>
    public StartVerdict Verdict { get; private set; }

    /// <summary>True from the moment before a start is sent until its outcome is known or no longer wanted.</summary>
    public bool IsOpen => Verdict == StartVerdict.Open;

    /// <summary>Why the job does not start, in the printer's words; null unless the verdict is <see cref="StartVerdict.Failed"/>.</summary>
    public HubException? Failure { get; private set; }

    /// <summary>The status when the start was sent: what stands in it is no news.</summary>
    public PrinterStatus Before { get; } = new PrinterStatus();

    /// <summary>A start is about to be sent.</summary>
    /// <param name="status">What the printer shows now.</param>
    public void Begin(PrinterStatus status)
    {
        Before.CopyFrom(status);
        Verdict = StartVerdict.Open;
        Failure = null;
    }

    /// <summary>The printer shows our job. Does nothing unless a start is open.</summary>
    public void Shown()
    {
        if (IsOpen)
        {
            Verdict = StartVerdict.Shown;
        }
    }

    /// <summary>The printer shows why it does not start. Does nothing unless a start is open.</summary>
    public void Fail(HubException reason)
    {
        if (IsOpen)
        {
            Verdict = StartVerdict.Failed;
            Failure = reason;
        }
    }

    /// <summary>The outcome is no longer wanted: the start was not sent, or its time is over.</summary>
    public void End()
    {
        Verdict = StartVerdict.None;
        Failure = null;
    }

    /// <summary>The rule for a client that knows no better: a job appears, a state ends that did not stand before, or a new error comes.</summary>
    /// <param name="status">What the printer shows now.</param>
    public void JudgeByState(PrinterStatus status)
    {
        if (!IsOpen)
        {
            return;
        }

        if ((PrinterStates.HasJob(status.State) && status.State != PrinterState.Cancelling)
            || (status.State == PrinterState.Finished && Before.State != PrinterState.Finished))
        {
            Shown();
        }
        else if (status.State == PrinterState.Error && (Before.State != PrinterState.Error || Before.ErrorCode != status.ErrorCode))
        {
            Fail(FailureOf(status));
        }
    }

    /// <summary>The printer's own error as the reason why a job does not start.</summary>
    public static HubException FailureOf(PrinterStatus status) =>
        FailureOf(status.ErrorCode, status.ErrorMessage);

    /// <summary>A printer's error as the reason why a job does not start.</summary>
    /// <param name="code">The printer's code, such as 0500_C010, or null.</param>
    /// <param name="message">Its words, or null.</param>
    public static HubException FailureOf(string? code, string? message)
    {
        string reason = message ?? "it gives no reason";
        bool isCodeSaid = code == null || code == PrinterErrorCodes.PrintFailed || code == PrinterErrorCodes.Fault || reason.IndexOf(code) >= 0;
        return new HubException(ErrorCode.Refused, "the printer shows an error instead of starting: " + (isCodeSaid ? reason : code + ", " + reason));
    }
}
