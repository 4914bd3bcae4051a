using Hub.Core.Configuration;

namespace Hub.Core.Printers.Bambu;

/// <summary>What goes wrong with Bambu printers, in words for their owners. Thread: any.</summary>
internal static class BambuErrors
{
    private const string VerifyFailed = "verify failed";

    /// <summary>0500_4003: the printer cannot read the print file, mostly because it is not there.</summary>
    private const long FileUnreadable = 0x05004003;

    private const uint ModuleOfBoard = 0x05;

    /// <summary>True when an answer says that the command lacks a signature (authorization control, docs/bambu.md).</summary>
    public static bool IsSigning(BambuReply reply)
    {
        string words = reply.Reason == null ? "" : reply.Reason.ToLower();
        return reply.ErrorCode == BambuReply.SigningError || words.IndexOf(VerifyFailed) >= 0;
    }

    /// <summary>The refusal of commands by the printer's authorization control.</summary>
    public static HubException Signing() => new HubException(
        ErrorCode.Refused,
        "the printer's firmware takes this command only from Bambu's own programs: switch on LAN-only mode and Developer Mode on its screen (status works without)");

    /// <summary>What an answer refuses, or null.</summary>
    public static HubException? Refusal(BambuReply reply)
    {
        if (IsSigning(reply))
        {
            return Signing();
        }

        if (reply.ErrorCode == FileUnreadable)
        {
            return new HubException(
                ErrorCode.NotFound,
                "the printer cannot read the print file (" + (reply.Reason ?? "0500_4003") + "): is it on the printer's memory card, and is it whole?");
        }

        bool isRefused = (reply.HasResult && !reply.IsSuccess) || reply.ErrorCode != 0;
        return isRefused ? new HubException(ErrorCode.Refused, "the printer refused: " + (reply.Reason ?? "it gave no reason")) : null;
    }

    /// <summary>True for a print_error about the job or a command, not about a part of the printer.</summary>
    public static bool IsOfBoard(uint printError) =>
        (printError >> 24) == ModuleOfBoard && !BambuNotices.IsHidden(printError) && !BambuStateRules.IsCancel(printError);

    /// <summary>The print_error that came instead of a job; 0 for an end without one.</summary>
    public static HubException OfStart(uint printError) => printError == 0
        ? StartEvidence.FailureOf(null, "the print failed at once: check the printer's screen")
        : StartEvidence.FailureOf(BambuTexts.Code(printError), BambuTexts.Code(printError) + ": " + BambuTexts.Sentence(printError));

    /// <summary>The health message that came instead of a job.</summary>
    public static HubException OfStart(uint attribute, uint code) => attribute == BambuTexts.SigningAttribute && code == BambuTexts.SigningCode
        ? Signing()
        : StartEvidence.FailureOf(BambuTexts.HmsCode(attribute, code), BambuTexts.HmsCode(attribute, code) + ": " + BambuTexts.HmsSentence(attribute, code));

    /// <summary>Adds to a failed login what the user can do.</summary>
    public static HubException OfLogin(HubException error, PrinterConfig config)
    {
        if (error.Code == ErrorCode.AuthRejected)
        {
            return new HubException(
                ErrorCode.AuthRejected,
                "the printer refused the access code: it changes with LAN-only mode, read the present one on the printer's screen",
                error);
        }

        return error.Code == ErrorCode.ConnectionLost
            ? new HubException(ErrorCode.ConnectionLost, "the printer closed the connection at once: " + Doubts(config), error)
            : error;
    }

    /// <summary>The printer let us in and says nothing.</summary>
    public static HubException Silent(PrinterConfig config) => new HubException(
        ErrorCode.Timeout, "the printer took the login, but sends no report: " + Doubts(config));

    private static string Doubts(PrinterConfig config) =>
        "check the serial number (" + config.Serial + ") and the access code, and that no more than a few programs are connected to it";
}
