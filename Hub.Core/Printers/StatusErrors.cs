using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>Turns what a status shows into an error. Thread: any.</summary>
public static class StatusErrors
{
    /// <summary>The error that the status of a printer without a link shows.</summary>
    /// <param name="status">The status of a printer that is not connected.</param>
    /// <param name="otherwise">The message when it shows none.</param>
    public static HubException Of(PrinterStatus status, string otherwise)
    {
        ErrorCode code = ErrorCodes.Find(status.ErrorCode);
        return new HubException(code == ErrorCode.None ? ErrorCode.ConnectFailed : code, status.ErrorMessage ?? otherwise)
        {
            Remedy = status.ErrorRemedy,
        };
    }
}
