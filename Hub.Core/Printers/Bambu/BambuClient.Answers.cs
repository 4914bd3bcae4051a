using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <content>The answers to commands: which one is ours, and whether it refuses.</content>
public sealed partial class BambuClient
{
    private const int ReplyMs = 5000;

    /// <summary>So many commands in a row without an answer: the session is dead, although reports come.</summary>
    private const int MaxUnanswered = 2;

    /// <summary>How long after a bare echo the printer may still say that it refused.</summary>
    private const int LateRefusalMs = 3000;

    /// <summary>How long an answer that may be another program's waits for one that is surely ours.</summary>
    private const int DoubtMs = 500;

    /// <summary>How long a refused signature stands for the next commands: Developer Mode may be on by then, and one try more costs one fault on the screen.</summary>
    private const int SigningMs = 300000;

    private int _unanswered;
    private bool _isWedged;

    /// <summary>A command was refused because it is not signed, at <see cref="_signingMs"/>.</summary>
    private bool _isSigningSeen;
    private long _signingMs;

    /// <summary>What the last report said of signing.</summary>
    private bool _wasSigningShown;
    private bool _wasSigningBit;

    /// <summary>How surely an answer is ours.</summary>
    private enum Match
    {
        No,

        /// <summary>Right command, number of another program: firmware that numbers its answers itself looks like that.</summary>
        Doubtful,

        /// <summary>Right command or none named, and no number or 0.</summary>
        Likely,

        /// <summary>Our number.</summary>
        Sure,
    }

    /// <summary>Every command without a signature shows a fault on the printer's screen (BambuHelper 185): none is sent in vain.</summary>
    private void RefuseUnsigned()
    {
        if (NeedsDeveloperMode)
        {
            throw BambuErrors.Signing();
        }
    }

    /// <summary>Sends the request and waits for its answer. Without one, only the printer's state can tell.</summary>
    private void Send(BambuLink link, bool isSignedElsewhere, CancellationToken cancel)
    {
        // The message may have been in the list for hours: only a new one is an answer.
        bool wasShown = ShowsSigning();
        uint errorBefore = _report.Values.PrintError;
        long reportMs = Status.LastReportMs;
        long sentMs = _hal.Clock.NowMs;
        _fullReports.Commanded(sentMs);
        try
        {
            link.Send(cancel);
            if (!Await(link, cancel))
            {
                // A P1S stops answering after some 16 commands (bambuddy 1164); one that still reports may have lost one answer.
                _unanswered++;
                _isWedged = Status.LastReportMs == reportMs || _unanswered >= MaxUnanswered;
                throw new HubException(ErrorCode.Timeout, "the printer did not answer within " + (ReplyMs / 1000).ToString() + " s");
            }

            _unanswered = 0;
            if (!_report.Reply.HasResult)
            {
                AwaitLateRefusal(link, isSignedElsewhere && !wasShown, errorBefore, cancel);
            }
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.Refused && e.Code != ErrorCode.NotFound)
            {
                e.MayHaveActed = true;
            }
            else if (isSignedElsewhere && ((!wasShown && ShowsSigning()) || IsNewSigning(errorBefore) || BambuErrors.IsSigning(_report.Reply)))
            {
                _isSigningSeen = true;
                _signingMs = sentMs;
            }

            throw;
        }
    }

    /// <summary>True when the answer came and refuses nothing. Errors: the refusal.</summary>
    private bool Await(BambuLink link, CancellationToken cancel)
    {
        long untilMs = _hal.Clock.NowMs + ReplyMs;
        bool isDoubtful = false;
        HubException? doubtful = null;
        while (_hal.Clock.NowMs < untilMs)
        {
            ThrowIfStopped(cancel);
            if (!link.Receive(SliceMs, _model.IsWeak, cancel, out BambuMessageKind kind))
            {
                continue;
            }

            Match match = kind == BambuMessageKind.Reply ? MatchOf(_report.Reply) : Match.No;
            if (match == Match.No)
            {
                Handle(kind);
                continue;
            }

            HubException? refusal = BambuErrors.Refusal(_report.Reply);
            if (match == Match.Sure || (match == Match.Likely && refusal == null))
            {
                return refusal == null ? true : throw refusal;
            }

            // pybambu numbers all its commands 0: a refusal may be meant for it. And another program's number refuses none of ours.
            if (!isDoubtful && _report.Reply.HasResult && (match == Match.Likely || refusal == null))
            {
                isDoubtful = true;
                doubtful = refusal;
                long doubtMs = _hal.Clock.NowMs + DoubtMs;
                untilMs = doubtMs < untilMs ? doubtMs : untilMs;
            }
        }

        return doubtful == null ? isDoubtful : throw doubtful;
    }

    /// <summary>Answers are not as strict as the requests: without the command's name (A1 mini), without a number, or with another.</summary>
    private Match MatchOf(BambuReply reply)
    {
        if (reply.SequenceId == _sequence)
        {
            return Match.Sure;
        }

        string? command = reply.Command?.ToLower();
        bool isCommand = command == _command;
        if (reply.SequenceId > 0)
        {
            return isCommand ? Match.Doubtful : Match.No;
        }

        return isCommand || reply.Command == null ? Match.Likely : Match.No;
    }

    /// <summary>A bare echo is no proof (P1S 01.10): a refusal comes behind it, as an answer, a message or an error such as 0502_C012; everything else shows as a state.</summary>
    private void AwaitLateRefusal(BambuLink link, bool watchesSigning, uint errorBefore, CancellationToken cancel)
    {
        long untilMs = _hal.Clock.NowMs + LateRefusalMs;
        bool isStart = _sequence == _startSequence;
        while (_hal.Clock.NowMs < untilMs)
        {
            ThrowIfStopped(cancel);
            BambuPhase before = _report.Values.Phase;
            if (!link.Receive(SliceMs, _model.IsWeak, cancel, out BambuMessageKind kind))
            {
                continue;
            }

            if (kind == BambuMessageKind.Reply && MatchOf(_report.Reply) >= Match.Likely && (_report.Reply.HasResult || _report.Reply.ErrorCode != 0))
            {
                HubException? refusal = BambuErrors.Refusal(_report.Reply);
                if (refusal != null)
                {
                    throw refusal;
                }

                return;
            }

            Handle(kind);
            if (_report.Values.Phase != before)
            {
                return;
            }

            if ((watchesSigning && ShowsSigning()) || IsNewSigning(errorBefore))
            {
                throw BambuErrors.Signing();
            }

            uint error = _report.Values.PrintError;
            if (error != errorBefore && (isStart ? BambuErrors.IsAgainstStart(error) : BambuErrors.IsAgainstCommand(error)))
            {
                throw new HubException(ErrorCode.Refused, "the printer refused: " + BambuTexts.Code(error) + ": " + BambuTexts.Sentence(error));
            }
        }
    }

    private bool ShowsSigning() => _report.Values.Hms.Has(BambuTexts.SigningAttribute, BambuTexts.SigningCode);

    private bool IsNewSigning(uint errorBefore) => _report.Values.PrintError != errorBefore && BambuErrors.IsSigning(_report.Values.PrintError);

    /// <summary>The verdict ends with the message, and when "fun" no longer asks for signatures: Developer Mode was switched on (bambuddy 2732).</summary>
    private void JudgeSigning()
    {
        bool isShown = ShowsSigning() || BambuErrors.IsSigning(_report.Values.PrintError);
        bool isBit = _report.Values.NeedsSigning;
        if ((_wasSigningShown && !isShown) || (_wasSigningBit && !isBit))
        {
            _isSigningSeen = false;
        }

        _wasSigningShown = isShown;
        _wasSigningBit = isBit;
    }

    private static void ThrowIfStopped(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            throw new HubException(ErrorCode.Cancelled, "stopped while waiting for the printer's answer");
        }
    }

    /// <summary>An answer that nobody waits for any more: only the refusal of a start still matters.</summary>
    private void HandleLateAnswer()
    {
        BambuReply reply = _report.Reply;
        if (_start.IsOpen && reply.SequenceId == _startSequence && BambuErrors.Refusal(reply) is HubException refusal)
        {
            Start.Fail(refusal);
            if (!Start.IsOpen)
            {
                _start.End();
            }
        }
    }
}
