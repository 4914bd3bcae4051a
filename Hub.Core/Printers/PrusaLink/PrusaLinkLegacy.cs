using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers.OctoPrint;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Status of firmware that imitates OctoPrint's API and has no other: <c>/api/printer</c> and <c>/api/job</c> of the same shape,
/// but with a completion of 0 to 1 (Prusa-Firmware-Buddy lib/WUI/link_content/basic_gets.cpp). So OctoPrint's report and rules
/// read it, with two settings for what differs. Read-only. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkLegacy
{
    private readonly OctoPrintReport _report = new OctoPrintReport { CompletionScale = 100 };
    private readonly OctoPrintStateRules _rules = new OctoPrintStateRules { DropsFiles = true };

    /// <summary>Asks once and fills the status.</summary>
    public void Poll(PrusaLinkApi api, PrinterStatus status, long nowMs, CancellationToken cancel)
    {
        PrinterState state = ReadRound(api, nowMs, cancel, out bool needsSecondLook);
        if (needsSecondLook)
        {
            state = ReadRound(api, nowMs, cancel, out _);
        }

        _report.Fill(status, state, _rules.JobName);
        _rules.FillKey(status);
        PrusaLinkTrouble.Fill(status, _report.JobErrorText, null);
    }

    private PrinterState ReadRound(PrusaLinkApi api, long nowMs, CancellationToken cancel, out bool needsSecondLook)
    {
        if (Get(api, "/api/printer", cancel))
        {
            _report.ReadPrinter(api.Body, 0, api.BodyLength);
        }
        else
        {
            _report.SetPrinterUnlinked();
        }

        if (Get(api, "/api/job", cancel))
        {
            _report.ReadJob(api.Body, 0, api.BodyLength);
        }

        PrinterState state = _rules.Step(_report, nowMs, out needsSecondLook);

        // While a print ends Buddy sets no flag but "busy" (basic_gets.cpp): the link stands all the same.
        bool isBusy = state == PrinterState.Offline && _report.IsPrinterLinked && !_report.ClosedOrError;
        return isBusy ? PrinterState.Busy : state;
    }

    private static bool Get(PrusaLinkApi api, string target, CancellationToken cancel)
    {
        int status = api.Get(target, cancel);
        return status == 404
            ? throw new HubException(ErrorCode.NotSupported, "the server at " + api.Origin.ToString() + " has neither PrusaLink's v1 API nor its predecessor (404): it is starting, or the printer's firmware is too old")
            : status == 200;
    }
}
