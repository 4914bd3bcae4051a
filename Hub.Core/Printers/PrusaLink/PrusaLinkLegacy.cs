using System.Threading;
using Hub.Core.Printers.OctoPrint;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// Status of firmware that has only <c>/api/printer</c> and <c>/api/job</c>, made after OctoPrint's: the same shape,
/// but a completion of 0 to 1 (facts A2). Read-only. Thread: one owner.
/// </summary>
internal sealed class PrusaLinkLegacy
{
    private readonly OctoPrintReport _report = new OctoPrintReport { CompletionScale = 100 };
    private readonly OctoPrintStateRules _rules = new OctoPrintStateRules();

    /// <summary>Asks once and fills the status.</summary>
    public void Poll(PrusaLinkApi api, PrinterStatus status, CancellationToken cancel)
    {
        PrinterState state = ReadRound(api, cancel, out bool needsSecondLook);
        if (needsSecondLook)
        {
            state = ReadRound(api, cancel, out _);
        }

        _report.Fill(status, state);
        PrusaLinkTrouble.Fill(status, _report.JobErrorText);
    }

    private PrinterState ReadRound(PrusaLinkApi api, CancellationToken cancel, out bool needsSecondLook)
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

        PrinterState state = _rules.Step(_report, out needsSecondLook);

        // While a print ends Buddy sets no flag but "busy" (basic_gets.cpp): the link stands all the same.
        bool isBusy = state == PrinterState.Offline && _report.IsPrinterLinked && !_report.ClosedOrError;
        return isBusy ? PrinterState.Busy : state;
    }

    private static bool Get(PrusaLinkApi api, string target, CancellationToken cancel)
    {
        int status = api.Get(target, cancel);
        return status == 404
            ? throw new HubException(ErrorCode.NotSupported, "this PrusaLink has neither the v1 API nor the one before: update the printer's firmware")
            : status == 200;
    }
}
