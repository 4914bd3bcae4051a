using Hub.Core.Errors;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>Error code and sentence for the states that want a person. Thread: any.</summary>
internal static class PrusaLinkTrouble
{
    /// <summary>Fills both, or clears them.</summary>
    /// <param name="status">Holds the state.</param>
    /// <param name="words">PrusaLink's own words, or null; Buddy has none.</param>
    /// <param name="strangeWord">A state that the hub does not know, or null.</param>
    public static void Fill(PrinterStatus status, string? words, string? strangeWord)
    {
        switch (status.State)
        {
            case PrinterState.Error:
                status.ErrorCode = PrinterErrorCodes.Fault;
                status.ErrorMessage = words ?? "the printer reports an error: check its screen";
                break;
            case PrinterState.Attention:
                status.ErrorCode = PrinterErrorCodes.Attention;
                status.ErrorMessage = words ?? "the printer needs attention: check its screen";
                break;
            case PrinterState.Offline:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.PrinterOffline);
                status.ErrorMessage = "PrusaLink is running, but is not connected to its printer: check the printer and its cable";
                break;
            case PrinterState.Unknown:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.BadJson);
                status.ErrorMessage = strangeWord == null
                    ? "PrusaLink answers, but does not report the printer's state: restart the printer, or check that there is no proxy in between"
                    : "PrusaLink reports a state that the hub does not know: '" + strangeWord + "'; check the printer, and update the hub";
                break;
            default:
                status.ErrorCode = null;
                status.ErrorMessage = null;
                break;
        }
    }
}
