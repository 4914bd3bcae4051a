namespace Hub.Core.Printers.PrusaLink;

/// <summary>Error code and sentence for the states that want a person. Thread: any.</summary>
internal static class PrusaLinkTrouble
{
    /// <summary>Fills both, or clears them.</summary>
    /// <param name="status">Holds the state.</param>
    /// <param name="words">PrusaLink's own words, or null; Buddy has none.</param>
    public static void Fill(PrinterStatus status, string? words)
    {
        switch (status.State)
        {
            case PrinterState.Error:
                status.ErrorCode = PrinterErrorCodes.Fault;
                status.ErrorMessage = words ?? "the printer reports an error: look at its screen";
                break;
            case PrinterState.Attention:
                status.ErrorCode = PrinterErrorCodes.Attention;
                status.ErrorMessage = words ?? "the printer waits for somebody: look at its screen";
                break;
            case PrinterState.Offline:
                status.ErrorCode = ErrorCodes.Name(ErrorCode.PrinterOffline);
                status.ErrorMessage = "PrusaLink runs, but is not connected to its printer";
                break;
            default:
                status.ErrorCode = null;
                status.ErrorMessage = null;
                break;
        }
    }
}
