using System;
using System.Collections.Generic;
using System.Threading;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>
/// The last steps of "printers test" where a hub runs: its own link tells of login and status. A second client would push the
/// hub's away (a Bambu printer knows one of a name) or take one of a printer's few places.
/// </summary>
internal sealed class HubLinkSteps(HubSession session, PrinterConfig printer, int timeoutMs, CancellationToken cancel)
{
    public IEnumerable<TestStep> Steps
    {
        get
        {
            yield return new TestStep("login", printer, session.Log, AskTheHub);
            yield return new TestStep("status", printer, session.Log, WaitForStatus);
        }
    }

    private string AskTheHub()
    {
        if (!printer.Enabled)
        {
            return $"not tried: the printer is disabled ('printers enable {printer.Id}')";
        }

        session.Start([printer]);
        if (session.Snapshot(printer.Id)?.Refusal is HubException refusal)
        {
            throw refusal;
        }

        long deadlineMs = session.Hal.Clock.NowMs + timeoutMs;
        session.RetryNow(printer.Id, timeoutMs, cancel);
        session.WaitForFirstAnswers((int)Math.Max(1, deadlineMs - session.Hal.Clock.NowMs), cancel);
        if (session.Hub.Snapshot(printer.Id) is not PrinterSnapshot snapshot)
        {
            throw VerbException.Of(ErrorCode.UnknownPrinter, "the printer was removed meanwhile", printer.Id);
        }

        return snapshot.Link is LinkState.Online or LinkState.Degraded
            ? $"the running hub is logged in, its link is {LinkStates.Name(snapshot.Link)}"
            : throw Failure(snapshot.Status, $"the running hub's link is {LinkStates.Name(snapshot.Link)}: wait for its next try, or read its log");
    }

    private string WaitForStatus()
    {
        PrinterStatus status = session.Snapshot(printer.Id)?.Status ?? new PrinterStatus();
        if (!printer.Enabled)
        {
            return "not asked for";
        }

        return status.IsConnected
            ? PrinterStates.Name(status.State) + (status.ErrorMessage == null ? "" : ": " + status.ErrorMessage)
            : throw Failure(status, "no report");
    }

    private static HubException Failure(PrinterStatus status, string otherwise)
    {
        HubException error = PrinterErrors.Of(status, otherwise);
        return status.ErrorMessage == PrinterStatus.NoAnswerYet ? error.Reworded(otherwise) : error;
    }
}
