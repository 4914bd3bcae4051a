using System;
using Hub.Core.Errors;

namespace Hub.Simulator.Hosting;

/// <summary>Ends a verb with one line for the user and an exit code. Verbs and what they use throw it.</summary>
internal sealed class VerbException : Exception
{
    public VerbException(int exitCode, string code, string message, string? printer = null, Exception? inner = null)
        : base(message, inner)
    {
        ExitCode = exitCode;
        Code = code;
        Printer = printer;
    }

    public int ExitCode { get; }

    /// <summary>Stable name, as in docs/errors.md.</summary>
    public string Code { get; }

    /// <summary>Id of the printer concerned, or null.</summary>
    public string? Printer { get; }

    public static VerbException Usage(string message, string? printer = null) =>
        new(ExitCodes.WrongUsage, "wrong_usage", message, printer);

    public static VerbException Of(HubException e, string? printer) =>
        new(ExitCodes.Of(e.Code), ErrorCodes.Name(e.Code), e.Message, printer, e);

    public static VerbException Of(ErrorCode code, string message, string? printer = null) =>
        new(ExitCodes.Of(code), ErrorCodes.Name(code), message, printer);

    /// <summary>The hub that ran the verb for this process ended before the verb.</summary>
    public static VerbException HubEnded() =>
        new(ExitCodes.Unreachable, "hub_stopped", "the hub stopped before this was done: check the printer, then try again");

    public static VerbException Stopped() => Of(ErrorCode.Cancelled, "stopped");
}
