using Hub.Core.Errors;

namespace Hub.Core.Printers.Bambu;

/// <summary>What goes wrong with Bambu printers, in words for their owners. Thread: any.</summary>
internal static class BambuErrors
{
    private const string VerifyFailed = "verify failed";

    /// <summary>0500_4003: the printer cannot read the print file, mostly because it is not there.</summary>
    private const long FileUnreadable = 0x05004003;

    private const long FirstSigning = 0x05024007;
    private const long LastSigning = 0x0502400C;
    private const uint ModuleOfBoard = 0x05;

    /// <summary>True when an answer says that the command lacks a signature (authorization control, docs/bambu.md).</summary>
    public static bool IsSigning(BambuReply reply)
    {
        string words = reply.Reason == null ? "" : reply.Reason.ToLower();
        return IsSigning(reply.ErrorCode) || words.IndexOf(VerifyFailed) >= 0;
    }

    /// <summary>True for the codes of a command that lacks a good signature, as err_code or as print_error (open-bamboo-networking, research/10.04-mqtt-signing.md).</summary>
    public static bool IsSigning(long code) => code >= FirstSigning && code <= LastSigning;

    /// <summary>The refusal of commands by the printer's authorization control.</summary>
    public static HubException Signing() => new HubException(
        ErrorCode.Refused,
        "the printer's firmware accepts this command only from Bambu's own programs: switch on LAN-only mode and Developer Mode on its screen (status works without)");

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

    /// <summary>True for a print_error about the job, not about a part of the printer, its cloud or its network.</summary>
    public static bool IsAgainstStart(uint printError) =>
        (printError >> 24) == ModuleOfBoard && !BambuNotices.IsHidden(printError) && !BambuStateRules.IsCancel(printError) && !IsOfOthers(printError);

    /// <summary>True for a print_error that answers a command: busy, or not now (texts: ha-bambulab, pybambu/hms_error_text).</summary>
    public static bool IsAgainstCommand(uint printError)
    {
        switch (printError)
        {
            case 0x05004004:
            case 0x05004030:
            case 0x0500403A:
            case 0x05004045:
            case 0x0500C059:
            case 0x0500C07F:
            case 0x0500C080:
                return true;
            default:
                return (printError >> 8) == 0x0502C0;
        }
    }

    /// <summary>
    /// True for what shows at any time and ends no start: cloud, router and binding (a printer in LAN-only mode loses its cloud all
    /// the time), upgrades, accessories, drying (texts: ha-bambulab, pybambu/hms_error_text). A start that it does end
    /// stays open; one that is reported as failed and begins anyway would be sent twice.
    /// </summary>
    public static bool IsOfOthers(uint printError)
    {
        if ((printError >> 24) != ModuleOfBoard)
        {
            return false;
        }

        uint low = printError & 0xFFFF;
        if (low >= 0x4096 && low <= 0x40A7 && low != 0x40A6)
        {
            return true;
        }

        switch (printError >> 16)
        {
            case 0x0500:
                return low == 0x4001 || (low >= 0x400F && low <= 0x4013) || (low >= 0x4017 && low <= 0x402C) || (low >= 0x4031 && low <= 0x4035)
                    || low == 0x4040 || low == 0x4041 || low == 0x4043 || low == 0x4044;
            case 0x0501:
                return (low >= 0x4017 && low <= 0x4033) || (low >= 0x4035 && low <= 0x4039);
            case 0x0502:
                return (low >= 0x4001 && low <= 0x4003) || low == 0x4027;
            default:
                return false;
        }
    }

    /// <summary>The print_error that came instead of a job; 0 for an end without one.</summary>
    public static HubException OfStart(uint printError) => IsSigning(printError) ? Signing() : printError == 0
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
                "the printer refused the access code: it changes with LAN-only mode; read the current one on the printer's screen",
                error);
        }

        if (error.Code == ErrorCode.Refused)
        {
            return new HubException(ErrorCode.Refused, "the printer refuses the subscription to its reports: check the serial number (" + config.Serial + ")", error);
        }

        return error.Code == ErrorCode.ConnectionLost
            ? new HubException(ErrorCode.ConnectionLost, "the printer closed the connection at once: " + Doubts(config), error)
            : error;
    }

    /// <summary>The printer let us in and says nothing.</summary>
    public static HubException Silent(PrinterConfig config) => new HubException(
        ErrorCode.Timeout, "the printer accepted the login, but sends no report: " + Doubts(config));

    private static string Doubts(PrinterConfig config) =>
        "check the serial number (" + config.Serial + ") and the access code, and that no more than a few programs are connected to it";
}
