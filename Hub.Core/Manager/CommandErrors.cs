using Hub.Core.Errors;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>Why a command failed, in words for people. Pure. Thread: any.</summary>
internal static class CommandErrors
{
    /// <summary>The printer is gone, or the hub stops, before the command was sent.</summary>
    public static HubException Gone() => new HubException(ErrorCode.UnknownPrinter, "the printer was removed, disabled or given another address or login, or the hub stops; the command was not sent");

    /// <summary>The same for a command that may have been sent.</summary>
    public static HubException Gone(PrinterCommand command) => command.TooEarly != null ? Gone() : new HubException(
        command.Verb == PrinterVerb.Start ? ErrorCode.StartNotShown : ErrorCode.ConnectionLost,
        "the command was sent, but the printer was removed or the hub stopped before its outcome was seen: check the printer");

    /// <summary>The hub stops while the worker hangs.</summary>
    public static HubException Stopped(PrinterCommand command) => command.IsSent ? Gone(command) : Gone();

    /// <summary>It is past its deadline and its worker has not ended it, as it hangs in a dying connection.</summary>
    public static HubException Late(PrinterCommand command)
    {
        if (command.Verb == PrinterVerb.EmergencyStop)
        {
            return new HubException(ErrorCode.Timeout, "the printer did not answer the emergency stop in time and may go on: cut its power");
        }

        if (!command.IsSent)
        {
            return NotSent(null);
        }

        return command.Verb == PrinterVerb.Start
            ? new HubException(ErrorCode.StartNotShown, "the start was sent; the printer has not shown it yet: check the printer before you start the file again")
            : new HubException(ErrorCode.Timeout, "the command was sent, but the printer did not answer in time: check it before you repeat it");
    }

    /// <summary>Its state shows that it cannot come true any more; the printer's own words say why it is in that state.</summary>
    public static HubException Disproven(string verdict, PrinterStatus status) =>
        new HubException(ErrorCode.WrongState, status.ErrorMessage == null ? verdict : verdict + " (" + status.ErrorMessage + ")");

    /// <summary>Its time is over before it was sent.</summary>
    /// <param name="reason">Why the printer goes without a socket; null when it has one.</param>
    public static HubException NotSent(HubException? reason) => new HubException(
        ErrorCode.Timeout,
        reason != null ? "the command was not sent: the printer " + reason.Message : "the printer did not answer in time; the command was not sent");

    /// <summary>Its time is over and its outcome was not seen.</summary>
    public static HubException Expired(PrinterCommand command, PrinterStatus status)
    {
        if (command.TooEarly != null)
        {
            return new HubException(ErrorCode.Timeout, "the printer did not accept the command in time; nothing was sent that could still act: " + command.TooEarly.Message);
        }

        string state = PrinterStates.Name(status.State);
        string? message = status.ErrorMessage;
        if (command.Verb == PrinterVerb.Start)
        {
            return new HubException(
                ErrorCode.StartNotShown,
                "the start was sent; the printer has not shown it yet" + SinceSent(command) + (message == null ? "" : "; it shows " + message)
                + ": check the printer before you start the file again");
        }

        return command.LostAnswer != null
            ? new HubException(
                ErrorCode.Timeout,
                "the answer to the command was lost and the printer shows '" + state + "'; it was not sent again: check the printer before you repeat it")
            : new HubException(
                ErrorCode.Timeout,
                "the printer accepted the command, but still shows '" + state + "' after " + Seconds(command) + " s" + (message == null ? "" : ": " + message));
    }

    private static string SinceSent(PrinterCommand command) =>
        (command.LostAnswer == null ? "" : " and its answer was lost") + " (waited " + Seconds(command) + " s)";

    private static string Seconds(PrinterCommand command) => (command.TimeoutMs / 1000).ToString();
}
