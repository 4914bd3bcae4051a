using Hub.Core.Errors;

namespace Hub.Simulator.Hosting;

/// <summary>Exit codes of the process (README).</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Refused = 3;
    public const int Unreachable = 4;
    public const int StartNotShown = 5;

    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.DnsFailed or ErrorCode.ConnectFailed or ErrorCode.Timeout or ErrorCode.ConnectionLost
            or ErrorCode.PrinterOffline or ErrorCode.TlsFailed => Unreachable,
        ErrorCode.StartNotShown => StartNotShown,
        ErrorCode.UnknownPrinter => Failed,
        _ => ErrorCodes.ClassOf(code) switch
        {
            ErrorClass.AuthRejected or ErrorClass.Refused => Refused,
            _ => Failed,
        },
    };
}
